import fc from 'fast-check';
import { evaluate } from '../../../src/core/evaluation/evaluator';
import type { Image } from '../../../src/core/evaluation/image';
import { predictAffected } from '../../../src/core/judgment/affected-image';
import type { Guard } from '../../../src/core/judgment/guards/guard';
import { lookAhead, needsLookAhead } from '../../../src/core/judgment/look-ahead';
import type { PolicyDocument, PolicyRule, RuleSelection } from '../../../src/core/policy/policy-document';
import { images as plainImages, policies, relatedImages } from '../evaluation/evaluator-arbitraries';
import { NOW as LAW_NOW } from '../evaluation/evaluator-fixtures';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const DAY = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(NOW - days * DAY).toISOString();
const INDEX = 'application/vnd.oci.image.index.v1+json';

const policy = (...rules: Partial<PolicyRule & RuleSelection>[]): PolicyDocument => ({
  rules: rules.map(({ rulePriority, action, ...selection }, i) => ({
    rulePriority: rulePriority ?? i + 1,
    action: action ?? { type: 'expire' },
    selection: { tagStatus: 'any', countType: 'sinceImagePushed', countNumber: 30, ...selection },
  })),
});

/** Returns `<digest> <action> <days from now>` per image, in the order of the result. */
function ahead(document: PolicyDocument, images: readonly Image[], days = 2): string[] {
  return lookAhead(document, images, predictAffected(document, images, NOW), { now: NOW, until: NOW + days * DAY }).ahead
    .map(({ imageDigest, action, goesAt }) => `${imageDigest} ${action} ${(Date.parse(goesAt!) - NOW) / DAY}`);
}

const image = (imageDigest: string, age: number, more: Partial<Image> = {}): Image => ({ imageDigest, imagePushedAt: daysAgo(age), ...more });

describe('an image that becomes old enough for a rule', () => {
  test('is listed with its day, the earliest first; images due now or after the look-ahead are not listed', () => {
    expect(ahead(policy({}), [image('later', 27.9), image('tomorrow', 29), image('tonight', 29.5), image('now', 31)]))
      .toEqual(['tonight EXPIRE 0.5', 'tomorrow EXPIRE 1']);
  });

  test('is not listed if it has been due for an hour: the preview has a reason not to list it', () => {
    const images = [image('due', 30.05), image('just due', 30.01)];
    expect(lookAhead(policy({}), images, [], { now: NOW, until: NOW + 2 * DAY }).ahead.map(({ imageDigest }) => imageDigest)).toEqual(['just due']);
  });

  test('is kept by an earlier rule', () => {
    const keep = { tagStatus: 'tagged' as const, tagPatternList: ['prod'], countType: 'imageCountMoreThan' as const, countNumber: 999_999 };
    expect(ahead(policy(keep, {}), [image('prod', 29.5, { imageTags: ['prod'] }), image('pr', 29.5, { imageTags: ['pr-1'] })])).toEqual(['pr EXPIRE 0.5']);
  });

  test('is archived by a rule for pull age', () => {
    const archive: Partial<PolicyRule & RuleSelection> = { countType: 'sinceImagePulled', action: { type: 'transition', targetStorageClass: 'archive' } };
    expect(ahead(policy(archive), [image('idle', 90, { lastRecordedPullTime: daysAgo(29.5) })])).toEqual(['idle TRANSITION 0.5']);
  });

  test('expires in the archive', () => {
    const expire: Partial<RuleSelection> = { storageClass: 'archive', countType: 'sinceImageTransitioned', countNumber: 90 };
    expect(ahead(policy(expire), [image('old', 500, { imageStatus: 'ARCHIVED', lastArchivedAt: daysAgo(89) })])).toEqual(['old EXPIRE 1']);
  });
});

describe('related images', () => {
  const index = (age: number) => image('index', age, { imageTags: ['v1'], imageManifestMediaType: INDEX, childDigests: ['part'] });
  const untagged = policy({ tagStatus: 'untagged', countNumber: 14 }, { tagStatus: 'tagged', tagPatternList: ['v*'], countNumber: 30 });

  test('a part is kept with its index', () => {
    expect(ahead(untagged, [index(20), image('part', 13)])).toEqual([]);
  });

  test('a part expires together with its index', () => {
    expect(ahead(untagged, [index(29), image('part', 13.5)])).toEqual(['index EXPIRE 1', 'part EXPIRE 1']);
  });

  test.each<[string, readonly string[] | undefined, string[]]>([
    ['are known', ['part'], ['index EXPIRE 1', 'part EXPIRE 1']],
    // The evaluator counts the part as due, but ECR does not list it.
    ['are unread', undefined, ['part EXPIRE 0', 'index EXPIRE 1']],
    ['are other images', ['other'], ['index EXPIRE 1']],
  ])('a part that is already due expires with its index, if the parts %s', (_, childDigests, expected) => {
    const images = [{ ...index(29), childDigests }, image('part', 20)];
    const predicted = lookAhead(untagged, images, [], { now: NOW, until: NOW + 2 * DAY }).ahead;
    expect(predicted.map(({ imageDigest, action, goesAt }) => `${imageDigest} ${action} ${(Date.parse(goesAt!) - NOW) / DAY}`)).toEqual(expected);
  });

  test('a part that is already due expires after an index that the preview lists', () => {
    const images = [index(31), image('part', 20)];
    const listed = predictAffected(untagged, images, NOW).filter(({ imageDigest }) => imageDigest === 'index');
    expect(lookAhead(untagged, images, listed, { now: NOW, until: NOW + 2 * DAY }).ahead.map(({ imageDigest }) => imageDigest)).toEqual(['part']);
  });

  test('a referrer expires together with its image', () => {
    const versions = policy({ tagStatus: 'tagged', tagPatternList: ['v*'] });
    expect(ahead(versions, [image('subject', 29, { imageTags: ['v1'] }), image('signature', 29, { subjectManifestDigest: 'subject' })]))
      .toEqual(['signature EXPIRE 1', 'subject EXPIRE 1']);
  });

  test('an image that is being restored counts as the youngest, so another image expires', () => {
    const newestTwo = policy({ countType: 'imageCountMoreThan', countNumber: 2 });
    const images = [image('a', 1), image('b', 2), image('back', 99, { imageStatus: 'ACTIVATING', lastArchivedAt: daysAgo(50) })];
    expect(ahead(newestTwo, images)).toEqual(['b EXPIRE 0']);
  });
});

