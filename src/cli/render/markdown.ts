import { coverageNotes, formatAhead, headline, isJudged, nameOf, PlanResult, verdictOf } from './plan-result';
import { formatGuard } from '../../core/judgment/guards/guard';
import type { GateReport, ReportImage } from '../../core/report/report';
import { visible } from '../../core/text/show';
import { plural, cut, withThousands } from '../../core/text/words';
import type { Outcome } from '../judge/outcome';

/*
 * A comment on a pull request: the verdict, a table, then details that can be expanded, with unexpected results first.
 * GitHub limits a comment to 65,536 characters. A note counts the parts that do not fit.
 */

/** The maximum length of a comment in characters, including the note. */
export const MAX_COMMENT_LENGTH = 65_000;

/** The line by which a job finds its earlier comment. It does not depend on the commit, so it is the same in every run. */
export const COMMENT_MARK = '<!-- ecr-lifecycle plan -->';

/** The maximum number of repositories in a note about repositories without a gate. */
const MAX_NAMES = 100;
/** The maximum number of rows for the images of one repository. */
const MAX_ROWS = 200;
/** The number of characters that are reserved for the note. */
const NOTE_LENGTH = 400;

const SYMBOLS = { 'FAILED': '❌', 'NOT JUDGED': '❓', 'WARNED': '⚠️', 'PASSED': '✅' } as const;
const BY_SEVERITY = Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[];

export function planMarkdown(plan: PlanResult): string {
  const page = new Page(MAX_COMMENT_LENGTH - NOTE_LENGTH);
  page.add(`${COMMENT_MARK}\n### ${text(headline(plan))}\n`);
  const outcomes = [...plan.repositories].sort((a, b) => severity(a) - severity(b));
  if (outcomes.length > 0) {
    page.add('\n| | Repository | Verdict | Expire | Archive | Unexpected | Preview |\n|---|---|---|--:|--:|--:|---|\n');
    page.addRowsThatFit('repository', outcomes.map(tableRow));
    page.add('\n');
    for (const outcome of outcomes) addDetails(page, outcome);
  }
  for (const { sentence, names } of coverageNotes(plan)) {
    page.addIfItFits('note', `\n${text(sentence)}: ${names.slice(0, MAX_NAMES).map(code).join(', ')}${names.length > MAX_NAMES ? ` and ${withThousands(names.length - MAX_NAMES)} more` : ''}.\n`);
  }
  return page.text;
}

function severity(outcome: Outcome): number {
  return BY_SEVERITY.indexOf(verdictOf(outcome));
}

