import type { AffectedImage } from './affected-image';
import type { Violation } from './guards/evidence';
import type { Judgement } from './judgement';
import { oneLine } from '../text/one-line';
import { plural, cut, withThousands } from '../text/words';

/** How many images a violation names; the report has them all. */
const EXAMPLES = 3;

export interface VerdictContext {
  readonly repositoryName: string;
  readonly fingerprint: string;
  /** An approval, which is for another set by now. */
  readonly approvedPreview?: string;
  /** Whether the live policy is the judged one. Absent: not known. */
  readonly isLive?: boolean;
  /** The place of the whole report, as a clause. */
  readonly report: string;
}

/**
 * The line that people read in the CloudFormation event of a blocked deployment: the most telling facts first, and the way
 * out last. What is too long is cut between the two.
 */
export function verdictLine(judgement: Judgement, context: VerdictContext): string {
  const { violations } = judgement;
  const facts = [
    `the lifecycle policy for repository "${context.repositoryName}" would ${whatGoes(judgement)} (preview ${context.fingerprint}).`,
    stopped(context.isLive),
    `${violations.map(violationClause).join('; ')}.`,
    ...impliedLimits(judgement),
    context.approvedPreview === undefined ? '' : `Approved was preview ${context.approvedPreview}, another set of images.`,
  ];
  const wayOut = `To let exactly these images go, ${judgement.ahead > 0 ? 'those that go later included, ' : ''}set approvedPreview to `
    + `"${context.fingerprint}". ${context.report}.`;
  return oneLine(facts.filter((part) => part !== '').join(' '), wayOut);
}

/** `"expire 26 images and archive 2 images, and 3 images within days, 5 unexpected"`. */
function whatGoes({ expiring, archiving, ahead, unexpected }: Judgement): string {
  const archived = archiving > 0 ? ` and archive ${plural(archiving, 'image')}` : '';
  const later = ahead > 0 ? ` now, and take ${plural(ahead, 'more image')} in the days ahead` : '';
  const all = unexpected.length === expiring + archiving + ahead ? 'all' : withThousands(unexpected.length);
  return `expire ${plural(expiring, 'image')}${archived}${later}, ${all} unexpected`;
}

/** A policy that is live already goes on, whether the deployment is stopped or not. */
function stopped(isLive: boolean | undefined): string {
  if (isLive === undefined) return 'The deployment is stopped.';
  return isLive
    ? 'The deployment is stopped, but this policy is live already and takes the images all the same: change it, or tag the images so that a rule keeps them.'
    : 'The deployment is stopped; the live policy stays unchanged.';
}

/** Says which limits hold because no guard states one. */
export function impliedLimits({ violations, limitImplied, archiveLimitImplied }: Pick<Judgement, 'limitImplied' | 'archiveLimitImplied'>
& { readonly violations: readonly { readonly guardId: string }[] }): string[] {
  const objects = (id: string) => violations.some(({ guardId }) => guardId === id);
  return [
    ...limitImplied && objects('max-images') ? ['No guard limits how many images may expire, so none may: see LifecycleGuard.maxImages and a rule\'s maxExpiring.'] : [],
    ...archiveLimitImplied && objects('max-archived') ? ['No guard limits how many images may be archived, so none may: see LifecycleGuard.maxArchived.'] : [],
  ];
}

function violationClause({ guardId, because, images }: Violation): string {
  const named = images.slice(0, EXAMPLES).map(imageName).join(', ');
  const more = images.length > EXAMPLES ? ` and ${withThousands(images.length - EXAMPLES)} more` : '';
  return `${guardId}: ${cut(because, 160)}: ${named}${more}`;
}

function imageName({ imageDigest, imageTags, rulePriority, goesAt }: AffectedImage): string {
  const digest = imageDigest.slice(0, 'sha256:'.length + 12);
  const tag = imageTags.length > 0 ? `${cut(imageTags[0], 40)} ` : '';
  return `${tag}${digest} (rule ${rulePriority}${goesAt === undefined ? '' : ` on ${goesAt.slice(0, 10)}`})`;
}
