import type { GateReport, ReportImage } from './report';
import { utf8Length } from '../text/utf8';

/** CloudWatch Logs takes 256 KB an entry, and a log in JSON format writes a quotation mark as two bytes. */
export const BYTES_AN_ENTRY = 200_000;
/** Room for what names the piece. */
const ROOM = BYTES_AN_ENTRY - 2_000;
/** An image with more is split into rows of at most this many bytes: small ones, so that pieces are filled. */
const MAX_ROW_LENGTH = Math.floor(ROOM / 4);
/** Text in JSON takes three bytes a UTF-16 unit at most, but for the halves of a pair at its ends. */
const CHARACTERS_A_SLICE = Math.floor(ROOM / 3) - 100;

/** One piece of a report. `joinLogEntries` puts all of them together again. */
export interface LogEntry extends ReportPart {
  readonly repositoryName: string;
  readonly fingerprint: string;
  /** Two runs of a gate may come to the same fingerprint, never at the same moment. */
  readonly at: string;
  /** From 1. */
  readonly piece: number;
  readonly pieces: number;
}

interface ReportPart {
  /** Everything but the images: in the first piece. */
  readonly head?: ReportHead;
  /** A slice of the head's JSON, where that is too long for one piece. */
  readonly headText?: string;
  readonly images?: readonly (ReportImage | MoreOfImage)[];
}

type ReportHead = Omit<GateReport, 'images'>;

/** What did not fit into the piece before: its lists continue those of the image. */
interface MoreOfImage extends Partial<Pick<ReportImage, ListName>> {
  readonly imageDigest: string;
  readonly continued: true;
}

const LISTS = ['imageTags', 'usedBy', 'violates'] as const;
type ListName = typeof LISTS[number];

/**
 * The whole report in pieces that fit a log: nothing is left out, however many tags an image has.
 *
 * INVARIANT: no single entry of a list (a tag, a user, a reason) is near the size of a piece: ECR's tags have 300
 * characters at most, and `buildReport` cuts the other two.
 */
export function* logEntries(report: GateReport): Generator<LogEntry> {
  const { repositoryName, fingerprint, at } = report;
  // Packed twice rather than held in memory: what is packed may be the larger part of it.
  let pieces = 0;
  for (const _ of parts(report)) pieces++;
  let piece = 0;
  for (const part of parts(report)) yield { repositoryName, fingerprint, at, piece: ++piece, pieces, ...part };
}

/** The report of these pieces, in whatever order they come; undefined when one is missing or is another report's. */
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
    for (let i = 0; i < headJson.length; i += CHARACTERS_A_SLICE) yield { headText: headJson.slice(i, i + CHARACTERS_A_SLICE) };
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

/** Each image as one row, or as several when one would be too long; with its bytes, and the comma after it. */
function* rowsOf(images: readonly ReportImage[]): Generator<[row: ReportImage | MoreOfImage, bytes: number]> {
  for (const image of images) {
    const bytes = jsonLength(image);
    if (bytes <= MAX_ROW_LENGTH) yield [image, bytes];
    else yield* split(image);
  }
}

type Growing = { -readonly [K in keyof (ReportImage & MoreOfImage)]?: unknown } & Partial<Record<ListName, unknown[]>>;

function* split(image: ReportImage): Generator<[row: ReportImage | MoreOfImage, bytes: number]> {
  // Lists that are there but empty have to be there after joining, too.
  const empty = LISTS.filter((list) => image[list] !== undefined).map((list) => [list, []]);
  let row: Growing = { ...image, ...Object.fromEntries(empty) };
  let bytes = jsonLength(row);
  for (const list of LISTS) {
    for (const entry of image[list] ?? []) {
      const more = jsonLength(entry);
      if (bytes + more > MAX_ROW_LENGTH) {
        yield [row as unknown as MoreOfImage, bytes];
        row = { imageDigest: image.imageDigest, continued: true };
        // With the names of all lists, whether or not they will be there.
        bytes = jsonLength(row) + 50;
      }
      (row[list] ??= []).push(entry);
      bytes += more;
    }
  }
  yield [row as unknown as MoreOfImage, bytes];
}

/** Bytes of a value's JSON and of the comma behind it. */
function jsonLength(value: unknown): number {
  return utf8Length(JSON.stringify(value)) + 1;
}
