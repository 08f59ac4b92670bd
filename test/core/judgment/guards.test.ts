import type { Image } from '../../../src/core/evaluation/image';
import type { AffectedImage } from '../../../src/core/judgment/affected-image';
import type { Evidence } from '../../../src/core/judgment/guards/evidence';
import { Guard, needsOf } from '../../../src/core/judgment/guards/guard';
import { judge } from '../../../src/core/judgment/judgment';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const DAY = 24 * 60 * 60;
const daysAgo = (days: number) => new Date(NOW - days * DAY * 1000).toISOString();

interface Given extends Partial<Omit<Image, 'imageDigest'>> {
  /** The action. Absent if the image is kept. */
  readonly goes?: AffectedImage['action'];
  /** The number of days until the action. Absent if it happens now. */
  readonly inDays?: number;
  readonly usedBy?: string[];
}

const LOOSE: Guard[] = [{ id: 'max-images', limit: 1_000 }, { id: 'max-archived', limit: 1_000 }];

/** Returns the digests that a guard objects to. Images are pushed 100 days ago unless stated otherwise. */
function objectedTo(guard: Guard, images: Record<string, Given>): string[] {
  const violation = judge([...LOOSE, guard], evidenceOf(images)).violations.find(({ guardId }) => guardId === guard.id);
  return violation ? violation.images.map(({ imageDigest }) => imageDigest).sort() : [];
}

function because(guard: Guard, images: Record<string, Given>): string | undefined {
  return judge([...LOOSE, guard], evidenceOf(images)).violations[0]?.because;
}

function evidenceOf(images: Record<string, Given>): Evidence {
  const entries = Object.entries(images);
  const inventory = new Map(entries.map(([imageDigest, { goes, inDays, usedBy, ...image }]): [string, Image] =>
    [imageDigest, { imageDigest, imagePushedAt: daysAgo(100), ...image }]));
  const affected = (imageDigest: string, action: AffectedImage['action']): AffectedImage => {
    const { imageTags = [], imagePushedAt } = inventory.get(imageDigest)!;
    return { imageDigest, imageTags, imagePushedAt, action, rulePriority: 1 };
  };
  return {
    now: NOW,
    inventory,
    uses: new Map(entries.flatMap(([digest, { usedBy }]) => (usedBy ? [[digest, usedBy]] : []))),
    affected: entries.flatMap(([digest, { goes, inDays }]) => (goes && inDays === undefined ? [affected(digest, goes)] : [])),
    ahead: entries.flatMap(([digest, { goes, inDays }]) => (
      goes && inDays !== undefined ? [{ ...affected(digest, goes), goesAt: daysAgo(-inDays) }] : [])),
  };
}

const EXPIRE = { goes: 'EXPIRE' } as const;
const LATER = { goes: 'EXPIRE', inDays: 2 } as const;
const ARCHIVE = { goes: 'TRANSITION' } as const;
const ALL = { tagStatus: 'any' } as const;
const INDEX = 'application/vnd.oci.image.index.v1+json';

describe('max-percent', () => {
  const guard = (percent: number): Guard => ({ id: 'max-percent', percent });
  const half = { a: EXPIRE, b: EXPIRE, c: {}, d: ARCHIVE };

  test.each([[50, []], [49.9, ['a', 'b']], [0, ['a', 'b']], [100, []]])('2 of 4 images with a limit of %p %%', (percent, expected) => {
    expect(objectedTo(guard(percent), half)).toEqual(expected);
  });

  test('is a limit, so there is no implied limit', () => {
    expect(judge([guard(50), { id: 'max-archived', limit: 1 }], evidenceOf(half))).toMatchObject({ limitImplied: false, violations: [] });
  });

  test('states the counts', () => {
    expect(because(guard(25), half)).toBe('2 of 4 images would expire, but at most 25% may');
  });
});

describe('max-archived', () => {
  test.each([[1, []], [0, ['b']]])('1 image with a limit of %i', (limit, expected) => {
    expect(objectedTo({ id: 'max-archived', limit }, { a: EXPIRE, b: ARCHIVE })).toEqual(expected);
  });
});

