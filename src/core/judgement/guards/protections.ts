import {
  Evidence, going, KeepAtLeast, ProtectDigests, ProtectInUse, ProtectNewest, ProtectPulledWithin, ProtectPushedWithin, ProtectTags, Violation,
} from './guard';
import { violationOfProtection } from './protection';
import { newestOf, remainingOf, formatSelection } from './selection';
import { compileTagPattern } from '../../evaluation/tag-pattern';
import { parseTime } from '../../evaluation/time';
import { plural, cut, withThousands } from '../../text/words';
import type { AffectedImage } from '../affected-image';

/** Evidence with everything in it that the guard needs. */
type With<K extends keyof Evidence> = Evidence & Required<Pick<Evidence, K>>;

/** Patterns are alternatives here, unlike in a rule. */
export function protectTags(guard: ProtectTags, evidence: Evidence): Violation | undefined {
  const patterns = guard.patterns.map(compileTagPattern);
  return violationOfProtection(
    guard.id,
    ({ imageTags }) => imageTags?.some((tag) => patterns.some((matches) => matches(tag))) ?? false,
    evidence,
    (images) => `${plural(images.length, 'image')} with a tag like ${guard.patterns.join(' or ')} would go`,
  );
}

export function protectDigests(guard: ProtectDigests, evidence: Evidence): Violation | undefined {
  const digests = new Set(guard.digests);
  return violationOfProtection(
    guard.id, ({ imageDigest }) => digests.has(imageDigest), evidence,
    (images) => `${plural(images.length, 'image')} protected by digest would go`,
  );
}

/** Judged by the moment at which the image goes. An image of unknown push time is protected, because it may be young. */
export function protectPushedWithin(guard: ProtectPushedWithin, evidence: Evidence): Violation | undefined {
  return violationOfProtection(
    guard.id,
    ({ imagePushedAt, goesAt }) => imagePushedAt === undefined || !(parseTime(imagePushedAt) < sinceFor(guard.seconds, evidence, goesAt)),
    evidence,
    (images) => `${plural(images.length, 'image')} pushed within ${inDays(guard.seconds)} would go`,
  );
}

/** ECR records a pull within 24 hours at the latest: the last pull may be that much later than the recorded one. */
const RECORDING_DELAY_SECONDS = 24 * 60 * 60;

export function protectPulledWithin(guard: ProtectPulledWithin, evidence: With<'inventory'>): Violation | undefined {
  const wasPulled = (imageDigest: string, goesAt: string | undefined) => {
    const pulledAt = evidence.inventory.get(imageDigest)?.lastRecordedPullTime;
    return pulledAt !== undefined && !(parseTime(pulledAt) < sinceFor(guard.seconds + RECORDING_DELAY_SECONDS, evidence, goesAt));
  };
  return violationOfProtection(
    guard.id, ({ imageDigest, goesAt }) => wasPulled(imageDigest, goesAt), evidence,
    (images) => `${plural(images.length, 'image')} pulled within ${inDays(guard.seconds)} would go`,
  );
}

/** The moment that is this long before the image goes, in milliseconds since 1970. */
function sinceFor(seconds: number, { now }: Evidence, goesAt: string | undefined): number {
  return (goesAt === undefined ? now : parseTime(goesAt)) - seconds * 1000;
}

export function protectNewest(guard: ProtectNewest, evidence: With<'inventory'>): Violation | undefined {
  const newest = newestOf(guard.count, guard.selection, evidence.inventory);
  return violationOfProtection(
    guard.id, ({ imageDigest }) => newest.has(imageDigest), evidence,
    (images) => `${withThousands(images.length)} of the ${plural(guard.count, 'newest image')}${formatSelection(guard.selection)} would go`,
  );
}

export function protectInUse(guard: ProtectInUse, evidence: With<'inventory' | 'uses'>): Violation | undefined {
  const { uses } = evidence;
  return violationOfProtection(
    guard.id, ({ imageDigest }) => uses.has(imageDigest), evidence,
    (images) => `${plural(images.length, 'image')} in use would go${usedBy(images, uses)}`,
  );
}

function usedBy(images: readonly AffectedImage[], uses: ReadonlyMap<string, readonly string[]>): string {
  const [first] = images.flatMap(({ imageDigest }) => uses.get(imageDigest) ?? []);
  return first === undefined ? '' : ` (${cut(first, 80)})`;
}

/** An archived image does not count as left, because it cannot be pulled. */
export function keepAtLeast(guard: KeepAtLeast, evidence: With<'inventory'>): Violation | undefined {
  const { left, leaving } = remainingOf(guard.selection, evidence.inventory, going(evidence));
  if (left >= guard.count || leaving.length === 0) return undefined;
  return {
    guardId: guard.id,
    because: `${plural(left, 'image')}${formatSelection(guard.selection)} would be left, at least ${withThousands(guard.count)} must`,
    images: leaving,
  };
}

function inDays(seconds: number): string {
  return plural(seconds / (24 * 60 * 60), 'day');
}
