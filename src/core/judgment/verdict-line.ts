import type { AffectedImage } from './affected-image';
import { formatUnusedApproval } from './approved-previews';
import type { Violation } from './guards/evidence';
import type { Guard } from './guards/guard';
import type { Judgment } from './judgment';
import { oneLine } from '../text/one-line';
import { plural, cut, withThousands } from '../text/words';

/** The number of images named per violation. The report lists all of them. */
const EXAMPLES = 3;

export interface VerdictContext {
  readonly repositoryName: string;
  readonly fingerprint: string;
  /** The fingerprints of approvals for other sets of images. */
  readonly approvedPreview?: string;
  /** True if the live policy is the judged one. Absent if that is unknown. */
  readonly isLive?: boolean;
  /** A clause with the location of the whole report. */
  readonly report: string;
}

/**
 * Formats the reason of the CloudFormation event of a blocked deployment: the most important facts first, the correction last.
 * If the text is too long, it is cut between the two.
 */
export function verdictLine(judgment: Judgment, context: VerdictContext): string {
  const { violations } = judgment;
  const facts = [
    `the lifecycle policy for repository "${context.repositoryName}" would ${effects(judgment)} (preview ${context.fingerprint}).`,
    effectOnDeployment(context.isLive),
    `${violations.map(violationClause).join('; ')}.`,
    ...exceededImpliedLimits(judgment),
    formatUnusedApproval(context.approvedPreview) ?? '',
  ];
  const hint = `To approve exactly these images, ${judgment.ahead > 0 ? 'including those affected later, ' : ''}set approvedPreview `
    + `(gateApprovedPreview on a GatedRepository) to "${context.fingerprint}". ${context.report}.`;
  return oneLine(facts.filter((part) => part !== '').join(' '), hint);
}

/** `"expire 26 images and archive 2 images now, and affect 3 more images in the days ahead, 5 unexpected"`. */
function effects({ expiring, archiving, ahead, unexpected }: Judgment): string {
  const archived = archiving > 0 ? ` and archive ${plural(archiving, 'image')}` : '';
  const later = ahead > 0 ? ` now, and affect ${plural(ahead, 'more image')} in the days ahead` : '';
  const all = unexpected.length === expiring + archiving + ahead ? 'all' : withThousands(unexpected.length);
  return `expire ${plural(expiring, 'image')}${archived}${later}, ${all} unexpected`;
}

/** A policy that is live already remains in effect, even if the deployment is stopped. */
function effectOnDeployment(isLive: boolean | undefined): string {
  if (isLive === undefined) return 'The deployment is stopped.';
  return isLive
    ? 'The deployment is stopped, but this policy is already live and still acts on the images: change it, or tag the images so that a rule keeps them.'
    : 'The deployment is stopped; the live policy stays unchanged.';
}

type ImpliedLimits = Pick<Judgment, 'limitImplied' | 'archiveLimitImplied'>;

/** Explains the limits that apply because no guard sets them. */
export function impliedLimits({ limitImplied, archiveLimitImplied }: ImpliedLimits): { readonly guardId: Guard['id']; readonly sentence: string }[] {
  const limits: [boolean, Guard['id'], string][] = [
    [limitImplied, 'max-images', 'No guard limits how many images may expire, so none may: see LifecycleGuard.maxImages and a rule\'s maxExpiring.'],
    [archiveLimitImplied, 'max-archived', 'No guard limits how many images may be archived, so none may: see LifecycleGuard.maxArchived.'],
  ];
  return limits.filter(([isImplied]) => isImplied).map(([, guardId, sentence]) => ({ guardId, sentence }));
}

/** Explains the implied limits that are exceeded. */
export function exceededImpliedLimits(judgment: ImpliedLimits & { readonly violations: readonly { readonly guardId: string }[] }): string[] {
  return impliedLimits(judgment)
    .filter(({ guardId }) => judgment.violations.some((violation) => violation.guardId === guardId))
    .map(({ sentence }) => sentence);
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