describe('protect-digests', () => {
  test('protects only these images, from every action', () => {
    expect(objectedTo({ id: 'protect-digests', digests: ['a', 'b', 'x'] }, { a: EXPIRE, b: ARCHIVE, c: EXPIRE })).toEqual(['a', 'b']);
  });
});

describe('protect-pushed-within', () => {
  const guard: Guard = { id: 'protect-pushed-within', seconds: 7 * DAY };

  test('protects images that are younger, of exactly that age or of unknown age, but not older ones', () => {
    expect(objectedTo(guard, {
      younger: { ...EXPIRE, imagePushedAt: daysAgo(6.9) },
      exactly: { ...ARCHIVE, imagePushedAt: daysAgo(7) },
      older: { ...EXPIRE, imagePushedAt: daysAgo(7.1) },
      unknown: { ...EXPIRE, imagePushedAt: undefined },
    })).toEqual(['exactly', 'unknown', 'younger']);
  });

  test('judges images that are affected later by their age on that day', () => {
    expect(objectedTo(guard, {
      young: { ...LATER, imagePushedAt: daysAgo(5) },
      oldByThen: { ...LATER, imagePushedAt: daysAgo(5.1) },
    })).toEqual(['young']);
  });

  test('states the period', () => {
    expect(because(guard, { a: { ...EXPIRE, imagePushedAt: daysAgo(1) } })).toBe('1 image pushed within 7 days would expire');
  });
});

describe('protect-pulled-within', () => {
  const guard: Guard = { id: 'protect-pulled-within', seconds: 30 * DAY };

  test('protects images pulled since then, including one day of recording delay, but not those pulled earlier or never', () => {
    expect(objectedTo(guard, {
      lately: { ...EXPIRE, lastRecordedPullTime: daysAgo(3) },
      exactly: { ...EXPIRE, lastRecordedPullTime: daysAgo(31) },
      before: { ...EXPIRE, lastRecordedPullTime: daysAgo(31.1) },
      never: EXPIRE,
      stays: { lastRecordedPullTime: daysAgo(3) },
    })).toEqual(['exactly', 'lately']);
  });
});

describe('protect-newest', () => {
  const guard = (count: number, selection: Extract<Guard, { id: 'protect-newest' }>['selection'] = ALL): Guard => ({ id: 'protect-newest', count, selection });
  const images = {
    newest: { ...EXPIRE, imageTags: ['pr-9'], imagePushedAt: daysAgo(1) },
    second: { imageTags: ['release-2'], imagePushedAt: daysAgo(2) },
    third: { ...EXPIRE, imageTags: ['release-1'], imagePushedAt: daysAgo(3) },
    archived: { ...EXPIRE, imageStatus: 'ARCHIVED', imagePushedAt: daysAgo(0.5) },
  };

  test.each([[1, ['newest']], [2, ['newest']], [3, ['newest', 'third']], [9, ['newest', 'third']]])('protects the newest %i', (count, expected) => {
    expect(objectedTo(guard(count), images)).toEqual(expected);
  });

  test('protects the newest of a selection', () => {
    expect(objectedTo(guard(2, { tagStatus: 'tagged', tagPatternList: ['release-*'] }), images)).toEqual(['third']);
    expect(because(guard(2, { tagStatus: 'tagged', tagPatternList: ['release-*'] }), images)).toBe('1 of the 2 newest images tagged release-* would expire');
  });

  test('protects all images with the same push time, because their order is unknown', () => {
    const same = { ...EXPIRE, imagePushedAt: daysAgo(1) };
    expect(objectedTo(guard(1), { a: same, b: same, c: { ...EXPIRE, imagePushedAt: daysAgo(2) } })).toEqual(['a', 'b']);
  });
});

