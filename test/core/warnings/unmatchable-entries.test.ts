import { idsOf, warningsOf } from './warning-fixtures';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { inventoryWarnings } from '../../../src/core/warnings/find-warnings';
import { any, expire, image, keep, moreThan, NOW, prefixed, pushedBefore, tagged, untagged } from '../evaluation/evaluator-fixtures';

describe('a rule with an entry that no tag can match', () => {
  test.each<[string, PolicyRule[], string]>([
    ['a wildcard in the prefix of a keep rule', [keep(1, prefixed('release-*')), expire(2, any, moreThan(100))],
      'rule 1 selects no image, so rule 2 acts on the images that it is meant to keep: "release-*" begins no tag: a tag cannot contain "*", '
      + 'and a prefix does not need a wildcard; write "release-"'],
    ['only wildcards in the prefix', [keep(1, prefixed('*.*.*')), expire(2, any, moreThan(100))],
      'rule 1 selects no image, so rule 2 acts on the images that it is meant to keep: "*.*.*" begins no tag: a tag cannot contain "*", and a prefix does not need a wildcard'],
    ['a regular expression', [keep(1, tagged('^release-'))],
      'rule 1 selects no image, so it keeps none: "^release-" matches no tag: a tag cannot contain "^", and * is the only wildcard; write "release-*"'],
    ['a rule that expires images', [expire(3, tagged('pr-*,dev-*'), pushedBefore(7))],
      'rule 3 selects no image: "pr-*,dev-*" matches no tag: a tag cannot contain ",", so write each entry separately; write "pr-*" and "dev-*"'],
    ['two such entries', [keep(1, tagged('v?', '!w')), expire(2, untagged, moreThan(5)), expire(4, tagged('*'), moreThan(100))],
      'rule 1 selects no image, so rule 4 acts on the images that it is meant to keep: "v?" matches no tag: a tag cannot contain "?", and * is the only wildcard; write "v*". '
      + '"!w" matches no tag: a tag cannot contain "!"'],
    ['too many characters', [expire(1, tagged('a'.repeat(129)), moreThan(5))],
      `rule 1 selects no image: "${'a'.repeat(79)}… matches no tag: a tag has at most 128 characters, not 129`],
  ])('is reported: %s', (_, rules, message) => {
    expect(warningsOf(...rules)).toMatchObject([{ id: 'unmatchableEntry', rulePriorities: [rules[0].rulePriority], message }]);
  });

  test('claims no images of later rules, and has no other warning', () => {
    expect(idsOf(warningsOf(keep(1, prefixed('*')), expire(2, prefixed('*a'), moreThan(5)), expire(3, any, pushedBefore(30)))))
      .toEqual(['unmatchableEntry 1', 'unmatchableEntry 2', 'ageCatchAll 3']);
    expect(idsOf(warningsOf(expire(1, tagged('v*', 'x y'), moreThan(5)), expire(2, tagged('v*'), moreThan(5))))).toEqual(['unmatchableEntry 1']);
    expect(inventoryWarnings({ rules: [keep(1, prefixed('*')), expire(2, any, pushedBefore(30))] }, [image('a', 1, ['v1'])], NOW)).toEqual([]);
  });
});