function tableRow(outcome: Outcome): string {
  const verdict = verdictOf(outcome);
  const counts = isJudged(outcome) ? outcome.report.counts : undefined;
  const cells = [
    SYMBOLS[verdict], code(nameOf(outcome)), verdict,
    ...counts ? [withThousands(counts.expiring), withThousands(counts.archiving), withThousands(counts.unexpected)] : ['', '', ''],
    isJudged(outcome) ? code(outcome.report.fingerprint) : '',
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/** Adds the details of an outcome, with fewer images if there is not enough space, or only counts them. */
function addDetails(page: Page, outcome: Outcome): void {
  if (outcome.outcome === 'NOTHING_TO_JUDGE') {
    page.addIfItFits('note', `- ${code(nameOf(outcome))}: ${text(outcome.because)}\n`);
  } else if (outcome.outcome === 'NOT_JUDGED') {
    const { code: problem, message } = outcome.problem;
    page.addIfItFits('note', `- ${code(nameOf(outcome))} could not be judged: **${problem}** ${text(message)}\n`);
  } else if (outcome.report.images.length > 0) {
    addReport(page, outcome.report, summaryOf(outcome.report));
  }
}

function summaryOf({ repositoryName, counts: { expiring, archiving, ahead, unexpected } }: GateReport): string {
  const archived = archiving > 0 ? `, ${plural(archiving, 'image')} would be archived` : '';
  return `<code>${html(repositoryName)}</code>: ${plural(expiring, 'image')} would expire${archived}${formatAhead(ahead)}, ${withThousands(unexpected)} unexpected`;
}

/** The empty line is required, because Markdown continues only after an empty line that follows HTML. */
const END = '\n</details>\n\n';
const HEAD = '\n| Image | Digest | Age | Rule | Violated guards |\n|---|---|--:|--:|---|\n';

function addReport(page: Page, report: GateReport, summary: string): void {
  const { violations, images, verdict, fingerprint, guards } = report;
  const opening = [
    `\n<details><summary>${summary}</summary>\n\n`,
    ...violations.map(({ guardId, because }) => `- **${guardId}**: ${text(because)}\n`),
    ...verdict === 'FAILED' ? [`- To approve exactly these images once, set \`approvedPreview\` (\`gateApprovedPreview\` on a \`GatedRepository\`) to ${code(fingerprint)}.\n`] : [],
    ...guards.length > 0 ? [`\nGuards: ${guards.map((guard) => text(cut(formatGuard(guard), 200))).join('; ')}.\n`] : [],
  ].join('');
  if (!page.has(opening.length + HEAD.length + END.length)) {
    page.countOmitted('image', images.length);
    return;
  }
  page.add(opening);
  page.add(HEAD);
  page.addRowsThatFit('image', images.slice(0, MAX_ROWS).map(imageRow), END.length);
  page.countOmitted('image', Math.max(0, images.length - MAX_ROWS));
  page.add(END);
}

function imageRow({ imageTags, imageDigest, ageInDays, rulePriority, action, goesAt, violates, usedBy }: ReportImage): string {
  const tags = imageTags.length === 0 ? '*untagged*' : imageTags.slice(0, 3).map((tag) => code(cut(tag, 60))).join(' ');
  const violated = violates.map(({ guardId }) => guardId).join(', ');
  const cells = [
    `${tags}${imageTags.length > 3 ? ` and ${withThousands(imageTags.length - 3)} more` : ''}`,
    code(imageDigest.slice(0, 'sha256:'.length + 12)),
    ageInDays === undefined ? '' : plural(ageInDays, 'day'),
    `${rulePriority}${action === 'TRANSITION' ? ' (archives)' : ''}${goesAt === undefined ? '' : ` on ${goesAt.slice(0, 10)}`}`,
    `${violated}${usedBy?.length ? `: ${text(cut(usedBy[0], 80))}` : ''}`,
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/** A text that grows up to a limit, and counts the parts that do not fit. */
class Page {
  private readonly pieces: string[] = [];
  private length = 0;
  private readonly omitted = new Map<string, number>();

  constructor(private readonly limit: number) {}

  get text(): string {
    const cuts = [...this.omitted].map(([noun, n]) => `${noun === 'repository' && n !== 1 ? `${withThousands(n)} repositories` : plural(n, noun)}`);
    const note = cuts.length === 0 ? '' : `\n*Cut to fit a comment: ${cuts.join(' and ')} omitted. Use \`ecr-lifecycle plan --format json\` for the complete result.*\n`;
    return this.pieces.join('') + note;
  }

  has(characters: number): boolean {
    return this.length + characters <= this.limit;
  }

  add(piece: string): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  addIfItFits(noun: string, piece: string): void {
    if (this.has(piece.length)) this.add(piece);
    else this.countOmitted(noun, 1);
  }

  /** @param reserve The number of characters that must remain free after the rows. */
  addRowsThatFit(noun: string, rows: readonly string[], reserve = 0): void {
    const fitting = rows.findIndex((row) => {
      if (!this.has(row.length + reserve)) return true;
      this.add(row);
      return false;
    });
    if (fitting >= 0) this.countOmitted(noun, rows.length - fitting);
  }

  countOmitted(noun: string, n: number): void {
    if (n > 0) this.omitted.set(noun, (this.omitted.get(noun) ?? 0) + n);
  }
}

/** Returns a code span. A vertical bar is escaped, because it would end a table cell even within code. */
function code(value: string): string {
  return `\`${visible(value).replace(/`/g, "'").replace(/\|/g, '\\|')}\``;
}

/** The mentions, issue numbers and URLs that GitHub turns into links, even if they are escaped. */
const AUTOLINKS = /@|#(?=\d)|:(?=\/\/)|www(?=\.)/gi;

/** Escapes Markdown and HTML, so that the text cannot format, mention a user, or link. */
function text(value: string): string {
  return visible(value).replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&').replace(AUTOLINKS, '$&\u200b').replace(/&/g, '&amp;');
}

function html(value: string): string {
  return visible(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
