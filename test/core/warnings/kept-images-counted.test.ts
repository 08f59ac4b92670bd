import { idsOf, warningsOf } from './warning-fixtures';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { inventoryWarnings } from '../../../src/core/warnings/find-warnings';
import {
  any, archive, archivedBefore, expire, image, keep, moreThan, NOW, prefixed, pulledBefore, pushedBefore, tagged, untagged,
} from '../evaluation/evaluator-fixtures';

const HINT = 'raise its countNumber by the images that are kept, or use an age';

test.each<[string, PolicyRule[], string]>([
  ['counts of environments before a count of all tags', [
    expire(1, untagged, pushedBefore(1)), expire(2, prefixed('prod'), moreThan(20)), expire(3, prefixed('uat'), moreThan(10)), expire(5, tagged('*'), moreThan(5)),
  ], `rule 5 counts the newest 5 images, including the images that rules 2 and 3 keep (up to 30), so it may keep none of the others; ${HINT}`],
  ['a keep rule before a small count', [keep(1, tagged('release-*')), expire(2, untagged, pushedBefore(7)), expire(3, any, moreThan(10))],
    `rule 3 counts the newest 10 images, including the images that rule 1 keeps (any number), so it may keep none of the others; ${HINT}`],
  ['counts that are equal', [expire(1, tagged('v*'), moreThan(10)), expire(2, any, moreThan(10))],
    `rule 2 counts the newest 10 images, including the images that rule 1 keeps (up to 10), so it may keep none of the others; ${HINT}`],
  ['specific tags', [keep(1, tagged('latest')), keep(2, tagged('prod')), expire(3, any, moreThan(2))],
    `rule 3 counts the newest 2 images, including the images that rules 1 and 2 keep (up to 2), so it may keep none of the others; ${HINT}`],
  ['untagged images', [expire(1, untagged, moreThan(10)), archive(2, any, moreThan(5))],
    `rule 2 counts the newest 5 images, including the images that rule 1 keeps (up to 10), so it may keep none of the others; ${HINT}`],
])('images that earlier rules keep can take all places: %s', (_, rules, message) => {
  expect(warningsOf(...rules)).toMatchObject([{ id: 'keptImagesCounted', message }]);
});

test.each<[string, PolicyRule[]]>([
  ['nothing comes before it', [expire(1, any, moreThan(5))]],
  ['only rules by age come before it', [expire(1, tagged('pr-*'), pushedBefore(7)), expire(2, untagged, pushedBefore(7)), expire(3, any, moreThan(5))]],
  ['it has places for all of them', [expire(1, tagged('prod-*'), moreThan(20)), expire(2, tagged('dev-*'), moreThan(5)), expire(3, any, moreThan(50))]],
  ['a keep rule comes before a large count', [keep(1, tagged('release-*')), expire(2, any, moreThan(100))]],
  ['specific tags take few of its places', [keep(1, tagged('latest')), keep(2, tagged('prod')), expire(3, any, moreThan(10))]],
  ['it goes by age', [keep(1, tagged('release-*')), expire(2, any, pushedBefore(30))]],
  ['it keeps all', [keep(1, tagged('release-*')), keep(2, tagged('*'))]],
  ['it is for some tags', [keep(1, tagged('release-*')), expire(2, tagged('pr-*'), moreThan(5))]],
  ['the other rules are for archived images', [archive(1, any, pulledBefore(90)), expire(2, tagged('v*'), archivedBefore(365))]],
])('there is no warning if %s', (_, rules) => {
  expect(idsOf(warningsOf(...rules))).toEqual([]);
});

describe('with images', () => {
  const rules = [keep(1, tagged('release-*')), expire(2, any, moreThan(50))];
  const releases = (n: number) => Array.from({ length: n }, (_, i) => image(`r${i}`, i / 100, [`release-${i}`]));
  const idsWith = (n: number) => inventoryWarnings({ rules }, [...releases(n), image('old', 30), image('older', 40)], NOW).map(({ id }) => id);

  test('a large count is reported as soon as all places are taken', () => {
    expect(idsWith(49)).not.toContain('keptImagesCounted');
    expect(idsWith(50)).toContain('keptImagesCounted');
    expect(inventoryWarnings({ rules }, [...releases(60), image('old', 30), image('older', 40)], NOW)).toContainEqual({
      id: 'keptImagesCounted',
      rulePriorities: [2],
      message: `rule 2 counts the newest 50 images, and they are now all images that earlier rules select, so it keeps none of the 2 other images; ${HINT}`,
    });
  });

  test('a small count is reported once, without images', () => {
    const small = [keep(1, tagged('release-*')), expire(2, any, moreThan(5))];
    expect(inventoryWarnings({ rules: small }, [...releases(9), image('old', 30)], NOW).map(({ id }) => id)).not.toContain('keptImagesCounted');
  });
});
