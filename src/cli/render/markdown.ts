import { formatAhead, headline, isJudged, nameOf, PlanResult, verdictOf } from './plan-result';
import { formatGuard } from '../../core/judgement/guards/guard';
import type { GateReport, ReportImage } from '../../core/report/report';
import { visible } from '../../core/text/show';
import { plural, cut, withThousands } from '../../core/text/words';
import type { Outcome } from '../judge/assignment';

/*
 * A comment on a pull request. What matters comes first: the verdict, a table, then details that unfold, the unexpected
 * first. A comment may have 65,536 characters; what does not fit is counted in a note.
 */

/** The most characters that a comment has, with the note. */
export const MAX_COMMENT_LENGTH = 65_000;

/** By this line a job finds its own comment again. It names no commit, so that it is the same every time. */
export const COMMENT_MARK = '<!-- ecr-lifecycle plan -->';

/** Rows of one repository's images at most. */
const MAX_ROWS = 200;
const ROOM_FOR_NOTES = 400;

const SYMBOLS = { 'FAILED': '❌', 'NOT JUDGED': '❓', 'WARNED': '⚠️', 'PASSED': '✅' } as const;
const GRAVEST_FIRST = Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[];

export function planMarkdown(plan: PlanResult): string {
  const page = new Page(MAX_COMMENT_LENGTH - ROOM_FOR_NOTES);
  page.add(`${COMMENT_MARK}\n### ${text(headline(plan))}\n`);
  const outcomes = [...plan.repositories].sort((a, b) => gravity(a) - gravity(b));
  if (outcomes.length > 0) {
    page.add('\n| | Repository | Verdict | Expire | Archive | Unexpected | Preview |\n|---|---|---|--:|--:|--:|---|\n');
    page.addWhileItFits('repository', outcomes.map(tableRow));
    page.add('\n');
    for (const outcome of outcomes) addDetails(page, outcome);
  }
  return page.text;
}

function gravity(outcome: Outcome): number {
  return GRAVEST_FIRST.indexOf(verdictOf(outcome));
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

/** Whole, or with fewer images, or not at all. */
function addDetails(page: Page, outcome: Outcome): void {
  if (outcome.outcome === 'NOTHING_TO_JUDGE') {
    page.addOrCount('note', `- ${code(nameOf(outcome))}: ${text(outcome.because)}\n`);
  } else if (outcome.outcome === 'NOT_JUDGED') {
    const { code: problem, message } = outcome.problem;
    page.addOrCount('note', `- ${code(nameOf(outcome))} could not be judged: **${problem}** ${text(message)}\n`);
  } else if (outcome.report.images.length > 0) {
    addReport(page, outcome.report, summaryOf(outcome.report));
  }
}

function summaryOf({ repositoryName, counts: { expiring, archiving, ahead, unexpected } }: GateReport): string {
  const archived = archiving > 0 ? `, ${plural(archiving, 'image')} would be archived` : '';
  return `<code>${html(repositoryName)}</code>: ${plural(expiring, 'image')} would expire${archived}${formatAhead(ahead)}, ${withThousands(unexpected)} unexpected`;
}

/** The empty line ends what is HTML: only after it Markdown goes on. */
const END = '\n</details>\n\n';
const HEAD = '\n| Image | Digest | Age | Rule | Guards that object |\n|---|---|--:|--:|---|\n';

function addReport(page: Page, report: GateReport, summary: string): void {
  const { violations, images, verdict, fingerprint, guards } = report;
  const opening = [
    `\n<details><summary>${summary}</summary>\n\n`,
    ...violations.map(({ guardId, because }) => `- **${guardId}**: ${text(because)}\n`),
    ...verdict === 'FAILED' ? [`- To let exactly these images go, this once: set \`approvedPreview\` to ${code(fingerprint)}.\n`] : [],
    ...guards.length > 0 ? [`\nGuards: ${guards.map((guard) => text(cut(formatGuard(guard), 200))).join('; ')}.\n`] : [],
  ].join('');
  if (!page.has(opening.length + HEAD.length + END.length)) {
    page.leaveOut('image', images.length);
    return;
  }
  page.add(opening);
  page.add(HEAD);
  page.addWhileItFits('image', images.slice(0, MAX_ROWS).map(imageRow), END.length);
  page.leaveOut('image', Math.max(0, images.length - MAX_ROWS));
  page.add(END);
}

function imageRow({ imageTags, imageDigest, ageInDays, rulePriority, action, goesAt, violates, usedBy }: ReportImage): string {
  const tags = imageTags.length === 0 ? '*untagged*' : imageTags.slice(0, 3).map((tag) => code(cut(tag, 60))).join(' ');
  const objections = violates.map(({ guardId }) => guardId).join(', ');
  const cells = [
    `${tags}${imageTags.length > 3 ? ` and ${withThousands(imageTags.length - 3)} more` : ''}`,
    code(imageDigest.slice(0, 'sha256:'.length + 12)),
    ageInDays === undefined ? '' : plural(ageInDays, 'day'),
    `${rulePriority}${action === 'TRANSITION' ? ' (archives)' : ''}${goesAt === undefined ? '' : ` on ${goesAt.slice(0, 10)}`}`,
    `${objections}${usedBy?.length ? `: ${text(cut(usedBy[0], 80))}` : ''}`,
  ];
  return `| ${cells.join(' | ')} |\n`;
}

/** A text that grows up to a limit, and counts what it had no room for. */
class Page {
  private readonly pieces: string[] = [];
  private length = 0;
  private readonly leftOut = new Map<string, number>();

  constructor(private readonly limit: number) {}

  get text(): string {
    const cuts = [...this.leftOut].map(([noun, n]) => `${noun === 'repository' && n !== 1 ? `${withThousands(n)} repositories` : plural(n, noun)}`);
    const note = cuts.length === 0 ? '' : `\n*Cut to fit a comment: ${cuts.join(' and ')} left out. All are in \`ecr-lifecycle plan --format json\`.*\n`;
    return this.pieces.join('') + note;
  }

  has(characters: number): boolean {
    return this.length + characters <= this.limit;
  }

  add(piece: string): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  addOrCount(noun: string, piece: string): void {
    if (this.has(piece.length)) this.add(piece);
    else this.leaveOut(noun, 1);
  }

  /** @param reserve characters that must be left afterwards */
  addWhileItFits(noun: string, rows: readonly string[], reserve = 0): void {
    const fitting = rows.findIndex((row) => {
      if (!this.has(row.length + reserve)) return true;
      this.add(row);
      return false;
    });
    if (fitting >= 0) this.leaveOut(noun, rows.length - fitting);
  }

  leaveOut(noun: string, n: number): void {
    if (n > 0) this.leftOut.set(noun, (this.leftOut.get(noun) ?? 0) + n);
  }
}

/** A span of code. In a table a bar would end the cell, even there. */
function code(value: string): string {
  return `\`${visible(value).replace(/`/g, "'").replace(/\|/g, '\\|')}\``;
}

/** What GitHub links without being asked to, and even when it is escaped: mentions, issues, and addresses. */
const AUTOLINKS = /@|#(?=\d)|:(?=\/\/)|www(?=\.)/gi;

/** Text without any meaning as Markdown or HTML: it mentions nobody, and links to nothing. */
function text(value: string): string {
  return visible(value).replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&').replace(AUTOLINKS, '$&\u200b').replace(/&/g, '&amp;');
}

function html(value: string): string {
  return visible(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
