import type { GateReport } from './report';
import { formatSelection } from '../judgement/guards/selection';
import { Findings } from '../policy/findings';
import type { PolicyDocument, PolicyRule } from '../policy/policy-document';
import { checkPolicy } from '../policy/validation';
import { plural, withThousands } from '../text/words';

/** The meaning of a verdict, for people who wait for the deployment or plan one. */
export function verdictInWords({ verdict, planned, approved, violations, counts }: GateReport): { readonly title: string; readonly because: string } {
  const going = counts.expiring + counts.archiving + counts.ahead;
  const unexpected = counts.unexpected === going ? `All ${withThousands(going)}` : `${withThousands(counts.unexpected)} of the ${withThousands(going)}`;
  const objection = going === 1
    ? 'The one image that the policy would act on is not expected to go.'
    : `${unexpected} images that the policy would act on are not expected to go.`;
  if (planned && verdict === 'FAILED') return { title: 'A deployment would be stopped', because: objection };
  if (planned && verdict === 'WARNED') {
    return { title: 'A deployment would pass with a warning', because: `${objection} Enforcement is WARN, so the deployment would go on.` };
  }
  if (verdict === 'FAILED') return { title: 'Deployment stopped', because: objection };
  if (verdict === 'WARNED') return { title: 'Passed with a warning', because: `${objection} Enforcement is WARN, so the deployment went on.` };
  if (approved && violations.length > 0) return { title: 'Passed: approved', because: `${objection} Exactly this set of images was approved.` };
  if (approved && going > 0) return { title: 'Passed: approved', because: 'Exactly this set of images was approved.' };
  return {
    title: 'Passed',
    because: going === 0 ? 'The policy acts on no image of the repository.' : `No guard objects to ${going === 1 ? 'the image' : 'any of the images'} that will go.`,
  };
}

/** The rules by precedence, if this is a policy that ECR takes. */
export function rulesIn(lifecyclePolicy: unknown): readonly PolicyRule[] {
  const findings = new Findings();
  checkPolicy(lifecyclePolicy, { findings, isUnresolved: () => false });
  if (findings.inReadingOrder().length > 0) return [];
  return [...(lifecyclePolicy as PolicyDocument).rules].sort((a, b) => a.rulePriority - b.rulePriority);
}

/** `"expire tagged pr-*, all but the 20 newest"`. */
export function formatRule({ selection, action }: PolicyRule): string {
  const verb = action.type === 'expire' ? 'expire' : 'archive';
  const { tagStatus, countType, countNumber, storageClass } = selection;
  const which = tagStatus === 'any' ? 'any image' : tagStatus === 'untagged' ? 'untagged images' : `images${formatSelection(selection)}`;
  const where = storageClass === 'archive' ? ' in the archive' : '';
  switch (countType) {
    case 'imageCountMoreThan': return `${verb} ${which}${where} but the ${withThousands(countNumber)} newest`;
    case 'sinceImagePushed': return `${verb} ${which}${where} older than ${plural(countNumber, 'day')}`;
    case 'sinceImagePulled': return `${verb} ${which}${where} not pulled for ${plural(countNumber, 'day')}`;
    case 'sinceImageTransitioned': return `${verb} ${which} archived for ${plural(countNumber, 'day')}`;
  }
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `3.4 GB`, in powers of 1,000 as ECR bills. */
export function bytesInWords(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `340 ms`, `12.3 s`. */
export function formatTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `2026-01-31 12:00 UTC`. */
export function formatMoment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
