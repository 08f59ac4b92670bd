import type { Image } from './image';
import { readImages } from './inventory';
import { Parsed } from '../text/problem';
import { show } from '../text/show';

/** Enough for 100,000 images with many tags each. A larger text is not a list of the images of one repository. */
const MAX_CHARACTERS = 500_000_000;

/** Older versions of the AWS CLI print these times as seconds since 1970. */
const TIMES = ['imagePushedAt', 'lastRecordedPullTime', 'lastArchivedAt', 'lastActivatedAt'];

/** Keys that indicate another page: the key of the service, and the key of the AWS CLI. */
const MORE_PAGES = ['nextToken', 'NextToken'];

/** Shells on Windows write it at the start of a file when they redirect output. */
const BYTE_ORDER_MARK = /^\uFEFF/;

export interface Inventory {
  readonly images: readonly Image[];
  /** The names of the repositories in the text. There are several if lists were concatenated. */
  readonly repositoryNames: readonly string[];
}

/** Reads the output of `aws ecr describe-images`: an object with `imageDetails`, or that list alone. */
export function readInventoryText(text: string): Parsed<Inventory> {
  if (text.length > MAX_CHARACTERS) return invalid('OversizedImages', `the text has ${text.length} characters, more than ${MAX_CHARACTERS}`);
  let json: unknown;
  try {
    json = JSON.parse(text.replace(BYTE_ORDER_MARK, ''));
  } catch {
    return invalid('MalformedImages', `${show(text)} is not JSON; provide the output of "aws ecr describe-images --output json"`);
  }
  const list = Array.isArray(json) ? json : (json as { imageDetails?: unknown } | null)?.imageDetails;
  if (!Array.isArray(list)) {
    return invalid('MissingImages', `${show(json)} has no list imageDetails; provide the output of "aws ecr describe-images --output json"`);
  }
  const nextPage = MORE_PAGES.find((key) => !Array.isArray(json) && (json as Record<string, unknown>)[key]);
  if (nextPage !== undefined) {
    return invalid('IncompleteImages', `the list ends with ${nextPage}, so it is only one of several pages, but rules count all images; omit --no-paginate and --max-items`);
  }
  const read = readImages(list.map(withTextTimes));
  return read.ok ? { ok: true, value: { images: read.value, repositoryNames: namesIn([json, ...list]) } } : read;
}

function namesIn(entries: readonly unknown[]): string[] {
  const names = entries.map((entry) => (entry as { repositoryName?: unknown } | null)?.repositoryName);
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

function withTextTimes(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
  const seconds = Object.entries(entry).filter(([name, value]) => TIMES.includes(name) && isSeconds(value));
  return { ...entry, ...Object.fromEntries(seconds.map(([name, value]) => [name, new Date(Math.round(value * 1000)).toISOString()])) };
}

/** True for a number of seconds since 1970 up to the year 9999, which is the last year that ISO 8601 text can represent here. */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800;
}

function invalid(code: string, message: string): Parsed<never> {
  return { ok: false, problems: [{ code, path: '', message }] };
}
