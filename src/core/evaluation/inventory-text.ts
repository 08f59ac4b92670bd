import type { Image } from './image';
import { readImages } from './inventory';
import { Parsed } from '../text/problem';
import { show } from '../text/show';

/** 100,000 images with many tags each fit; what is larger is no list of one repository's images. */
const MAX_CHARACTERS = 500_000_000;

/** Older AWS CLIs print times as seconds since 1970. */
const TIMES = ['imagePushedAt', 'lastRecordedPullTime', 'lastArchivedAt', 'lastActivatedAt'];

/** With these a list says that it goes on elsewhere: the service's own key, and the AWS CLI's. */
const MORE_PAGES = ['nextToken', 'NextToken'];

/** Shells on Windows put it before what they redirect into a file. */
const BYTE_ORDER_MARK = /^\uFEFF/;

export interface Inventory {
  readonly images: readonly Image[];
  /** Of which repository, as far as the text says. Several: somebody put lists together. */
  readonly repositoryNames: readonly string[];
}

/** Reads what `aws ecr describe-images` prints: an object with `imageDetails`, or that list alone. */
export function readInventoryText(text: string): Parsed<Inventory> {
  if (text.length > MAX_CHARACTERS) return refuse('OversizedImages', `the text has ${text.length} characters, more than ${MAX_CHARACTERS}`);
  let json: unknown;
  try {
    json = JSON.parse(text.replace(BYTE_ORDER_MARK, ''));
  } catch {
    return refuse('MalformedImages', `${show(text)} is not JSON; give what "aws ecr describe-images --output json" prints`);
  }
  const list = Array.isArray(json) ? json : (json as { imageDetails?: unknown } | null)?.imageDetails;
  if (!Array.isArray(list)) {
    return refuse('MissingImages', `${show(json)} has no list imageDetails; give what "aws ecr describe-images --output json" prints`);
  }
  const goesOn = MORE_PAGES.find((key) => !Array.isArray(json) && (json as Record<string, unknown>)[key]);
  if (goesOn !== undefined) {
    return refuse('IncompleteImages', `the list ends with a ${goesOn}, so it is one page of several, and rules count all images; leave out --no-paginate and --max-items`);
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

/** Up to the year 9999, which is as far as ISO 8601 text goes here. */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800;
}

function refuse(code: string, message: string): Parsed<never> {
  return { ok: false, problems: [{ code, path: '', message }] };
}
