import { Content, html, jsonBlock, Markup } from './markup';
import { GateReport, ReportImage, wholeReport } from './report';
import { visible } from '../text/show';
import { plural, cut, withThousands } from '../text/words';

/*
 * The table of affected images. Its rows are data, and the script of the page draws only the visible ones, so that a page with
 * 20,000 images opens immediately.
 */

/** The most images in the table. */
export const TABLE_IMAGES = 20_000;
/** The most tags shown per image. An image can have 1,000. */
export const TABLE_TAGS = 20;
/** The most characters in all rows: the page remains much smaller than 10 MB, regardless of the tags. */
export const TABLE_CHARACTERS = 6_000_000;
const TABLE_USERS = 5;
const MAX_TEXT_LENGTH = 300;

/** An image in the data for the script. A list is used instead of an object, because names would take a third of the page. */
export type TableRow = readonly [
  imageDigest: string,
  tags: readonly string[],
  /** The number of tags that are not shown. */
  moreTags: number,
  imagePushedAt: string | null,
  ageInDays: number | null,
  imageSizeInBytes: number | null,
  lastRecordedPullTime: string | null,
  action: 'EXPIRE' | 'TRANSITION',
  rulePriority: number,
  usedBy: readonly string[],
  /** Positions in the list of reasons. */
  violates: readonly number[],
  /** The date from which the rule acts, or null if it acts now. */
  goesOn: string | null,
];

export interface TableData {
  readonly reasons: readonly { readonly guardId: string; readonly because: string }[];
  readonly rows: readonly TableRow[];
}

/** Returns as many rows as fit, unexpected images first. */
export function tableData({ images }: GateReport): TableData {
  const reasons = new Map<string, { position: number; guardId: string; because: string }>();
  const positionOf = ({ guardId, because }: ReportImage['violates'][number]): number => {
    const key = `${guardId} ${because}`;
    const reason = reasons.get(key) ?? { position: reasons.size, guardId, because: visible(because) };
    reasons.set(key, reason);
    return reason.position;
  };
  const rows: TableRow[] = [];
  let characters = 0;
  for (const image of images.slice(0, TABLE_IMAGES)) {
    const row = tableRow(image, image.violates.map(positionOf));
    characters += JSON.stringify(row).length;
    if (characters > TABLE_CHARACTERS) break;
    rows.push(row);
  }
  return { reasons: [...reasons.values()].map(({ guardId, because }) => ({ guardId, because })), rows };
}

function tableRow(image: ReportImage, violates: readonly number[]): TableRow {
  const { imageTags, usedBy = [] } = image;
  return [
    visible(image.imageDigest),
    imageTags.slice(0, TABLE_TAGS).map(shown),
    Math.max(0, imageTags.length - TABLE_TAGS),
    image.imagePushedAt ?? null,
    image.ageInDays ?? null,
    image.imageSizeInBytes ?? null,
    image.lastRecordedPullTime ?? null,
    image.action,
    image.rulePriority,
    usedBy.slice(0, TABLE_USERS).map(shown),
    violates,
    image.goesAt?.slice(0, 10) ?? null,
  ];
}

function shown(text: string): string {
  return visible(cut(text, MAX_TEXT_LENGTH));
}

export function imageTable(report: GateReport): Markup {
  const { images } = report;
  if (images.length === 0) return html`<section id="images"><h2>Affected images</h2><p>None.</p></section>`;
  const data = tableData(report);
  const guards = [...new Set(data.reasons.map(({ guardId }) => guardId))].sort();
  const rules = [...new Set(data.rows.map((row) => row[8]))].sort((a, b) => a - b);
  return html`<section id="images">
<h2>Affected images</h2>
${cutNote(report, data)}
<noscript><p class="note">The table needs JavaScript. All images are in ${wholeReport(report)}.</p></noscript>
<div class="filters" role="search" aria-label="Filter the images">
<label class="wide">Find <input id="filter-text" type="search" placeholder="tag, digest, user" autocomplete="off" spellcheck="false"></label>
${select('filter-guard', 'Guard', [['', 'any'], ['unexpected', 'at least one objects'], ['expected', 'none objects'], ...guards.map((id) => [`id:${id}`, id] as const)])}
${select('filter-action', 'Action', [['', 'any'], ['EXPIRE', 'expire'], ['TRANSITION', 'archive']])}
${select('filter-rule', 'Rule', [['', 'any'], ...rules.map((rule) => [String(rule), String(rule)] as const)])}
</div>
<p id="status" role="status"></p>
<div class="scroll"><table class="images">
<thead><tr>${columns(report).map(([id, name]) => html`<th scope="col" data-column="${id}" aria-sort="none"><button type="button">${name}</button></th>`)}</tr></thead>
<tbody id="rows"></tbody>
</table></div>
<p><button type="button" id="more" hidden>Show more</button></p>
${jsonBlock('data', data)}
</section>`;
}

/** Returns the columns, except those without a known value. */
function columns({ images }: GateReport): (readonly [id: string, name: string])[] {
  const known = (field: keyof ReportImage) => images.some((image) => image[field] !== undefined);
  return [
    ['tags', 'Tags'],
    ['digest', 'Digest'],
    ['pushed', 'Pushed'],
    ...known('imageSizeInBytes') ? [['size', 'Size'] as const] : [],
    ...known('lastRecordedPullTime') ? [['pulled', 'Last pull'] as const] : [],
    ['action', 'Action'],
    ['rule', 'Rule'],
    ['guards', 'Guards that object'],
  ];
}

function cutNote(report: GateReport, { rows }: TableData): Content {
  const tagsCut = rows.some((row) => row[2] > 0);
  if (rows.length === report.images.length && !tagsCut) return undefined;
  const notes = [
    rows.length < report.images.length
      ? `The table has the first ${withThousands(rows.length)} of ${plural(report.images.length, 'image')}, the unexpected ones first.` : '',
    tagsCut ? `It has the first ${TABLE_TAGS} tags of each image.` : '',
    `The complete list is in ${wholeReport(report)}${report.planned ? '' : ', and in the log'}.`,
  ];
  return html`<p class="note">${notes.filter((note) => note !== '').join(' ')}</p>`;
}

function select(id: string, label: string, options: readonly (readonly [value: string, name: string])[]): Markup {
  return html`<label>${label} <select id="${id}">${options.map(([value, name]) => html`<option value="${value}">${name}</option>`)}</select></label>`;
}
