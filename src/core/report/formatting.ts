import type { GateReport } from './report';
import { formatSelection } from '../judgment/guards/selection';
import type { PolicyDocument, PolicyRule } from '../policy/policy-document';
import { validatePolicy } from '../policy/validation';
import { plural, withThousands } from '../text/words';

/** Formats a verdict for readers who wait for the deployment or plan one. */
export function formatVerdict({ verdict, planned, approved, violations, counts }: GateReport): { readonly title: string; readonly because: string } {
  const affected = counts.expiring + counts.archiving + counts.ahead;
  const unexpected = counts.unexpected === affected ? `All ${withThousands(affected)}` : `${withThousands(counts.unexpected)} of the ${withThousands(affected)}`;
  const objection = affected === 1
    ? 'The one image that the policy would act on is unexpected.'
    : `${unexpected} images that the policy would act on are unexpected.`;
  if (planned && verdict === 'FAILED') return { title: 'A deployment would be stopped', because: objection };
  if (planned && verdict === 'WARNED') {
    return { title: 'A deployment would pass with a warning', because: `${objection} Enforcement is WARN, so the deployment would continue.` };
  }
  if (verdict === 'FAILED') return { title: 'Deployment stopped', because: objection };
  if (verdict === 'WARNED') return { title: 'Passed with a warning', because: `${objection} Enforcement is WARN, so the deployment continued.` };
  if (approved && violations.length > 0) return { title: 'Passed: approved', because: `${objection} Exactly these images were approved.` };
  if (approved && affected > 0) return { title: 'Passed: approved', because: 'Exactly these images were approved.' };
  return {
    title: 'Passed',
    because: affected === 0 ? 'The policy does not act on any image of the repository.' : `No guard objects to ${affected === 1 ? 'the affected image' : 'any of the affected images'}.`,
  };
}

/** Returns the rules by precedence, or an empty list if the policy is not valid. */
export function rulesIn(lifecyclePolicy: unknown): readonly PolicyRule[] {
  if (validatePolicy(lifecyclePolicy).length > 0) return [];
  return [...(lifecyclePolicy as PolicyDocument).rules].sort((a, b) => a.rulePriority - b.rulePriority);
}

/** Formats a rule: `"expire images tagged pr-* except the 20 newest"`. */
export function formatRule({ selection, action }: PolicyRule): string {
  const verb = action.type === 'expire' ? 'expire' : 'archive';
  const { tagStatus, countType, countNumber, storageClass } = selection;
  const which = tagStatus === 'any' ? 'any image' : tagStatus === 'untagged' ? 'untagged images' : `images${formatSelection(selection)}`;
  const where = storageClass === 'archive' ? ' in the archive' : '';
  switch (countType) {
    case 'imageCountMoreThan': return `${verb} ${which}${where} except the ${withThousands(countNumber)} newest`;
    case 'sinceImagePushed': return `${verb} ${which}${where} older than ${plural(countNumber, 'day')}`;
    case 'sinceImagePulled': return `${verb} ${which}${where} not pulled for ${plural(countNumber, 'day')}`;
    case 'sinceImageTransitioned': return `${verb} ${which} archived for ${plural(countNumber, 'day')}`;
  }
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Formats a size in powers of 1,000, as ECR bills: `3.4 GB`. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** Formats a duration: `340 ms`, `12.3 s`. */
export function formatTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Formats a time: `2026-01-31 12:00 UTC`. */
export function formatMoment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