describe('keep-at-least', () => {
  const guard = (count: number): Guard => ({ id: 'keep-at-least', count, selection: { tagStatus: 'tagged', tagPatternList: ['v*'] } });
  const images = { a: { ...EXPIRE, imageTags: ['v1'] }, b: { ...ARCHIVE, imageTags: ['v2'] }, c: { imageTags: ['v3'] }, d: EXPIRE };

  test.each([[1, []], [2, ['a', 'b']]])('%i of 3 images must be left, and 2 are affected', (count, expected) => {
    expect(objectedTo(guard(count), images)).toEqual(expected);
  });

  test('does not object to too few images if none is affected', () => {
    expect(objectedTo(guard(9), { c: { imageTags: ['v3'] }, d: EXPIRE })).toEqual([]);
  });

  test('states the number of images that would be left', () => {
    expect(because(guard(2), images)).toBe('1 image tagged v* would remain, but at least 2 must');
  });
});

describe('protect-in-use', () => {
  const guard: Guard = { id: 'protect-in-use', sources: ['ecs'] };

  test('protects images in use and names a user', () => {
    const images = { a: { ...EXPIRE, usedBy: ['ECS service shop/web'] }, b: EXPIRE, c: { usedBy: ['ECS service shop/api'] } };
    expect(objectedTo(guard, images)).toEqual(['a']);
    expect(because(guard, images)).toBe('1 image in use would expire (ECS service shop/web)');
  });
});

describe('an image index', () => {
  const guard: Guard = { id: 'protect-digests', digests: ['child', 'index2'] };

  test('is protected with each image in it', () => {
    expect(objectedTo(guard, { index: { ...EXPIRE, childDigests: ['child', 'other'] }, child: {}, other: {} })).toEqual(['index']);
  });

  test('protects the images in it', () => {
    expect(objectedTo(guard, { index2: { childDigests: ['x', 'y'] }, x: EXPIRE, y: ARCHIVE, z: EXPIRE })).toEqual(['x', 'y']);
  });

  test('of indexes is protected too', () => {
    expect(objectedTo(guard, { top: { ...EXPIRE, childDigests: ['middle'] }, middle: { ...EXPIRE, childDigests: ['child'] }, child: {} }))
      .toEqual(['middle', 'top']);
  });
});

describe('images that count as one', () => {
  const release = (n: number, more: Given = {}): Record<string, Given> => ({
    [`index-${n}`]: { ...more, imageTags: [`release-${n}`], imagePushedAt: daysAgo(10 - n), imageManifestMediaType: INDEX, childDigests: [`amd-${n}`, `arm-${n}`] },
    [`amd-${n}`]: { imagePushedAt: daysAgo(10 - n) },
    [`arm-${n}`]: { imageTags: [`release-${n}-arm`], imagePushedAt: daysAgo(10 - n) },
  });
  const releases = { ...release(1, EXPIRE), ...release(2, EXPIRE), ...release(3) };
  const keepAtLeast = (count: number): Guard => ({ id: 'keep-at-least', count, selection: ALL });
  const protectNewest = (count: number): Guard => ({ id: 'protect-newest', count, selection: ALL });

  test('an index with its parts counts as one remaining image', () => {
    expect(because(keepAtLeast(2), releases)).toBe('1 image would remain, but at least 2 must');
    expect(objectedTo(keepAtLeast(1), releases)).toEqual([]);
  });

  test('an index with its parts counts as one of the newest images', () => {
    expect(objectedTo(protectNewest(1), releases)).toEqual([]);
    expect(objectedTo(protectNewest(2), releases)).toEqual(['index-2']);
    expect(objectedTo(protectNewest(3), releases)).toEqual(['index-1', 'index-2']);
  });

  test('percentages count indexes, not their parts', () => {
    expect(because({ id: 'max-percent', percent: 66 }, releases)).toBe('2 of 3 images would expire, but at most 66% may');
    expect(objectedTo({ id: 'max-percent', percent: 67 }, releases)).toEqual([]);
  });

  test('an image with its signatures counts as one, if they are attached by tag or by manifest', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const signed = {
      [digest]: { imageTags: ['v2'], imagePushedAt: daysAgo(2) },
      byTag: { imageTags: [`sha256-${'a'.repeat(64)}.sig`], imagePushedAt: daysAgo(1) },
      byManifest: { subjectManifestDigest: digest, imagePushedAt: daysAgo(1) },
      older: { ...EXPIRE, imageTags: ['v1'], imagePushedAt: daysAgo(3) },
    };
    expect(objectedTo(protectNewest(2), signed)).toEqual(['older']);
    expect(objectedTo(protectNewest(1), signed)).toEqual([]);
    expect(because(keepAtLeast(2), signed)).toBe('1 image would remain, but at least 2 must');
  });

  test('if the parts of an index are unknown, every untagged image may be one, and guards object early', () => {
    const unread = { index: { imageTags: ['v1'], imageManifestMediaType: INDEX, imageStatus: 'ARCHIVED' }, untagged: {}, gone: EXPIRE, tagged: { imageTags: ['v0'] } };
    expect(because(keepAtLeast(2), unread)).toBe('1 image would remain, but at least 2 must');
    expect(because({ id: 'max-percent', percent: 40 }, unread)).toBe('1 of 2 images would expire, but at most 40% may');
    expect(objectedTo(protectNewest(2), { ...unread, gone: { ...EXPIRE, imagePushedAt: daysAgo(1) } })).toEqual(['gone']);
  });
});

