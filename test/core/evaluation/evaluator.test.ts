import {
  any, archive, archivedBefore, DAY, daysAgo, decisionOn, expire, fates, gone, image, keep, moreThan, NOW, prefixed, pulledBefore,
  pushedBefore, reasonsOn, tagged, untagged,
} from './evaluator-fixtures';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import workedExamples from '../../vectors/worked-examples.json';

describe('the worked examples of the ECR user guide', () => {
  test.each(workedExamples.vectors.map((vector) => [vector.id, vector] as const))('%s', (_, { policy, images, expired }) => {
    // If two images have the same age, the one listed later is slightly younger.
    const repository = images.map(({ name, tags, pushedDaysAgo }, i) =>
      image(name, pushedDaysAgo, tags, { imagePushedAt: new Date(NOW - pushedDaysAgo * DAY + i).toISOString() }));
    const expected = Object.fromEntries(images.map(({ name }) => {
      const rule = (expired as Record<string, number | undefined>)[name];
      return [name, rule === undefined ? 'KEEP' : `EXPIRE ${rule}`];
    }));
    expect(fates(policy.rules as PolicyRule[], repository)).toEqual(expected);
  });

  test('are six', () => expect(workedExamples.vectors).toHaveLength(6));
});

describe('the selection of a rule', () => {
  const images = [
    image('none', 9),
    image('a', 9, ['a-1']),
    image('b', 9, ['b-1']),
    image('ab', 9, ['a-1', 'b-1']),
    image('one-tag-for-both', 9, ['a-b-1']),
  ];

  test('any selects every image', () => {
    expect(gone([expire(1, any, pushedBefore(1))], images)).toHaveLength(5);
  });

  test('untagged selects images without tags, including those whose list of tags is absent', () => {
    const bare = { imageDigest: 'bare', imagePushedAt: daysAgo(9) };
    expect(gone([expire(1, untagged, pushedBefore(1))], [...images, bare])).toEqual(['bare', 'none']);
  });

  test('a list of patterns means AND, not OR: each pattern matches at least one tag', () => {
    expect(gone([expire(1, tagged('a-*', 'b-*'), pushedBefore(1))], images)).toEqual(['ab']);
  });

  test('one tag may match several patterns', () => {
    expect(gone([expire(1, tagged('a-*', '*b-1'), pushedBefore(1))], images)).toEqual(['ab', 'one-tag-for-both']);
  });

  test('a list of prefixes means AND, not OR', () => {
    expect(gone([expire(1, prefixed('a', 'b'), pushedBefore(1))], images)).toEqual(['ab']);
  });

  test('a prefix matches only the start of a tag, and a star in it is not a wildcard', () => {
    const tags = [image('start', 9, ['staging_mtr']), image('middle', 9, ['my-staging']), image('star', 9, ['s*'])];
    expect(gone([expire(1, prefixed('staging'), pushedBefore(1))], tags)).toEqual(['start']);
    expect(gone([expire(1, prefixed('s*'), pushedBefore(1))], tags)).toEqual(['star']);
  });

  test('tagged with * matches every tagged image, but no untagged image', () => {
    expect(gone([expire(1, tagged('*'), pushedBefore(1))], images)).toEqual(['a', 'ab', 'b', 'one-tag-for-both']);
  });
});

