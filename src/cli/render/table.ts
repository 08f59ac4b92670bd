import Table from 'cli-table3';
import type { Colours } from './colours';
import { formatAhead, headline, isJudged, nameOf, PlanResult, verdictOf } from './plan-result';
import { exceededImpliedLimits } from '../../core/judgement/verdict-line';
import type { GateReport, ReportImage } from '../../core/report/report';
import { visible } from '../../core/text/show';
import { plural, cut, withThousands } from '../../core/text/words';
import type { Judged, Outcome } from '../judge/assignment';

/** How many images are named of each objection; the other formats have more. */
const EXAMPLES = 3;

/** The characters that the library draws lines with. */
const NO_LINES = Object.fromEntries([
  'top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right',
  'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle',
].map((place) => [place, '']));

/** For a terminal, or a log: one row a repository, then what is to be read about those that need reading. */
export function planTable(plan: PlanResult, colours: Colours): string {
  const pieces = [
    ...plan.repositories.length > 0 ? [tableOf(plan, colours)] : [],
    ...plan.repositories.flatMap((outcome) => details(outcome, colours) ?? []),
    colours.bold(headline(plan)),
  ];
  return `${pieces.join('\n\n')}\n`;
}

function tableOf({ repositories }: PlanResult, colours: Colours): string {
  const head = ['Repository', 'Verdict', 'Expire', 'Archive', 'Unexpected', 'Preview', 'Gate'];
  // Plain characters: what is pasted into a ticket or a log stays readable.
  const table = new Table({
    head,
    style: { 'head': [], 'border': [], 'padding-left': 0, 'padding-right': 2 },
    chars: NO_LINES,
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left', 'left'],
  });
  for (const outcome of repositories) table.push(row(outcome, colours));
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n');
}

function row(outcome: Outcome, colours: Colours): string[] {
  const verdict = verdictOf(outcome);
  const { gate } = outcome;
  const counts = isJudged(outcome) ? outcome.report.counts : undefined;
  return [
    visible(nameOf(outcome)),
    coloured(verdict, colours),
    counts ? withThousands(counts.expiring) : '-',
    counts ? withThousands(counts.archiving) : '-',
    counts ? withThousands(counts.unexpected) : '-',
    isJudged(outcome) ? outcome.report.fingerprint : '-',
    gate ? visible(`${gate.stack}/${gate.logicalId}`) : '-',
  ];
}

function coloured(verdict: ReturnType<typeof verdictOf>, colours: Colours): string {
  switch (verdict) {
    case 'PASSED': return colours.green(verdict);
    case 'WARNED': return colours.yellow(verdict);
    case 'FAILED':
    case 'NOT JUDGED': return colours.red(verdict);
  }
}

/** Nothing where the row says it all. */
function details(outcome: Outcome, colours: Colours): string | undefined {
  const title = (text: string) => `${colours.bold(visible(nameOf(outcome)))}: ${text}`;
  if (outcome.outcome === 'NOTHING_TO_JUDGE') return title(outcome.because);
  if (outcome.outcome === 'NOT_JUDGED') return title(`could not be judged\n  ${outcome.problem.code}: ${visible(outcome.problem.message)}`);
  const { report } = outcome;
  return report.violations.length === 0 ? undefined : [title(whatWouldGo(outcome)), ...objections(report), ...wayOut(report)].join('\n');
}

function whatWouldGo({ report: { counts, approved } }: Judged): string {
  const { expiring, archiving, ahead, unexpected, inventory } = counts;
  const of = inventory === undefined ? '' : ` of ${withThousands(inventory)}`;
  const archived = archiving > 0 ? `, ${plural(archiving, 'image')} would be archived` : '';
  return `${withThousands(expiring)}${of} ${expiring === 1 && of === '' ? 'image' : 'images'} would expire${archived}${formatAhead(ahead)}, ${withThousands(unexpected)} unexpected${approved ? ' but approved' : ''}`;
}

function* objections({ violations, images }: GateReport): Generator<string> {
  for (const { guardId, because } of violations) {
    yield `  ${guardId}: ${visible(because)}`;
    const named = images.filter(({ violates }) => violates.some((violation) => violation.guardId === guardId));
    for (const image of named.slice(0, EXAMPLES)) yield `    ${formatImage(image)}`;
    if (named.length > EXAMPLES) yield `    and ${withThousands(named.length - EXAMPLES)} more`;
  }
}

function* wayOut(report: GateReport): Generator<string> {
  const { verdict, fingerprint, approvedPreview, approved, counts } = report;
  if (verdict !== 'FAILED') return;
  for (const sentence of exceededImpliedLimits(report)) yield `  ${sentence}`;
  if (approvedPreview !== undefined && !approved) yield `  Approved was preview ${visible(approvedPreview)}, another set of images.`;
  yield `  To let exactly these images go${counts.ahead > 0 ? ', those that go later included' : ''}, approve preview ${fingerprint}.`;
}

/** `release-1.0, prod sha256:0123456789ab, rule 2, 40 days old`. */
function formatImage({ imageTags, imageDigest, rulePriority, ageInDays, action, goesAt }: ReportImage): string {
  const tags = imageTags.length === 0 ? 'untagged' : `${imageTags.slice(0, 3).map((tag) => cut(tag, 40)).join(', ')}${imageTags.length > 3 ? ', …' : ''}`;
  const age = ageInDays === undefined ? '' : `, ${plural(ageInDays, 'day')} old`;
  return visible(`${tags} ${imageDigest.slice(0, 'sha256:'.length + 12)} (rule ${rulePriority}${action === 'TRANSITION' ? ' archives it' : ''}${goesAt === undefined ? '' : ` on ${goesAt.slice(0, 10)}`}${age})`);
}
