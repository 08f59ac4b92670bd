import type { GateReport, ReportImage } from './report';
import { utf8Length } from '../text/words';

/** CloudWatch Logs accepts 256 KB per entry, and a log in JSON format writes a quotation mark as two bytes. */
export const BYTES_PER_ENTRY = 200_000;
/** Leaves space for the fields that identify the piece. */
const ROOM = BYTES_PER_ENTRY - 2_000;
/** A larger image is split into rows of at most this size. They are small, so that pieces are filled well. */
const MAX_ROW_LENGTH = Math.floor(ROOM / 4);
/** Text in JSON takes at most three bytes per UTF-16 unit, except for half surrogate pairs at its ends. */
const CHARACTERS_PER_SLICE = Math.floor(ROOM / 3) - 100;

/** One piece of a report. `joinLogEntries` joins the pieces. */
export interface LogEntry extends ReportPart {
  readonly repositoryName: string;
  readonly fingerprint: string;
  /** The time of the judgment. Two runs of a gate can have the same fingerprint, but not the same time. */
  readonly at: string;
  /** The number of this piece, starting at 1. */
  readonly piece: number;
  readonly pieces: number;
}

interface ReportPart {
  /** The report without the images. Present in the first piece. */
  readonly head?: ReportHead;
  /** A slice of the JSON of the head, if that is too long for one piece. */
  readonly headText?: string;
  readonly images?: readonly (ReportImage | MoreOfImage)[];
}

type ReportHead = Omit<GateReport, 'images'>;

/** The rest of an image that did not fit into the previous piece. Its lists continue those of the image. */
interface MoreOfImage extends Partial<Pick<ReportImage, ListName>> {
  readonly imageDigest: string;
  readonly continued: true;
}

const LISTS = ['imageTags', 'usedBy', 'violates'] as const;
type ListName = typeof LISTS[number];

/**
 * Generates the whole report in pieces that fit into log entries, regardless of the number of tags per image.
 *
 * INVARIANT: an entry of a list (a tag, a user, a reason) is always much smaller than a piece. ECR's tags have at most 300
 * characters, and `buildReport` cuts the others.
 */
export function* logEntries(report: GateReport): Generator<LogEntry> {
  const { repositoryName, fingerprint, at } = report;
  // The report is packed twice, because the pieces could take more memory than the report.
  let pieces = 0;
  for (const _ of parts(report)) pieces++;
  let piece = 0;
  for (const part of parts(report)) yield { repositoryName, fingerprint, at, piece: ++piece, pieces, ...part };
}

/** Joins the pieces of a report in any order. Returns undefined if a piece is missing or belongs to another report. */
export function joinLogEntries(entries: readonly LogEntry[]): GateReport | undefined {
  const inOrder = [...entries].sort((a, b) => a.piece - b.piece);
  const [first] = inOrder;
  const whole = first?.pieces === inOrder.length
    && inOrder.every(({ piece, fingerprint, at }, i) => piece === i + 1 && fingerprint === first.fingerprint && at === first.at);
  if (!whole) return undefined;
  const head = first.head ?? JSON.parse(inOrder.map(({ headText }) => headText ?? '').join('')) as ReportHead;
  const images: ReportImage[] = [];
  for (const row of inOrder.flatMap((entry) => entry.images ?? [])) {
    if (isMore(row)) images.push(extended(images.pop()!, row));
    else images.push(row);
  }
  return { ...head, images };
}

function isMore(row: ReportImage | MoreOfImage): row is MoreOfImage {
  return 'continued' in row;
}

function extended(image: ReportImage, more: MoreOfImage): ReportImage {
  const lists = LISTS.filter((list) => more[list] !== undefined).map((list) => [list, [...image[list] ?? [], ...more[list]!]]);
  return { ...image, ...Object.fromEntries(lists) };
}

function* parts(report: GateReport): Generator<ReportPart> {
  const { images, ...head } = report;
  let part: ReportPart = {};
  let room = ROOM;
  const headJson = JSON.stringify(head);
  const headBytes = utf8Length(headJson);
  if (headBytes <= ROOM) {
    part = { head };
    room -= headBytes;
  } else {
    for (let i = 0; i < headJson.length; i += CHARACTERS_PER_SLICE) yield { headText: headJson.slice(i, i + CHARACTERS_PER_SLICE) };
  }

  let rows: (ReportImage | MoreOfImage)[] = [];
  for (const [row, bytes] of rowsOf(images)) {
    if (bytes > room) {
      yield rows.length > 0 ? { ...part, images: rows } : part;
      part = {};
      rows = [];
      room = ROOM;
    }
    rows.push(row);
    room -= bytes;
  }
  if (rows.length > 0 || part.head) yield rows.length > 0 ? { ...part, images: rows } : part;
}

/** Generates the rows of each image: one, or several if one would be too long. The bytes include the comma after the row. */
function* rowsOf(images: readonly ReportImage[]): Generator<[row: ReportImage | MoreOfImage, bytes: number]> {
  for (const image of images) {
    const bytes = jsonLength(image);
    if (bytes <= MAX_ROW_LENGTH) yield [image, bytes];
    else yield* split(image);
  }
}

type Growing = { -readonly [K in keyof (ReportImage & MoreOfImage)]?: unknown } & Partial<Record<ListName, unknown[]>>;

function* split(image: ReportImage): Generator<[row: ReportImage | MoreOfImage, bytes: number]> {
  // Lists that are present but empty must also be present after joining.
  const empty = LISTS.filter((list) => image[list] !== undefined).map((list) => [list, []]);
  let row: Growing = { ...image, ...Object.fromEntries(empty) };
  let bytes = jsonLength(row);
  for (const list of LISTS) {
    for (const entry of image[list] ?? []) {
      const more = jsonLength(entry);
      if (bytes + more > MAX_ROW_LENGTH) {
        yield [row as unknown as MoreOfImage, bytes];
        row = { imageDigest: image.imageDigest, continued: true };
        // Includes the names of all lists, even if the row will not contain all of them.
        bytes = jsonLength(row) + 50;
      }
      (row[list] ??= []).push(entry);
      bytes += more;
    }
  }
  yield [row as unknown as MoreOfImage, bytes];
}

/** Returns the size of the JSON of a value in bytes, including a comma after it. */
function jsonLength(value: unknown): number {
  return utf8Length(JSON.stringify(value)) + 1;
}