describe('the images that a rule acts on', () => {
  test('a count rule acts on all but the N youngest', () => {
    const images = [image('old', 3), image('young', 1), image('middle', 2)];
    expect(gone([expire(1, any, moreThan(2))], images)).toEqual(['old']);
    expect(gone([expire(1, any, moreThan(3))], images)).toEqual([]);
  });

  test('an age rule acts on strictly older images, and an image of exactly N days is kept', () => {
    const at = (name: string, ms: number) => image(name, 0, [], { imagePushedAt: new Date(NOW - 14 * DAY - ms).toISOString() });
    expect(gone([expire(1, any, pushedBefore(14))], [at('younger', -1), at('exactly', 0), at('older', 1)])).toEqual(['older']);
  });

  test('a tie in push time is resolved independently of the order of the images', () => {
    const images = ['c', 'a', 'd', 'b'].map((name) => image(name, 5));
    expect(gone([expire(1, any, moreThan(2))], images)).toEqual(['c', 'd']);
    expect(gone([expire(1, any, moreThan(2))], [...images].reverse())).toEqual(['c', 'd']);
  });

  test('the age and the order of an image that was restored from the archive count from the restore', () => {
    const images = [image('restored', 100, [], { lastActivatedAt: daysAgo(2), lastArchivedAt: daysAgo(50) }), image('plain', 10)];
    expect(gone([expire(1, any, pushedBefore(5))], images)).toEqual(['plain']);
    expect(gone([expire(1, any, pushedBefore(1))], images)).toEqual(['plain', 'restored']);
    expect(gone([expire(1, any, moreThan(1))], images)).toEqual(['plain']);
  });

  test.each([
    ['never pulled: counts from the push', {}, 40],
    ['pulled: counts from the pull', { lastRecordedPullTime: daysAgo(10) }, 10],
    ['restored, never pulled: counts from the restore', { lastActivatedAt: daysAgo(5) }, 5],
    ['pulled, then restored and not pulled since: counts from the restore', { lastRecordedPullTime: daysAgo(10), lastActivatedAt: daysAgo(5) }, 5],
    ['restored, then pulled: counts from the pull', { lastRecordedPullTime: daysAgo(3), lastActivatedAt: daysAgo(5) }, 3],
  ])('the time since the last pull of an image, %s', (_, times, age) => {
    const images = [image('A', 40, ['v1'], times)];
    expect(fates([archive(1, any, pulledBefore(age - 1))], images)).toEqual({ A: 'TRANSITION 1' });
    expect(fates([archive(1, any, pulledBefore(age))], images)).toEqual({ A: 'KEEP' });
  });

  test('in the archive, the age counts from the archiving, regardless of push and pull', () => {
    const archived = (name: string, days: number) =>
      image(name, 900, [], { imageStatus: 'ARCHIVED', lastArchivedAt: daysAgo(days), lastRecordedPullTime: daysAgo(days + 400) });
    const images = [archived('long', 91), archived('exactly', 90), archived('short', 10)];
    expect(gone([expire(1, any, archivedBefore(90))], images)).toEqual(['long']);
  });

  test('an image without the time that the rule depends on counts as the oldest', () => {
    const timeless = { imageDigest: 'timeless' };
    const broken = { imageDigest: 'broken', imagePushedAt: 'yesterday, I think' };
    expect(gone([expire(1, any, pushedBefore(9999))], [timeless, broken])).toEqual(['broken', 'timeless']);
    expect(gone([expire(1, any, moreThan(1))], [timeless, image('old', 5000)])).toEqual(['timeless']);
  });

  test('the zone of a time does not matter, and a time without a zone is UTC', () => {
    const at = (imageDigest: string, imagePushedAt: string) => ({ imageDigest, imagePushedAt });
    const images = [
      at('utc', '2026-02-28T12:00:00Z'), at('offset', '2026-02-28T14:00:00.000000+02:00'), at('no-zone', '2026-02-28T12:00:00.000'),
    ];
    expect(gone([expire(1, any, pushedBefore(1))], images)).toEqual([]);
    expect(gone([expire(1, any, pushedBefore(1))], images, { now: NOW + 1 })).toEqual(['no-zone', 'offset', 'utc']);
  });
});

describe('several rules', () => {
  test('precedence depends on the number, not on the position in the text', () => {
    const images = [image('A', 9, ['a'])];
    expect(fates([expire(20, any, pushedBefore(1)), expire(3, tagged('a'), pushedBefore(1))], images)).toEqual({ A: 'EXPIRE 3' });
  });

  test('a later rule still counts a claimed image', () => {
    const images = [image('release', 1, ['release-1', 'x']), image('second', 2, ['x']), image('third', 3, ['x'])];
    const rules = [keep(1, tagged('release-*')), expire(2, tagged('x'), moreThan(1))];
    expect(gone(rules, images)).toEqual(['second', 'third']);
  });

  test('a later rule also counts an image that an earlier rule expires', () => {
    const images = [image('young', 2, ['bad', 'x']), image('old', 3, ['x'])];
    const rules = [expire(1, tagged('bad'), pushedBefore(1)), expire(2, tagged('x'), moreThan(1))];
    expect(fates(rules, images)).toEqual({ young: 'EXPIRE 1', old: 'EXPIRE 2' });
  });

  test('a rule claims all images that it selects, so later rules cannot act on the images that it keeps', () => {
    const images = [image('kept', 9, ['a']), image('other', 9, ['b'])];
    expect(gone([expire(1, tagged('a'), pushedBefore(10)), expire(2, any, pushedBefore(1))], images)).toEqual(['other']);
  });

  test('a keep rule protects the images that it matches from later rules, but not from earlier ones', () => {
    const images = [image('release', 900, ['release-1']), image('other', 900, ['x'])];
    expect(gone([keep(1, tagged('release-*')), expire(2, any, pushedBefore(30))], images)).toEqual(['other']);
    expect(gone([expire(1, any, pushedBefore(30)), keep(2, tagged('release-*'))], images)).toEqual(['other', 'release']);
  });

  test('if two rules select the same images, the first acts, regardless of its action', () => {
    const images = [image('A', 100, ['a'])];
    expect(fates([archive(1, any, pulledBefore(30)), expire(2, tagged('a'), pushedBefore(30))], images)).toEqual({ A: 'TRANSITION 1' });
    expect(fates([expire(1, tagged('a'), pushedBefore(30)), archive(2, any, pulledBefore(30))], images)).toEqual({ A: 'EXPIRE 1' });
  });
});

