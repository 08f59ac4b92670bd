import type { AffectedImage } from './affected-image';
import type { Violation } from './guards/guard';
import type { Judgement } from './judgement';
import { oneLine } from '../text/one-line';
import { counted, cut, grouped } from '../text/words';

/** How many images a violation names; the report has them all. */
const EXAMPLES = 3;

export interface VerdictContext {
  readonly repositoryName: string;
  readonly fingerprint: string;
  /** What somebody approved, which is another set by now. */
  readonly approvedPreview?: string;
  /** Where the whole report is, as a clause. */
  readonly report: string;
}

/**
 * What the person reads in the CloudFormation event of a blocked deployment: the most telling facts first, and the way out
 * last. What is too long is cut between the two.
 */
export function verdictLine(judgement: Judgement, context: VerdictContext): string {
  const { expiring, archiving, unexpected, violations, limitImplied } = judgement;
  const archived = archiving > 0 ? ` and archive ${counted(archiving, 'image')}` : '';
  const affected = expiring + archiving;
  const facts = [
    `the lifecycle policy for repository "${context.repositoryName}" would expire ${counted(expiring, 'image')}${archived}, ` +
    `${unexpected.length === affected ? 'all' : grouped(unexpected.length)} unexpected (preview ${context.fingerprint}).`,
    'The deployment is stopped; the live policy is as it was.',
    `${violations.map(violationClause).join('; ')}.`,
    limitImplied && violations.some(({ guardId }) => guardId === 'max-images')
      ? 'No guard says how many images may expire, so none may: see ExpiryGuard.maxImages and a rule\'s maxExpiring.' : '',
    context.approvedPreview === undefined ? '' : `Approved was preview ${context.approvedPreview}, another set of images.`,
  ];
  const wayOut = `To let exactly these images go, set approvedPreview to "${context.fingerprint}". ${context.report}.`;
  return oneLine(facts.filter((part) => part !== '').join(' '), wayOut);
}

function violationClause({ guardId, because, images }: Violation): string {
  const named = images.slice(0, EXAMPLES).map(imageName).join(', ');
  const more = images.length > EXAMPLES ? ` and ${grouped(images.length - EXAMPLES)} more` : '';
  return `${guardId}: ${cut(because, 160)}: ${named}${more}`;
}

function imageName({ imageDigest, imageTags, rulePriority }: AffectedImage): string {
  const digest = imageDigest.slice(0, 'sha256:'.length + 12);
  const tag = imageTags.length > 0 ? `${cut(imageTags[0], 40)} ` : '';
  return `${tag}${digest} (rule ${rulePriority})`;
}
