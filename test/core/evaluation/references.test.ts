import {
  any, archive, archivedBefore, daysAgo, decisionOn, expire, fates, gone, image, keep, moreThan, pulledBefore, pushedBefore, reasonsOn, tagged,
  untagged,
} from './evaluator-fixtures';
import type { Image } from '../../../src/core/evaluation/image';

const old = 50;
const index = (name: string, childDigests: string[], tags: string[] = [], more: Partial<Image> = {}) =>
  image(name, old, tags, { childDigests, ...more });
const referrer = (name: string, subjectManifestDigest: string, more: Partial<Image> = {}) =>
  image(name, old, [], { subjectManifestDigest, ...more });

describe('the children of an index', () => {
  const repository = [index('index', ['amd64', 'arm64'], ['v1']), image('amd64', old), image('arm64', old), image('stray', old)];

  test('are kept as long as the index is kept, and the decision names the index and the rule', () => {
    const rules = [keep(1, tagged('v*')), expire(2, untagged, pushedBefore(14))];
    expect(gone(rules, repository)).toEqual(['stray']);
    expect(decisionOn('amd64', rules, repository)).toEqual({ action: 'KEEP', rulePriority: 2, blockedByIndex: 'index' });
    expect(reasonsOn('amd64', rules, repository)).toEqual([{ rulePriority: 2, outcome: 'ACTS' }]);
  });

  test('are not archived either as long as the index is kept', () => {
    const rules = [keep(1, tagged('v*')), archive(2, untagged, pulledBefore(14))];
    expect(fates(rules, repository)).toMatchObject({ amd64: 'KEEP 2', stray: 'TRANSITION 2' });
  });

  test('expire with the index, regardless of the order of the images', () => {
    const rules = [expire(1, tagged('v*'), pushedBefore(30)), expire(2, untagged, pushedBefore(14))];
    const expected = { index: 'EXPIRE 1', amd64: 'EXPIRE 2', arm64: 'EXPIRE 2', stray: 'EXPIRE 2' };
    expect(fates(rules, repository)).toEqual(expected);
    expect(fates(rules, [...repository].reverse())).toEqual(expected);
  });

  test('are kept if the index is only archived: it is still listed', () => {
    const rules = [archive(1, tagged('v*'), pulledBefore(30)), expire(2, untagged, pushedBefore(14))];
    expect(fates(rules, repository)).toMatchObject({ index: 'TRANSITION 1', amd64: 'KEEP 2', arm64: 'KEEP 2' });
  });

  test('are kept by an index in the archive until it expires', () => {
    const archived = { imageStatus: 'ARCHIVED', lastArchivedAt: daysAgo(200) };
    const images = [index('index', ['child'], ['v1'], archived), image('child', old)];
    expect(gone([expire(1, untagged, pushedBefore(14))], images)).toEqual([]);
    expect(gone([expire(1, untagged, pushedBefore(14)), expire(2, any, archivedBefore(90))], images)).toEqual(['child', 'index']);
  });

  test('that no rule selects are kept, without an index in the decision', () => {
    expect(decisionOn('amd64', [expire(1, tagged('v*'), moreThan(1))], repository)).toEqual({ action: 'KEEP' });
  });

  test('that are not listed are ignored', () => {
    expect(gone([expire(1, any, pushedBefore(14))], [index('index', ['nowhere'])])).toEqual(['index']);
  });

  test('of two indexes expire with the last one, and until then the decision names the lowest digest', () => {
    const images = [index('i3', ['child'], ['keep']), index('i2', ['child'], ['keep']), index('i1', ['child'], ['old']), image('child', old)];
    const rules = [expire(1, tagged('old'), pushedBefore(14)), expire(2, untagged, pushedBefore(14))];
    for (const list of [images, [...images].reverse()]) {
      expect(decisionOn('child', rules, list)).toEqual({ action: 'KEEP', rulePriority: 2, blockedByIndex: 'i2' });
    }
    expect(gone([expire(1, any, pushedBefore(14))], images)).toEqual(['child', 'i1', 'i2', 'i3']);
  });
});

describe('indexes of indexes', () => {
  const images = [index('outer', ['inner'], ['v1']), index('inner', ['leaf']), image('leaf', old)];

  test('keep all images below them', () => {
    const rules = [keep(1, tagged('v*')), expire(2, untagged, pushedBefore(14))];
    expect(decisionOn('inner', rules, images)).toEqual({ action: 'KEEP', rulePriority: 2, blockedByIndex: 'outer' });
    expect(decisionOn('leaf', rules, images)).toEqual({ action: 'KEEP', rulePriority: 2, blockedByIndex: 'inner' });
  });

  test('expire together with the outermost one', () => {
    expect(gone([expire(1, any, pushedBefore(14))], images)).toEqual(['inner', 'leaf', 'outer']);
    expect(gone([expire(1, any, pushedBefore(14))], [...images].reverse())).toEqual(['inner', 'leaf', 'outer']);
  });

  test('can be nested as deeply as a repository is large', () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => index(`i${i}`, [`i${i + 1}`]));
    expect(gone([expire(1, any, pushedBefore(14))], chain)).toHaveLength(100_000);
    expect(gone([expire(1, any, pushedBefore(14))], [image('top', 1, [], { childDigests: ['i0'] }), ...chain])).toEqual([]);
  });

  test('in a circle (corrupt data) keep each other and the images below, but other images are affected', () => {
    const broken = [
      index('a', ['b']), index('b', ['a', 'leaf']), image('leaf', old), index('self', ['self']), image('stray', old),
    ];
    for (const list of [broken, [...broken].reverse()]) {
      expect(gone([expire(1, any, pushedBefore(14))], list)).toEqual(['stray']);
      expect(decisionOn('leaf', [expire(1, any, pushedBefore(14))], list)).toMatchObject({ blockedByIndex: 'b' });
    }
  });
});

