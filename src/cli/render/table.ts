import Table from 'cli-table3';
import pc from 'picocolors';
import { formatAhead, headline, isJudged, nameOf, PlanResult, verdictOf } from './plan-result';
import { formatUnusedApproval } from '../../core/judgment/approved-previews';
import { exceededImpliedLimits } from '../../core/judgment/verdict-line';
import type { GateReport, ReportImage } from '../../core/report/report';
import { visible } from '../../core/text/show';
import { plural, cut, withThousands } from '../../core/text/words';
import type { Judged, Outcome } from '../judge/outcome';

/** The number of images to list per violation. The other formats list more. */
const EXAMPLES = 3;

/** Disables all lines of the table. */
const NO_LINES = Object.fromEntries([
  'top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right',
  'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle',
].map((place) => [place, '']));

export type Colors = Pick<ReturnType<typeof pc.createColors>, 'bold' | 'green' | 'red' | 'yellow'>;

/** Returns colors for a terminal that supports them, unless NO_COLOR is set. */
export function colorsFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): Colors {
  return pc.createColors(stream.isTTY === true && environment.TERM !== 'dumb' && !environment.NO_COLOR);
}

/** Renders a plan for a terminal or a log: one row per repository, then details of the repositories that need attention. */
export function planTable(plan: PlanResult, colors: Colors): string {
  const pieces = [
    ...plan.repositories.length > 0 ? [tableOf(plan, colors)] : [],
    ...plan.repositories.flatMap((outcome) => details(outcome, colors) ?? []),
    colors.bold(headline(plan)),
  ];
  return `${pieces.join('\n\n')}\n`;
}

function tableOf({ repositories }: PlanResult, colors: Colors): string {
  const head = ['Repository', 'Verdict', 'Expire', 'Archive', 'Unexpected', 'Preview', 'Gate'];
  // Without lines, the table remains readable in a ticket or a log.
  const table = new Table({
    head,
    style: { 'head': [], 'border': [], 'padding-left': 0, 'padding-right': 2 },
    chars: NO_LINES,
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left', 'left'],
  });
  for (const outcome of repositories) table.push(row(outcome, colors));
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n');
}

function row(outcome: Outcome, colors: Colors): string[] {
  const verdict = verdictOf(outcome);
  const { gate } = outcome;
  const counts = isJudged(outcome) ? outcome.report.counts : undefined;
  return [
    visible(nameOf(outcome)),
    colored(verdict, colors),
    counts ? withThousands(counts.expiring) : '-',
    counts ? withThousands(counts.archiving) : '-',
    counts ? withThousands(counts.unexpected) : '-',
    isJudged(outcome) ? outcome.report.fingerprint : '-',
    gate ? visible(`${gate.stack}/${gate.logicalId}`) : '-',
  ];
}

function colored(verdict: ReturnType<typeof verdictOf>, colors: Colors): string {
  switch (verdict) {
    case 'PASSED': return colors.green(verdict);
    case 'WARNED': return colors.yellow(verdict);
    case 'FAILED':
    case 'NOT JUDGED': return colors.red(verdict);
  }
}

/** Returns undefined if the row of the table is sufficient. */
function details(outcome: Outcome, colors: Colors): string | undefined {
  const title = (text: string) => `${colors.bold(visible(nameOf(outcome)))}: ${text}`;
  if (outcome.outcome === 'NOTHING_TO_JUDGE') return title(outcome.because);
  if (outcome.outcome === 'NOT_JUDGED') return title(`could not be judged\n  ${outcome.problem.code}: ${visible(outcome.problem.message)}`);
  const { report } = outcome;
  return report.violations.length === 0 ? undefined : [title(summary(outcome)), ...violationLines(report), ...hints(outcome)].join('\n');
}

function summary({ report: { counts, approved } }: Judged): string {
  const { expiring, archiving, ahead, unexpected, inventory } = counts;
  const of = inventory === undefined ? '' : ` of ${withThousands(inventory)}`;
  const archived = archiving > 0 ? `, ${plural(archiving, 'image')} would be archived` : '';
  return `${withThousands(expiring)}${of} ${expiring === 1 && of === '' ? 'image' : 'images'} would expire${archived}${formatAhead(ahead)}, ${withThousands(unexpected)} unexpected${approved ? ' but approved' : ''}`;
}

function* violationLines({ violations, images }: GateReport): Generator<string> {
  for (const { guardId, because } of violations) {
    yield `  ${guardId}: ${visible(because)}`;
    const named = images.filter(({ violates }) => violates.some((violation) => violation.guardId === guardId));
    for (const image of named.slice(0, EXAMPLES)) yield `    ${formatImage(image)}`;
    if (named.length > EXAMPLES) yield `    and ${withThousands(named.length - EXAMPLES)} more`;
  }
}

function* hints({ gate, report }: Judged): Generator<string> {
  const { verdict, fingerprint, approvedPreview, approved, counts } = report;
  if (verdict !== 'FAILED') return;
  for (const sentence of exceededImpliedLimits(report)) yield `  ${sentence}`;
  const other = approved ? undefined : formatUnusedApproval(approvedPreview);
  if (other !== undefined) yield `  ${other}`;
  const images = `exactly these images${counts.ahead > 0 ? ', including those affected in the days ahead' : ''}`;
  yield gate === undefined
    ? `  To approve ${images}, use --approved-preview ${fingerprint}.`
    : `  To approve ${images}, set approvedPreview (gateApprovedPreview on a GatedRepository) to "${fingerprint}".`;
}

/** Returns a text such as `release-1.0, prod sha256:0123456789ab (rule 2, 40 days old)`. */
function formatImage({ imageTags, imageDigest, rulePriority, ageInDays, action, goesAt }: ReportImage): string {
  const tags = imageTags.length === 0 ? 'untagged' : `${imageTags.slice(0, 3).map((tag) => cut(tag, 40)).join(', ')}${imageTags.length > 3 ? ', …' : ''}`;
  const age = ageInDays === undefined ? '' : `, ${plural(ageInDays, 'day')} old`;
  return visible(`${tags} ${imageDigest.slice(0, 'sha256:'.length + 12)} (rule ${rulePriority}${action === 'TRANSITION' ? ' archives it' : ''}${goesAt === undefined ? '' : ` on ${goesAt.slice(0, 10)}`}${age})`);
}
