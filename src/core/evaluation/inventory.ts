import { compileTagTest, storageClassOfImage } from './candidates';
import type { Image } from './image';
import { momentProblem } from './time';
import { CountType, PolicyDocument, storageClassOf } from '../policy/policy-document';
import { isObject } from '../text/json';
import { Parsed, Problem, Problems } from '../text/problem';
import { show } from '../text/show';
import { cut, plural } from '../text/words';

/** Keeps a file of a different kind from filling the screen with problems. */
const MAX_PROBLEMS = 20;

const STATUSES: readonly unknown[] = ['ACTIVE', 'ARCHIVED', 'ACTIVATING'];
const TIMES = ['imagePushedAt', 'lastRecordedPullTime', 'lastArchivedAt', 'lastActivatedAt'] as const;
const TEXTS = ['imageManifestMediaType', 'subjectManifestDigest'] as const;
const LISTS = ['imageTags', 'childDigests'] as const;

/** Reads a list of images. A malformed field is a problem, because it would make the result wrong. Unknown fields are dropped. */
export function readImages(raw: unknown): Parsed<Image[]> {
  const problems = new Problems();
  const images = Array.isArray(raw) ? readList(raw, problems) : [];
  if (Array.isArray(raw)) checkRepository(raw, problems);
  if (!Array.isArray(raw)) problems.add('InvalidImageList', 'images', `${show(raw)} is not a list of images: provide one object per image`);
  return limited(problems.parsed(() => images));
}

function readList(list: readonly unknown[], problems: Problems): Image[] {
  const positions = new Map<unknown, number>();
  const tagged = new Map<string, number>();
  return Array.from(list, (entry: unknown, i) => {
    const image = readImage(entry, `images[${i}]`, problems);
    const digest = isObject(entry) && isText(entry.imageDigest) ? entry.imageDigest : undefined;
    const first = digest && positions.get(digest);
    if (first !== undefined) {
      problems.add('DuplicateImage', `images[${i}].imageDigest`, `${show(digest)} is also images[${first}]; list each image once, with all its tags`);
      return image;
    }
    if (digest) positions.set(digest, i);
    checkTags(image, i, list, tagged, problems);
    return image;
  });
}

/** Reports a tag that an earlier image also has: the image that ECR would keep or expire by this tag is unknown. */
function checkTags({ imageDigest, imageTags }: Image, i: number, list: readonly unknown[], tagged: Map<string, number>, problems: Problems): void {
  if (!Array.isArray(imageTags)) return;
  for (const tag of imageTags) {
    const first = tagged.get(tag);
    if (first === undefined) {tagged.set(tag, i);} else if (first !== i) {
      const other = (list[first] as Image).imageDigest;
      problems.add('DuplicateTag', `images[${i}].imageTags`, `${show(tag)} is a tag of ${cut(imageDigest, 80)} and of ${cut(String(other), 80)} (images[${first}]), `
        + 'but in a repository a tag belongs to one image; list the images of one repository as they are at one moment');
    }
  }
}

/** Returns the different texts in this field of the entries. */
export function textsOf(name: string, entries: readonly unknown[]): string[] {
  return [...new Set(entries.map((entry) => (isObject(entry) ? entry[name] : undefined)).filter(isText))];
}

/** Rules count the images of one repository, so the lists of several must not be joined. */
function checkRepository(list: readonly unknown[], problems: Problems): void {
  for (const [field, kind] of [['repositoryName', 'repositories'], ['registryId', 'registries']] as const) {
    const values = textsOf(field, list);
    if (values.length < 2) continue;
    problems.add('MixedRepositories', 'images', `the list has the images of ${values.length} ${kind}, ${values.slice(0, 2).map(show).join(' and ')}`
      + `${values.length > 2 ? ' among them' : ''}; list the images of one repository`);
  }
}

/** Returns the known fields of an image. They are valid only if no problem was found. */
function readImage(fields: unknown, path: string, problems: Problems): Image {
  if (!isObject(fields)) {
    problems.add('InvalidImage', path, `${show(fields)} is not an image: provide an object with imageDigest`);
    return { imageDigest: '' };
  }
  const report = (name: string, wanted: string) => problems.add('InvalidImageField', `${path}.${name}`, `${show(fields[name])} is not ${wanted}`);
  const given = (name: string) => fields[name] !== undefined && fields[name] !== null;

  if (!isText(fields.imageDigest)) report('imageDigest', 'the digest that every image has, like sha256:…');
  for (const name of TIMES) {
    const problem = given(name) ? momentProblem(fields[name]) : undefined;
    if (problem !== undefined) problems.add('InvalidImageField', `${path}.${name}`, `${show(fields[name])} is ${problem}`);
  }
  for (const name of TEXTS) if (given(name) && !isText(fields[name])) report(name, 'text');
  for (const name of LISTS) {
    const list = fields[name];
    if (given(name) && !(Array.isArray(list) && list.every(isText))) report(name, 'a list of texts');
  }
  const size = fields.imageSizeInBytes;
  if (given('imageSizeInBytes') && !(Number.isSafeInteger(size) && (size as number) >= 0)) report('imageSizeInBytes', 'a whole number of bytes, 0 or more');
  if (given('imageStatus') && !STATUSES.includes(fields.imageStatus)) report('imageStatus', 'ACTIVE, ARCHIVED or ACTIVATING');

  const known = ['imageDigest', 'imageStatus', 'imageSizeInBytes', ...TIMES, ...TEXTS, ...LISTS].filter(given);
  return Object.fromEntries(known.map((name) => [name, isTime(name) ? String(fields[name]).replace(' ', 'T') : fields[name]])) as unknown as Image;
}

/** Finds the images that a rule selects but that lack the time that the rule depends on: any result could be wrong for them. */
export function checkTimes(document: PolicyDocument, images: readonly Image[]): Problem[] {
  const problems = new Problems();
  const rules = document.rules.map((rule) => ({ rule, selects: compileTagTest(rule.selection), storageClass: storageClassOf(rule) }));
  images.forEach((image, i) => {
    const undecided = rules.find(({ rule, selects, storageClass }) => storageClass === storageClassOfImage(image)
      && selects(image.imageTags ?? []) && ageOf(image, rule.selection.countType) === undefined);
    if (!undecided) return;
    const { rulePriority, selection: { countType } } = undecided.rule;
    const field = countType === 'sinceImageTransitioned' ? 'lastArchivedAt' : 'imagePushedAt';
    problems.add('MissingTime', `images[${i}].${field}`, `the time is missing, and rule ${rulePriority} (${countType}) depends on it`);
  });
  return atMost(MAX_PROBLEMS, problems.list());
}

function ageOf(image: Image, countType: CountType): string | undefined {
  if (countType === 'sinceImageTransitioned') return image.lastArchivedAt;
  const pulled = countType === 'sinceImagePulled' ? image.lastRecordedPullTime : undefined;
  return pulled ?? image.lastActivatedAt ?? image.imagePushedAt;
}

/** True for a field with a time. A blank between date and time is replaced, so that every reader of the report understands it. */
function isTime(name: string): boolean {
  return (TIMES as readonly string[]).includes(name);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function limited<T>(parsed: Parsed<T>): Parsed<T> {
  return parsed.ok ? parsed : { ok: false, problems: atMost(MAX_PROBLEMS, parsed.problems) };
}

function atMost(max: number, problems: readonly Problem[]): Problem[] {
  if (problems.length <= max) return [...problems];
  const rest = problems.length - max;
  return [...problems.slice(0, max), { code: 'MoreProblems', path: '', message: `and ${plural(rest, 'more problem')} with the images` }];
}