describe('the two interpretations of how children of an index count', () => {
  const child = (name: string, days: number) => image(name, days);
  const images = [
    image('index', 1, [], { childDigests: ['child1', 'child2'] }), child('child1', 2), child('child2', 3), image('plain1', 4), image('plain2', 5),
  ];
  const rules = [expire(1, any, moreThan(2))];

  test('counted: rules count them, so other images are affected earlier', () => {
    expect(gone(rules, images, { indexChildren: 'counted' })).toEqual(['plain1', 'plain2']);
    expect(decisionOn('child2', rules, images)).toEqual({ action: 'KEEP', rulePriority: 1, blockedByIndex: 'index' });
  });

  test('exempt: rules do not count or select them', () => {
    expect(gone(rules, images, { indexChildren: 'exempt' })).toEqual(['plain2']);
    expect(decisionOn('child2', rules, images, { indexChildren: 'exempt' })).toEqual({ action: 'KEEP' });
    expect(reasonsOn('child2', rules, images, { indexChildren: 'exempt' })).toEqual([]);
  });

  test('counted is the default', () => {
    expect(fates(rules, images)).toEqual(fates(rules, images, { indexChildren: 'counted' }));
  });
});

describe('a referrer', () => {
  const expireTagged = [expire(3, tagged('pr-*'), pushedBefore(14))];
  const archiveTagged = [archive(3, tagged('pr-*'), pulledBefore(14))];
  const subject = image('subject', old, ['pr-1']);

  test('is affected with the image that it belongs to, by the same rule', () => {
    const images = [referrer('signature', 'subject'), subject];
    expect(decisionOn('signature', expireTagged, images)).toEqual({ action: 'EXPIRE', rulePriority: 3, followsSubject: 'subject' });
    expect(reasonsOn('signature', expireTagged, images)).toEqual([]);
    expect(decisionOn('signature', archiveTagged, images)).toEqual({ action: 'TRANSITION', rulePriority: 3, followsSubject: 'subject' });
  });

  test('is kept if its subject is kept or not listed', () => {
    const images = [referrer('signature', 'subject'), referrer('lost', 'nowhere'), subject];
    expect(gone([expire(3, tagged('pr-*'), pushedBefore(old))], images)).toEqual([]);
  });

  test('of a referrer is also affected, regardless of the order of the images', () => {
    const images = [referrer('third', 'second'), referrer('second', 'first'), referrer('first', 'subject'), subject];
    for (const list of [images, [...images].reverse()]) {
      expect(gone(expireTagged, list)).toEqual(['first', 'second', 'subject', 'third']);
      expect(decisionOn('third', expireTagged, list)).toEqual({ action: 'EXPIRE', rulePriority: 3, followsSubject: 'second' });
    }
  });

  test('that a rule selects is affected by that rule', () => {
    const rules = [...expireTagged, expire(4, untagged, pushedBefore(7))];
    expect(decisionOn('signature', rules, [referrer('signature', 'subject'), subject])).toEqual({ action: 'EXPIRE', rulePriority: 4 });
  });

  test('that a rule would only archive expires if its subject expires', () => {
    const rules = [...expireTagged, archive(4, untagged, pulledBefore(7))];
    expect(decisionOn('signature', rules, [referrer('signature', 'subject'), subject]))
      .toEqual({ action: 'EXPIRE', rulePriority: 3, followsSubject: 'subject' });
  });

  test('that is already archived is not archived again, but expires with its subject', () => {
    const images = [referrer('signature', 'subject', { imageStatus: 'ARCHIVED', lastArchivedAt: daysAgo(5) }), subject];
    expect(gone(archiveTagged, images)).toEqual(['subject']);
    expect(gone(expireTagged, images)).toEqual(['signature', 'subject']);
  });

  test('is kept with a subject that an index keeps', () => {
    const images = [referrer('signature', 'subject'), subject, index('index', ['subject'], ['v1'])];
    expect(fates(expireTagged, images)).toEqual({ signature: 'KEEP', subject: 'KEEP 3', index: 'KEEP' });
  });

  test('that a remaining index refers to is kept, even if its subject expires', () => {
    const images = [referrer('attestation', 'subject'), subject, index('index', ['attestation'], ['v1'])];
    expect(gone(expireTagged, images)).toEqual(['subject']);
    expect(decisionOn('attestation', expireTagged, images)).toEqual({ action: 'KEEP', rulePriority: 3, blockedByIndex: 'index' });
  });

  test('that is an index releases its children if it expires with its subject', () => {
    const images = [subject, index('signatures', ['child'], ['sigs'], { subjectManifestDigest: 'subject' }), image('child', old)];
    const rules = [...expireTagged, expire(4, untagged, pushedBefore(7))];
    expect(fates(rules, images)).toEqual({ subject: 'EXPIRE 3', signatures: 'EXPIRE 3', child: 'EXPIRE 4' });
  });

  test('in a circle of referrers (corrupt data) is kept', () => {
    const images = [referrer('a', 'b'), referrer('b', 'a'), referrer('self', 'self'), subject];
    expect(gone(expireTagged, images)).toEqual(['subject']);
  });
});
