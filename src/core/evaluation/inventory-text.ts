import type { Image } from './image';
import { readImages, textsOf } from './inventory';
import { isObject } from '../text/json';
import { describeJsonError, excerptOf, jsonErrorIn } from '../text/json-error';
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

const DESCRIBE_IMAGES = '"aws ecr describe-images --output json"';

export interface Inventory {
  readonly images: readonly Image[];
  /** The name of the repository if the text contains it: an empty list, or a list of one. */
  readonly repositoryNames: readonly string[];
}

/**
 * Reads the output of `aws ecr describe-images`: an object with `imageDetails`, or that list alone.
 *
 * A list of all pages, as `jq -s` makes it, is joined.
 */
export function readInventoryText(text: string): Parsed<Inventory> {
  if (text.length > MAX_CHARACTERS) return invalid('OversizedImages', `the text has ${text.length} characters, more than ${MAX_CHARACTERS}`);
  const json = parse(text.replace(BYTE_ORDER_MARK, ''));
  if (!json.ok) return json;
  const pages = pagesIn(json.value);
  const list = pages === undefined ? undefined : pages.flatMap(({ imageDetails }) => imageDetails);
  if (list === undefined || pages === undefined) {
    return invalid('MissingImages', `${show(json.value)} has no list imageDetails; provide the output of ${DESCRIBE_IMAGES}`);
  }
  // The last page has no token. The pages may be in any order.
  const nextPage = MORE_PAGES.find((key) => pages.every((page) => page[key]));
  if (nextPage !== undefined) {
    return invalid('IncompleteImages', `the list ends with ${nextPage}, so it is only one of several pages, but rules count all images; omit --no-paginate and --max-items`);
  }
  const read = readImages(list.map(withTextTimes));
  return read.ok ? { ok: true, value: { images: read.value, repositoryNames: textsOf('repositoryName', [...pages, ...list]) } } : read;
}

function parse(text: string): Parsed<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const because = describeJsonError(text);
    const isSeveral = text.trim() !== '' && jsonErrorIn(text).kind === 'SEVERAL';
    return invalid('MalformedImages', isSeveral
      ? `several pages follow one another (${because}); omit --no-paginate, so that the AWS CLI joins them, or join them with "jq -s . FILE"`
      : `the text ${show(excerptOf(text))} is not JSON: ${because}; provide the output of ${DESCRIBE_IMAGES}`);
  }
}

/** An answer of `DescribeImages`. */
interface Page {
  readonly imageDetails: readonly unknown[];
  readonly [key: string]: unknown;
}

/** Returns the pages of a parsed text: one, or a list of several. Undefined for anything else. */
function pagesIn(json: unknown): readonly Page[] | undefined {
  if (isPage(json)) return [json];
  if (!Array.isArray(json)) return undefined;
  return json.length > 0 && json.every(isPage) ? json : [{ imageDetails: json }];
}

function isPage(value: unknown): value is Page {
  return isObject(value) && Array.isArray(value.imageDetails);
}

function withTextTimes(entry: unknown): unknown {
  if (!isObject(entry)) return entry;
  const seconds = Object.entries(entry).filter(([name, value]) => TIMES.includes(name) && isSeconds(value));
  return { ...entry, ...Object.fromEntries(seconds.map(([name, value]) => [name, new Date(Math.round(Number(value) * 1000)).toISOString()])) };
}

/** True for a number of seconds since 1970 up to the year 9999, which is the last year that ISO 8601 text can represent here. */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800;
}

function invalid(code: string, message: string): Parsed<never> {
  return { ok: false, problems: [{ code, path: '', message }] };
}
