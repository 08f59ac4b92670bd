import Table from 'cli-table3';
import pc from 'picocolors';
import { constructOf, coverageNotes, formatAhead, headline, isJudged, nameOf, PlanResult, verdictOf } from './plan-result';
import { formatUnusedApproval } from '../../core/judgment/approved-previews';
import { exceededImpliedLimits } from '../../core/judgment/verdict-line';
import type { GateReport, ReportImage } from '../../core/report/report';
import { visible } from '../../core/text/show';
import { plural, cut, withThousands } from '../../core/text/words';
import type { Judged, Outcome } from '../judge/outcome';
import { wrap } from '../output/wrap';

/** The number of images to list per violation. The other formats list more. */
const EXAMPLES = 3;

/** The number of repositories to name if more of them share a reason. */
const MAX_NAMES = 10;

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

/** The place that a table is written to. */
export interface TableOutput {
  readonly colors: Colors;
  /** The maximum length of the rows. */
  readonly width: number;
  /** True if longer lines of text are wrapped, as on a terminal. */
  readonly wraps: boolean;
  /** False if problems are named only by their codes, because stderr has the sentences. */
  readonly explainsProblems: boolean;
}

/** Renders a plan for a terminal or a log: one row per repository, then details of the repositories that need attention. */
export function planTable(plan: PlanResult, { colors, width, wraps, explainsProblems }: TableOutput): string {
  const text = [
    ...details(plan.repositories, colors, explainsProblems),
    ...coverageNotes(plan).map(({ sentence, names }) => [`${sentence}:`, ...names.map((name) => `  ${visible(name)}`)].join('\n')),
    colors.bold(headline(plan)),
  ].map((piece) => wrap(piece, wraps ? width : undefined));
  const table = plan.repositories.length > 0 ? [tableOf(plan, colors, width)] : [];
  return `${[...table, ...text].join('\n\n')}\n`;
}

interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
  readonly cell: (outcome: Outcome, colors: Colors) => string;
}

const count = (head: string, of: (counts: GateReport['counts']) => number): Column => (
  { head, align: 'right', cell: (outcome) => (isJudged(outcome) ? withThousands(of(outcome.report.counts)) : '-') });

const COUNTS: readonly Column[] = [
  count('Expire', ({ expiring }) => expiring), count('Archive', ({ archiving }) => archiving), count('Unexpected', ({ unexpected }) => unexpected),
];
const REPOSITORY: Column = { head: 'Repository', align: 'left', cell: (outcome) => visible(nameOf(outcome)) };
const VERDICT: Column = { head: 'Verdict', align: 'left', cell: (outcome, colors) => colored(verdictOf(outcome), colors) };
const PREVIEW: Column = { head: 'Preview', align: 'left', cell: (outcome) => (isJudged(outcome) ? outcome.report.fingerprint : '-') };
const CONSTRUCT: Column = { head: 'Construct', align: 'left', cell: (outcome) => visible(constructOf(outcome) ?? '-') };

/** The columns that are shown if they fit, and then fewer ones. */
const COLUMNS: readonly (readonly Column[])[] = [
  [REPOSITORY, VERDICT, ...COUNTS, PREVIEW, CONSTRUCT],
  [REPOSITORY, VERDICT, ...COUNTS, PREVIEW],
  [REPOSITORY, VERDICT, ...COUNTS],
];

/** Returns the first table that fits, or a list. Constructs are only left out if the names of the repositories are unique. */
function tableOf({ repositories }: PlanResult, colors: Colors, width: number): string {
  const isUnique = new Set(repositories.map(nameOf)).size === repositories.length;
  // A policy file has no constructs.
  const withConstructs = repositories.some((outcome) => constructOf(outcome) !== undefined) ? COLUMNS : COLUMNS.slice(1);
  const choices = isUnique ? withConstructs : [COLUMNS[0], COLUMNS[0].filter((column) => column !== PREVIEW)];
  const plain = pc.createColors(false);
  const fits = (columns: readonly Column[]) => renderTable(repositories, columns, plain).split('\n').every((line) => line.length <= width);
  const columns = choices.find(fits);
  return columns ? renderTable(repositories, columns, colors) : listOf(repositories, colors);
}

function renderTable(repositories: readonly Outcome[], columns: readonly Column[], colors: Colors): string {
  // Without lines, the table remains readable in a ticket or a log.
  const table = new Table({
    head: columns.map(({ head }) => head),
    style: { 'head': [], 'border': [], 'padding-left': 0, 'padding-right': 2 },
    chars: NO_LINES,
    colAligns: columns.map(({ align }) => align),
  });
  for (const outcome of repositories) table.push(columns.map(({ cell }) => cell(outcome, colors)));
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n');
}

function listOf(repositories: readonly Outcome[], colors: Colors): string {
  return repositories.map((outcome) => {
    const construct = constructOf(outcome);
    const counts = isJudged(outcome) ? COUNTS.map(({ head, cell }) => `${head.toLowerCase()} ${cell(outcome, colors)}`).join(', ') : '';
    return [
      REPOSITORY.cell(outcome, colors),
      ...construct === undefined || construct === nameOf(outcome) ? [] : [`  ${visible(construct)}`],
      `  ${VERDICT.cell(outcome, colors)}${counts === '' ? '' : `  ${counts}`}`,
    ].join('\n');
  }).join('\n');
}

function colored(verdict: ReturnType<typeof verdictOf>, colors: Colors): string {
  switch (verdict) {
    case 'PASSED': return colors.green(verdict);
    case 'WARNED': return colors.yellow(verdict);
    case 'FAILED':
    case 'NOT JUDGED': return colors.red(verdict);
  }
}

/** Returns the details of the outcomes whose row is not sufficient. Repositories that share a reason share its text. */
function details(outcomes: readonly Outcome[], colors: Colors, explainsProblems: boolean): string[] {
  const named = (sharing: readonly Outcome[]) => {
    const names = sharing.map((outcome) => colors.bold(visible(nameOf(outcome))));
    return names.length > MAX_NAMES + 1 ? `${names.slice(0, MAX_NAMES).join(', ')} and ${withThousands(names.length - MAX_NAMES)} more` : names.join(', ');
  };
  const byReason = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const reason = reasonOf(outcome, explainsProblems);
    if (reason !== undefined) byReason.set(reason, [...byReason.get(reason) ?? [], outcome]);
  }
  return [...byReason].map(([reason, sharing]) => `${named(sharing)}: ${reason}`);
}

function reasonOf(outcome: Outcome, explainsProblems: boolean): string | undefined {
  if (outcome.outcome === 'NOTHING_TO_JUDGE') return outcome.because;
  if (outcome.outcome === 'NOT_JUDGED') {
    const { code, message } = outcome.problem;
    return explainsProblems ? `could not be judged\n  ${code}: ${visible(message)}` : `could not be judged: ${code}`;
  }
  const { report } = outcome;
  return report.violations.length === 0 ? undefined : [summary(outcome), ...violationLines(report), ...hints(outcome)].join('\n');
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