test.each<[string, Guard[], boolean]>([
  ['a guard that protects images', [{ id: 'protect-tags', patterns: ['a'] }], true],
  ['keep-at-least', [{ id: 'keep-at-least', count: 1, selection: { tagStatus: 'any' } }], true],
  ['limits alone', [{ id: 'max-images', limit: 1 }, { id: 'max-percent', percent: 5 }, { id: 'max-archived', limit: 1 }], false],
])('the look-ahead is needed for %s: %s', (_, guards, expected) => {
  expect(needsLookAhead(guards)).toBe(expected);
});

const anyImages = fc.oneof(plainImages, relatedImages);

test('law: the images affected now and later are all images affected at the end', () => {
  fc.assert(fc.property(policies(), anyImages, fc.integer({ min: 1, max: 90 }), (document, images, days) => {
    const until = LAW_NOW + days * DAY;
    const settled = images.filter(({ imageStatus }) => imageStatus !== 'ACTIVATING');
    const affected = predictAffected(document, settled, LAW_NOW);
    const going = new Map(affected.map(({ imageDigest, action }) => [imageDigest, action]));
    for (const { imageDigest, action } of lookAhead(document, settled, affected, { now: LAW_NOW, until }).ahead) going.set(imageDigest, action);
    const byThen = predictAffected(document, settled, until).map(({ imageDigest, action }) => [imageDigest, action]);
    expect([...going].sort()).toEqual(byThen.sort());
  }), { numRuns: 2_000 });
});

test('law: each image is affected at its stated time, and not an hour earlier', () => {
  let checked = 0;
  fc.assert(fc.property(policies(), anyImages, (document, images) => {
    const settled = images.filter(({ imageStatus }) => imageStatus !== 'ACTIVATING');
    const affected = predictAffected(document, settled, LAW_NOW);
    for (const { imageDigest, action, goesAt } of lookAhead(document, settled, affected, { now: LAW_NOW, until: LAW_NOW + 60 * DAY }).ahead) {
      const place = settled.findIndex((other) => other.imageDigest === imageDigest);
      const actionAt = (now: number) => evaluate(document, settled, { now }).decisions[place].action;
      expect(actionAt(Date.parse(goesAt!) + 1)).toBe(action);
      if (Date.parse(goesAt!) > LAW_NOW) expect(actionAt(Date.parse(goesAt!) - 3_600_000)).not.toBe(action);
      checked++;
    }
  }), { numRuns: 3_000 });
  expect(checked).toBeGreaterThan(100);
});

/** Images as ECR lists them, without the references of indexes. */
const asListed = (images: readonly Image[]) =>
  images.map(({ childDigests, ...rest }): Image => (childDigests ? { ...rest, imageManifestMediaType: INDEX } : rest));

test('law: all affected images are found although parts of indexes are unknown, once the requested parts are read', () => {
  let asked = 0;
  fc.assert(fc.property(policies(), relatedImages, fc.integer({ min: 1, max: 90 }), (document, images, days) => {
    const until = LAW_NOW + days * DAY;
    const settled = images.filter(({ imageStatus }) => imageStatus !== 'ACTIVATING');
    const affected = predictAffected(document, settled, LAW_NOW);
    const parts = new Map(settled.map(({ imageDigest, childDigests }) => [imageDigest, childDigests]));
    let known = asListed(settled);
    let found = lookAhead(document, known, affected, { now: LAW_NOW, until });
    while (found.unreadIndexes.length > 0) {
      asked++;
      const wanted = new Set(found.unreadIndexes);
      known = known.map((each) => (wanted.has(each.imageDigest) ? { ...each, childDigests: parts.get(each.imageDigest) ?? [] } : each));
      found = lookAhead(document, known, affected, { now: LAW_NOW, until });
    }
    // A referrer may be listed as expiring with its subject although an unread index keeps the subject. Then it is archived instead.
    const going = new Set([...affected, ...found.ahead].map(({ imageDigest }) => imageDigest));
    for (const { imageDigest } of predictAffected(document, settled, until)) expect(going).toContain(imageDigest);
  }), { numRuns: 3_000 });
  expect(asked).toBeGreaterThan(20);
});
