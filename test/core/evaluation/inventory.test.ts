import {
  any, archive, archivedBefore, expire, image, keep, moreThan, pulledBefore, pushedBefore, tagged, untagged,
} from './evaluator-fixtures';
import type { Image } from '../../../src/core/evaluation/image';
import { checkTimes, readImages } from '../../../src/core/evaluation/inventory';

const GOOD = { imageDigest: 'sha256:a' };

/** Returns all problems as `code path: message`. */
function problemsOf(images: unknown): string[] {
  const read = readImages(images);
  return read.ok ? [] : read.problems.map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

/** Returns the images, or fails the test. */
function imagesOf(raw: unknown): Image[] {
  const read = readImages(raw);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

describe('valid images', () => {
  test('keep known fields and lose unknown ones', () => {
    const known = {
      imageDigest: 'sha256:a',
      imageTags: ['v1', 'latest'],
      imagePushedAt: '2026-01-31T12:00:00.123456+02:00',
      lastRecordedPullTime: '2026-02-01',
      lastArchivedAt: '2026-02-02T00:00:00Z',
      lastActivatedAt: '2026-02-03T00:00:00Z',
      imageStatus: 'ACTIVATING',
      imageSizeInBytes: 0,
      imageManifestMediaType: 'application/vnd.oci.image.index.v1+json',
      subjectManifestDigest: 'sha256:b',
      childDigests: ['sha256:c'],
    };
    expect(imagesOf([{ ...known, registryId: '111122223333', repositoryName: 'shop', imageScanStatus: { status: 'COMPLETE' } }])).toEqual([known]);
  });

  test('need only a digest; null means absent, as JMESPath writes it', () => {
    expect(imagesOf([GOOD, { imageDigest: 'sha256:b', imageTags: null, imagePushedAt: null, imageSizeInBytes: undefined }]))
      .toEqual([GOOD, { imageDigest: 'sha256:b' }]);
  });

  test('can be an empty list', () => {
    expect(imagesOf([])).toEqual([]);
  });
});

describe('invalid lists of images', () => {
  test.each([[undefined, 'undefined'], [null, 'null'], [{ imageDetails: [] }, '{"imageDetails":[]}'], ['sha256:a', '"sha256:a"'], [3, '3']])(
    '%p', (raw, shown) => {
      expect(problemsOf(raw)).toEqual([`InvalidImageList images: ${shown} is not a list of images: provide one object per image`]);
    });

  test.each([[null, 'null'], [3, '3'], ['sha256:a', '"sha256:a"'], [['sha256:a'], '["sha256:a"]'], [undefined, 'undefined']])(
    'an image that is %p', (entry, shown) => {
      expect(problemsOf([GOOD, entry])).toEqual([`InvalidImage images[1]: ${shown} is not an image: provide an object with imageDigest`]);
    });

  test('a list with a hole', () => {
    expect(problemsOf(Object.assign([GOOD], { length: 2 }))).toEqual([expect.stringContaining('InvalidImage images[1]: undefined')]);
  });
});

describe('invalid fields', () => {
  test.each([
    ['imageDigest', '', '"" is not the digest'],
    ['imageDigest', undefined, 'undefined is not the digest'],
    ['imageDigest', null, 'null is not the digest'],
    ['imageDigest', 7, '7 is not the digest'],
    ['imagePushedAt', 'yesterday', '"yesterday" is not a time in ISO 8601'],
    ['imagePushedAt', '', '"" is not a time'],
    ['imagePushedAt', '2026-02-31T00:00:00Z', '"2026-02-31T00:00:00Z" is not a time'],
    ['imagePushedAt', 1_769_860_800, '1769860800 is not a time'],
    ['imagePushedAt', NaN, 'NaN is not a time'],
    ['lastRecordedPullTime', '31.01.2026', '"31.01.2026" is not a time'],
    ['lastArchivedAt', true, 'true is not a time'],
    ['lastActivatedAt', {}, '{} is not a time'],
    ['imageTags', 'v1', '"v1" is not a list of texts'],
    ['imageTags', { 0: 'v1' }, '{"0":"v1"} is not a list of texts'],
    ['imageTags', ['v1', 2], '["v1",2] is not a list of texts'],
    ['imageTags', [null], '[null] is not a list of texts'],
    ['imageTags', [''], '[""] is not a list of texts'],
    ['childDigests', 'sha256:b', '"sha256:b" is not a list of texts'],
    ['subjectManifestDigest', ['sha256:b'], '["sha256:b"] is not text'],
    ['subjectManifestDigest', '', '"" is not text'],
    ['imageManifestMediaType', 5, '5 is not text'],
    ['imageStatus', 'archived', '"archived" is not ACTIVE, ARCHIVED or ACTIVATING'],
    ['imageStatus', 'DELETED', '"DELETED" is not ACTIVE'],
    ['imageStatus', '', '"" is not ACTIVE'],
    ['imageSizeInBytes', -1, '-1 is not a whole number of bytes, 0 or more'],
    ['imageSizeInBytes', 1.5, '1.5 is not a whole number'],
    ['imageSizeInBytes', '10', '"10" is not a whole number'],
    ['imageSizeInBytes', Infinity, 'Infinity is not a whole number'],
  ])('%s: %p', (field, value, message) => {
    expect(problemsOf([{ ...GOOD, [field]: value }])).toEqual([expect.stringContaining(`InvalidImageField images[0].${field}: ${message}`)]);
  });

  test('a duplicate image is reported even if it has other problems', () => {
    expect(problemsOf([GOOD, { imageDigest: 'sha256:b' }, { ...GOOD, imageTags: ['v1'] }])).toEqual([
      'DuplicateImage images[2].imageDigest: "sha256:a" is also images[0]; list each image once, with all its tags',
    ]);
    expect(problemsOf([{ ...GOOD, imageSizeInBytes: -1 }, GOOD])).toHaveLength(2);
  });
});

describe('a tag on two images', () => {
  const moved = [{ imageDigest: 'sha256:a', imageTags: ['v1', 'latest'] }, { imageDigest: 'sha256:b' }, { imageDigest: 'sha256:c', imageTags: ['latest'] }];

  test('is reported with the tag and both digests', () => {
    expect(problemsOf(moved)).toEqual([
      'DuplicateTag images[2].imageTags: "latest" is a tag of sha256:c and of sha256:a (images[0]), but in a repository a tag belongs to one image; '
      + 'list the images of one repository as they are at one moment',
    ]);
  });

  test('is not reported for an image that is listed twice, which is another problem, or that repeats its own tag', () => {
    expect(problemsOf([moved[0], moved[0]]).map((text) => text.split(' ')[0])).toEqual(['DuplicateImage']);
    expect(problemsOf([{ imageDigest: 'sha256:a', imageTags: ['v1', 'v1'] }])).toEqual([]);
  });
});

test('images of several repositories or registries are reported', () => {
  const of = (repositoryName: string, registryId: string, i: number) => ({ imageDigest: `sha256:${i}`, repositoryName, registryId });
  expect(problemsOf([of('shop/web', '1', 0), of('shop/web', '1', 1)])).toEqual([]);
  expect(problemsOf([of('shop/web', '1', 0), of('shop/api', '1', 1), { imageDigest: 'sha256:2' }]))
    .toEqual(['MixedRepositories images: the list has the images of 2 repositories, "shop/web" and "shop/api"; list the images of one repository']);
  expect(problemsOf(['a', 'b', 'c'].map((id, i) => of('shop/web', id, i))))
    .toEqual(['MixedRepositories images: the list has the images of 3 registries, "a" and "b" among them; list the images of one repository']);
});

test('a time with a blank is kept with the letter T, as the report shows times', () => {
  expect(imagesOf([{ ...GOOD, imagePushedAt: '2025-10-01 10:46:49-04:00' }])).toEqual([{ ...GOOD, imagePushedAt: '2025-10-01T10:46:49-04:00' }]);
  expect(problemsOf([{ ...GOOD, imagePushedAt: '2025-10-01 10:46:49' }])).toEqual([
    'InvalidImageField images[0].imagePushedAt: "2025-10-01 10:46:49" is a time without an offset from UTC, which may be a local time: '
    + 'add the offset, such as Z for UTC or +02:00',
  ]);
});

describe('many problems', () => {
  test('of one list are reported together, in the order of the list', () => {
    const bad = [{ ...GOOD, imagePushedAt: 'x', imageStatus: 'y' }, null, { imageDigest: 'sha256:b' }, GOOD];
    expect(problemsOf(bad).map((text) => text.split(':')[0])).toEqual([
      'InvalidImageField images[0].imagePushedAt', 'InvalidImageField images[0].imageStatus', 'InvalidImage images[1]',
      'DuplicateImage images[3].imageDigest',
    ]);
  });

  test('are cut after 20, and the rest are counted', () => {
    expect(problemsOf(Array(20).fill(3))).toHaveLength(20);
    const many = problemsOf(Array(1234).fill(3));
    expect(many).toHaveLength(21);
    expect(many[20]).toBe('MoreProblems : and 1,214 more problems with the images');
    expect(problemsOf(Array(21).fill(3))[20]).toBe('MoreProblems : and 1 more problem with the images');
  });
});

describe('required times', () => {
  const missing = (rules: Parameters<typeof expire>[] | ReturnType<typeof expire>[], ...images: Image[]) =>
    checkTimes({ rules: rules as ReturnType<typeof expire>[] }, images).map(({ path, message }) => `${path}: ${message}`);
  const bare = (more: Partial<Image> = {}): Image => ({ imageDigest: 'sha256:a', ...more });

  test.each([
    ['a count', expire(1, any, moreThan(3)), 'imagePushedAt', 'imageCountMoreThan'],
    ['a keep rule, which is a count', keep(1, untagged), 'imagePushedAt', 'imageCountMoreThan'],
    ['push age', expire(1, any, pushedBefore(3)), 'imagePushedAt', 'sinceImagePushed'],
    ['pull age', archive(1, any, pulledBefore(3)), 'imagePushedAt', 'sinceImagePulled'],
  ])('%s', (_, rule, field, countType) => {
    expect(missing([rule], bare())).toEqual([`images[0].${field}: the time is missing, and rule 1 (${countType}) depends on it`]);
    expect(missing([rule], image('sha256:a', 3))).toEqual([]);
  });

  test('time in the archive', () => {
    const rule = expire(1, any, archivedBefore(90));
    expect(missing([rule], bare({ imageStatus: 'ARCHIVED', imagePushedAt: '2025-01-01' }))).toEqual([
      'images[0].lastArchivedAt: the time is missing, and rule 1 (sinceImageTransitioned) depends on it',
    ]);
    expect(missing([rule], bare({ imageStatus: 'ARCHIVED', lastArchivedAt: '2025-01-01' }))).toEqual([]);
  });

  test('a pull or a restore replaces the push', () => {
    expect(missing([archive(1, any, pulledBefore(3))], bare({ lastRecordedPullTime: '2026-01-01' }))).toEqual([]);
    expect(missing([expire(1, any, pushedBefore(3))], bare({ lastActivatedAt: '2026-01-01' }))).toEqual([]);
    expect(missing([expire(1, any, pushedBefore(3))], bare({ lastRecordedPullTime: '2026-01-01' }))).toHaveLength(1);
  });

  test('are not required if no rule selects the image', () => {
    expect(missing([expire(1, tagged('v*'), pushedBefore(3)), expire(2, any, archivedBefore(90))], bare())).toEqual([]);
  });

  test('are reported once per image, for the first rule that lacks one', () => {
    const rules = [expire(4, tagged('v*'), moreThan(1)), archive(5, any, pulledBefore(3))];
    expect(missing(rules, bare({ imageTags: ['v1'] }), { imageDigest: 'sha256:b' })).toEqual([
      expect.stringContaining('images[0].imagePushedAt: the time is missing, and rule 4 '),
      expect.stringContaining('images[1].imagePushedAt: the time is missing, and rule 5 '),
    ]);
  });
});
