import { compileTagTest, storageClassOfImage } from './candidates';
import type { Image } from './image';
import { isMoment } from './time';
import { CountType, PolicyDocument, storageClassOf } from '../policy/policy-document';
import { isObject } from '../text/is-object';
import type { Parsed, Problem } from '../text/problem';
import { show } from '../text/show';
import { plural } from '../text/words';

/** So that a file of a wrong shape does not fill the screen. */
const MAX_PROBLEMS = 20;

const STATUSES: readonly unknown[] = ['ACTIVE', 'ARCHIVED', 'ACTIVATING'];
const TIMES = ['imagePushedAt', 'lastRecordedPullTime', 'lastArchivedAt', 'lastActivatedAt'] as const;
const TEXTS = ['imageManifestMediaType', 'subjectManifestDigest'] as const;
const LISTS = ['imageTags', 'childDigests'] as const;

/** Checks what somebody says are images: a wrong field would make a wrong answer. Fields unknown here are left out. */
export function readImages(raw: unknown): Parsed<Image[]> {
  if (!Array.isArray(raw)) {
    return { ok: false, problems: [problem('InvalidImageList', 'images', raw, 'is not a list of images: give one object an image')] };
  }
  const problems: Problem[] = [];
  const places = new Map<unknown, number>();
  const images = Array.from(raw, (entry: unknown, i) => {
    const image = readImage(entry, `images[${i}]`, problems);
    const digest = isObject(entry) && isText(entry.imageDigest) ? entry.imageDigest : undefined;
    const first = digest && places.get(digest);
    if (first !== undefined) {
      problems.push(problem('DuplicateImage', `images[${i}].imageDigest`, digest, `is images[${first}] too; list each image once, with all its tags`));
    } else if (digest) {
      places.set(digest, i);
    }
    return image;
  });
  if (problems.length === 0) return { ok: true, value: images };
  return { ok: false, problems: limited(problems) };
}

/** What is known of the image; to be used only when no problem was found. */
function readImage(fields: unknown, path: string, problems: Problem[]): Image {
  if (!isObject(fields)) {
    problems.push(problem('InvalidImage', path, fields, 'is not an image: give an object with imageDigest'));
    return { imageDigest: '' };
  }
  const refuse = (name: string, wanted: string) => problems.push(problem('InvalidImageField', `${path}.${name}`, fields[name], `is not ${wanted}`));
  const given = (name: string) => fields[name] !== undefined && fields[name] !== null;

  if (!isText(fields.imageDigest)) refuse('imageDigest', 'the digest that every image has, like sha256:…');
  for (const name of TIMES) if (given(name) && !isMoment(fields[name])) refuse(name, 'a time in ISO 8601, like 2026-01-31T12:00:00Z');
  for (const name of TEXTS) if (given(name) && !isText(fields[name])) refuse(name, 'text');
  for (const name of LISTS) {
    const list = fields[name];
    if (given(name) && !(Array.isArray(list) && list.every(isText))) refuse(name, 'a list of texts');
  }
  const size = fields.imageSizeInBytes;
  if (given('imageSizeInBytes') && !(Number.isSafeInteger(size) && (size as number) >= 0)) refuse('imageSizeInBytes', 'a whole number of bytes from 0');
  if (given('imageStatus') && !STATUSES.includes(fields.imageStatus)) refuse('imageStatus', 'ACTIVE, ARCHIVED or ACTIVATING');

  const known = ['imageDigest', 'imageStatus', 'imageSizeInBytes', ...TIMES, ...TEXTS, ...LISTS].filter(given);
  return Object.fromEntries(known.map((name) => [name, fields[name]])) as unknown as Image;
}

/** Images that a rule selects without the time that it asks for: any answer could be wrong. */
export function checkTimes(document: PolicyDocument, images: readonly Image[]): Problem[] {
  const rules = document.rules.map((rule) => ({ rule, selects: compileTagTest(rule.selection), storageClass: storageClassOf(rule) }));
  return limited(images.flatMap((image, i): Problem[] => {
    const judge = rules.find(({ rule, selects, storageClass }) => storageClass === storageClassOfImage(image)
      && selects(image.imageTags ?? []) && ageOf(image, rule.selection.countType) === undefined);
    if (!judge) return [];
    const { countType } = judge.rule.selection;
    const field = countType === 'sinceImageTransitioned' ? 'lastArchivedAt' : 'imagePushedAt';
    return [problem('MissingTime', `images[${i}].${field}`, undefined, `is not enough for rule ${judge.rule.rulePriority}, which judges by ${countType}`)];
  }));
}

function ageOf(image: Image, countType: CountType): string | undefined {
  if (countType === 'sinceImageTransitioned') return image.lastArchivedAt;
  const pulled = countType === 'sinceImagePulled' ? image.lastRecordedPullTime : undefined;
  return pulled ?? image.lastActivatedAt ?? image.imagePushedAt;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function problem(code: string, path: string, value: unknown, rest: string): Problem {
  return { code, path, message: `${show(value)} ${rest}` };
}

function limited(problems: readonly Problem[]): Problem[] {
  if (problems.length <= MAX_PROBLEMS) return [...problems];
  const rest = problems.length - MAX_PROBLEMS;
  return [...problems.slice(0, MAX_PROBLEMS), { code: 'MoreProblems', path: '', message: `and ${plural(rest, 'more problem')} with the images` }];
}