describe('storage classes', () => {
  const archived = image('archived', 400, ['a'], { imageStatus: 'ARCHIVED', lastArchivedAt: daysAgo(200) });
  const active = image('active', 400, ['a'], { imageStatus: 'ACTIVE' });

  test('a standard rule does not apply to archived images, and vice versa', () => {
    expect(gone([expire(1, any, pushedBefore(1))], [archived, active])).toEqual(['active']);
    expect(gone([expire(1, any, archivedBefore(90))], [archived, active])).toEqual(['archived']);
  });

  test('an archived image is not counted', () => {
    const young = { ...archived, imagePushedAt: daysAgo(1) };
    expect(gone([expire(1, any, moreThan(1))], [young, active])).toEqual([]);
  });

  test('a rule does not claim images of the other class', () => {
    expect(fates([keep(1, any), expire(2, any, archivedBefore(90))], [archived, active])).toEqual({ active: 'KEEP', archived: 'EXPIRE 2' });
  });

  test('an image that is being restored still belongs to the archive', () => {
    const activating = { ...archived, imageStatus: 'ACTIVATING' };
    expect(fates([expire(1, any, archivedBefore(90)), expire(2, any, pushedBefore(1))], [activating])).toEqual({ archived: 'EXPIRE 1' });
  });
});

describe('reasons', () => {
  const images = [image('young', 1, ['a']), image('old', 9, ['a', 'b']), image('none', 9)];

  test('include a rule that acts', () => {
    expect(reasonsOn('old', [expire(7, tagged('a'), moreThan(1))], images)).toEqual([{ rulePriority: 7, outcome: 'ACTS' }]);
    expect(decisionOn('old', [expire(7, tagged('a'), moreThan(1))], images)).toEqual({ action: 'EXPIRE', rulePriority: 7 });
  });

  test('include rules that keep the image by count or age', () => {
    expect(reasonsOn('young', [expire(1, tagged('a'), moreThan(1)), expire(2, any, pushedBefore(5))], images)).toEqual([
      { rulePriority: 1, outcome: 'WITHIN_COUNT' },
      { rulePriority: 2, outcome: 'NOT_OLD_ENOUGH' },
    ]);
  });

  test('include rules that come too late, with the first rule that matched', () => {
    const rules = [keep(1, tagged('b')), expire(2, tagged('a'), moreThan(1)), expire(3, any, pushedBefore(5))];
    expect(reasonsOn('old', rules, images)).toEqual([
      { rulePriority: 1, outcome: 'WITHIN_COUNT' },
      { rulePriority: 2, outcome: 'CLAIMED_EARLIER', claimedBy: 1 },
      { rulePriority: 3, outcome: 'CLAIMED_EARLIER', claimedBy: 1 },
    ]);
  });

  test('are sorted by precedence, not by position in the text', () => {
    const rules = [expire(9, any, pushedBefore(5)), keep(2, tagged('a'))];
    expect(reasonsOn('old', rules, images).map(({ rulePriority }) => rulePriority)).toEqual([2, 9]);
  });

  test('do not include rules that do not match or that are for the other storage class', () => {
    expect(reasonsOn('none', [expire(1, tagged('a'), moreThan(1)), expire(2, any, archivedBefore(90))], images)).toEqual([]);
    expect(decisionOn('none', [expire(1, tagged('a'), moreThan(1))], images)).toEqual({ action: 'KEEP' });
  });
});