describe('the signature of a protected image', () => {
  const digest = `sha256:${'b'.repeat(64)}`;
  const guard: Guard = { id: 'protect-tags', patterns: ['release-*'] };

  test.each<[string, Given]>([
    ['signature by tag', { imageTags: [`sha256-${'b'.repeat(64)}.sig`] }],
    ['attestation by tag', { imageTags: [`sha256-${'b'.repeat(64)}.att`] }],
    ['index of referrers', { imageTags: [`sha256-${'b'.repeat(64)}`], imageManifestMediaType: INDEX }],
    ['referrer by manifest', { subjectManifestDigest: digest }],
  ])('%s is protected with it', (_, image) => {
    const images = { [digest]: { imageTags: ['release-1'] }, signature: { ...EXPIRE, ...image } };
    expect(objectedTo(guard, images)).toEqual(['signature']);
    expect(objectedTo(guard, { ...images, [digest]: { imageTags: ['pr-1'] } })).toEqual([]);
  });

  test('does not protect the image', () => {
    expect(objectedTo({ id: 'protect-digests', digests: ['signature'] }, {
      [digest]: EXPIRE, signature: { imageTags: [`sha256-${'b'.repeat(64)}.sig`] },
    })).toEqual([]);
  });
});

describe('the needed facts', () => {
  test.each<[Guard, object]>([
    [{ id: 'max-images', limit: 1 }, { inventory: false, relations: false, counted: [] }],
    [{ id: 'max-archived', limit: 1 }, { inventory: false, relations: false, counted: [] }],
    [{ id: 'max-percent', percent: 1 }, { inventory: true, relations: false, counted: [ALL] }],
    [{ id: 'protect-tags', patterns: ['a'] }, { inventory: true, relations: false, counted: [] }],
    [{ id: 'protect-pulled-within', seconds: DAY }, { inventory: true, relations: false, counted: [] }],
    [{ id: 'protect-newest', count: 1, selection: ALL }, { inventory: true, relations: false, counted: [ALL] }],
    [{ id: 'keep-at-least', count: 1, selection: ALL }, { inventory: true, relations: false, counted: [ALL] }],
    [{ id: 'protect-digests', digests: ['a'] }, { inventory: true, relations: true, counted: [] }],
    [{ id: 'protect-in-use', sources: ['ecs'] }, { inventory: true, relations: true, counted: [] }],
  ])('for %j', (guard, needs) => {
    expect(needsOf([guard])).toMatchObject(needs);
  });

  test('list each source once', () => {
    expect(needsOf([{ id: 'protect-in-use', sources: ['ecs', 'lambda'] }, { id: 'protect-in-use', sources: ['lambda'] }]).uses).toEqual(['ecs', 'lambda']);
  });

  test('a guard never judges without its facts', () => {
    const { affected, now } = evidenceOf({ a: EXPIRE });
    expect(() => judge([{ id: 'max-percent', percent: 50 }], { affected, now })).toThrow('a guard has to judge without inventory');
  });
});
