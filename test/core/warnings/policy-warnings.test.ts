import { warningsOf, idsOf } from './warning-fixtures';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import {
  any, archive, archivedBefore, expire, keep, moreThan, prefixed, pulledBefore, pushedBefore, tagged, untagged,
} from '../evaluation/evaluator-fixtures';

type Case = [name: string, rules: PolicyRule[], message: string];

/** Expects one warning about these rules, with this message. */
function warnsOnce(id: string, cases: Case[]) {
  test.each(cases)('%s', (_, rules, message) => {
    const warnings = warningsOf(...rules);
    expect(idsOf(warnings).map((text) => text.split(' ')[0])).toEqual([id]);
    expect(warnings[0].message).toBe(message);
  });
}

describe('a rule can never act', () => {
  warnsOnce('ruleCanNeverAct', [
    ['a pattern covers the other', [expire(1, tagged('v*'), moreThan(5)), expire(2, tagged('v1.*'), pushedBefore(9))],
      'rule 2 can never act: rule 1 claims every image that it selects, even images that are kept; put it before rule 1, give it a different selection, or remove it'],
    ['a keep rule covers it', [keep(1, tagged('release-*')), expire(4, tagged('release-candidate-*'), pushedBefore(9))],
      'rule 4 can never act: rule 1 claims every image that it selects, even images that are kept; put it before rule 1, give it a different selection, or remove it'],
    ['no images remain for a rule for any image, which must be last', [
      expire(1, untagged, pushedBefore(14)), expire(2, tagged('*'), moreThan(50)), expire(3, any, pushedBefore(365)),
    ], 'rule 3 can never act: rules 1 and 2 claim every image that it selects, even images that are kept; remove it, or let rules 1 and 2 select less'],
  ]);

  test.each<[string, PolicyRule[]]>([
    ['a list with one more condition', [expire(1, tagged('v*'), moreThan(5)), expire(2, tagged('v*-rc'), moreThan(1))]],
    ['a prefix covers a pattern', [expire(1, prefixed('v'), moreThan(5)), expire(2, tagged('v*-rc'), moreThan(1))]],
    ['a pattern covers a prefix', [expire(1, tagged('*v*'), moreThan(5)), expire(2, prefixed('dev'), moreThan(1))]],
    ['both rules keep images, the narrow one fewer', [keep(1, tagged('v*')), expire(2, tagged('v1*'), moreThan(998))]],
    ['a pattern for every tag', [expire(1, tagged('**'), moreThan(5)), expire(2, tagged('latest'), moreThan(1))]],
    ['archived images', [expire(1, tagged('*'), archivedBefore(90)), expire(2, tagged('v*'), archivedBefore(365))]],
  ])('%s', (_, rules) => {
    expect(idsOf(warningsOf(...rules))).toEqual(['ruleCanNeverAct 2 1']);
  });

  test('the warning names the first rule that claims all images, by precedence and not by position in the text', () => {
    expect(idsOf(warningsOf(expire(9, tagged('v1*'), moreThan(1)), expire(7, tagged('*'), moreThan(50)), expire(3, tagged('v*'), moreThan(5)))))
      .toEqual(['ruleCanNeverAct 9 3']);
  });

  test.each<[string, PolicyRule[]]>([
    ['the narrow rule is first', [expire(1, tagged('v1.*'), moreThan(5)), expire(2, tagged('v*'), moreThan(50))]],
    ['the patterns only overlap', [expire(1, tagged('v*'), moreThan(5)), expire(2, tagged('*-rc'), moreThan(1))]],
    ['the wide rule requires a second tag', [expire(1, tagged('v*', '*'), moreThan(5)), expire(2, tagged('*'), moreThan(9))]],
    ['untagged images remain', [expire(1, tagged('*'), moreThan(5)), expire(2, any, moreThan(9))]],
    ['tagged images remain', [expire(1, untagged, moreThan(5)), expire(2, tagged('v*'), moreThan(5)), expire(3, any, moreThan(19))]],
    ['the rules are for different storage classes', [archive(1, any, pulledBefore(90)), expire(2, any, archivedBefore(365))]],
    ['many patterns together do not cover all tags', [
      ...[...'abcdefghijklmnopqrstuvwxyz'].map((c, i) => expire(i + 1, tagged(`${c}*`), moreThan(5))), expire(90, tagged('*'), moreThan(500)),
    ]],
  ])('is not reported if %s', (_, rules) => {
    expect(warningsOf(...rules)).toEqual([]);
  });
});

describe('two rules with the same tag list', () => {
  warnsOnce('samePatternTwice', [
    ['an age and a count', [expire(1, tagged('pr-*'), pushedBefore(30)), expire(2, tagged('pr-*'), moreThan(10))],
      'rule 2 has the same tag list as rule 1, which claims all its images, so it can never act; ECR cannot combine an age and a count, so keep one of the two'],
    ['two counts', [expire(1, tagged('pr-*'), moreThan(10)), expire(3, tagged('pr-*'), moreThan(20))],
      'rule 3 has the same tag list as rule 1, which claims all its images, so it can never act; keep one of the two'],
    ['one archives, then one expires', [archive(1, tagged('v*'), pushedBefore(30)), expire(2, tagged('v*'), pushedBefore(365))],
      'rule 2 has the same tag list as rule 1, which claims all its images, so it can never act; '
      + 'to expire archived images, give it the storageClass "archive" and sinceImageTransitioned'],
  ]);

  test('are reported if the lists have a different order', () => {
    expect(idsOf(warningsOf(expire(1, prefixed('ab', 'a'), moreThan(5)), expire(2, tagged('b*', 'bc*'), moreThan(5)), expire(3, tagged('bc*', 'b*'), pushedBefore(5)))))
      .toEqual(['samePatternTwice 3 2']);
  });

  test('are not reported if one is for archived images', () => {
    expect(warningsOf(archive(1, tagged('v*'), pulledBefore(90)), expire(2, tagged('v*'), archivedBefore(180)))).toEqual([]);
  });
});

describe('a keep rule that comes too late', () => {
  warnsOnce('keepRuleTooLate', [
    ['a count rule claims all its images', [expire(1, tagged('*'), moreThan(90)), keep(2, tagged('prod'))],
      'rule 2 is meant to keep images, but rule 1 comes first and claims all of them; put rule 2 before it'],
    ['a prefix rule claims all its images', [expire(1, prefixed('staging'), moreThan(5)), keep(2, prefixed('staging-live'))],
      'rule 2 is meant to keep images, but rule 1 comes first and claims all of them; put rule 2 before it'],
    ['a rule for any image cannot come first', [expire(1, tagged('*'), moreThan(90)), expire(2, untagged, moreThan(1)), keep(3, any)],
      'rule 3 is meant to keep images, but rules 1 and 2 come first and claim all of them; remove it, or let rules 1 and 2 select less'],
  ]);

  test('is reported if another keep rule keeps only some of its images', () => {
    expect(idsOf(warningsOf(keep(1, untagged), expire(2, tagged('*'), moreThan(90)), keep(3, any)))).toEqual(['keepRuleTooLate 3 1 2']);
  });

  test.each([
    ['999 images', moreThan(999)], ['9999 images', moreThan(9999)], ['100 years', pushedBefore(36_500)],
  ])('a rule for %s is a keep rule', (_, condition) => {
    expect(idsOf(warningsOf(expire(1, tagged('*'), moreThan(90)), expire(2, tagged('prod'), condition)))).toEqual(['keepRuleTooLate 2 1']);
  });

  test.each<[string, PolicyRule[]]>([
    ['it is first', [keep(1, tagged('prod-*')), expire(2, tagged('*'), moreThan(90))]],
    ['an exception comes first: release candidates of kept versions', [expire(1, tagged('*-rc*'), pushedBefore(30)), keep(2, tagged('v*'))]],
    ['a narrower rule comes first, and all other tagged images are kept', [expire(1, tagged('dev-*'), pushedBefore(30)), keep(2, tagged('*')), expire(3, any, pushedBefore(7))]],
    ['another keep rule has claimed all its images', [keep(1, tagged('v*')), keep(2, tagged('v1.*'))]],
    ['the other rule is about archived images', [expire(1, tagged('*'), archivedBefore(90)), keep(2, tagged('v*'))]],
  ])('not where %s', (_, rules) => {
    expect(warningsOf(...rules)).toEqual([]);
  });
});

describe('a prefix that begins with the prefix of another rule', () => {
  warnsOnce('prefixCoversPrefix', [
    ['is reported after it', [expire(2, prefixed('staging'), moreThan(5)), expire(3, prefixed('staging_mtr'), moreThan(5))],
      'the prefix "staging" of rule 2 also matches the images of "staging_mtr" (rule 3), so rule 3 can never act; '
      + 'end the prefix with the separator of its own tags, like "staging-", or put rule 3 before rule 2'],
    ['is reported before it, because it counts the images', [expire(2, prefixed('staging_mtr'), moreThan(5)), expire(3, prefixed('staging'), moreThan(5))],
      'the prefix "staging" of rule 3 also matches the images of "staging_mtr" (rule 2) and counts them, although rule 2 claims them; '
      + 'end the prefix with the separator of its own tags, like "staging-", or include them in its countNumber'],
    ['is reported without a separator if a number follows', [expire(1, prefixed('v'), moreThan(50)), expire(2, prefixed('v1.'), moreThan(5))],
      'the prefix "v" of rule 1 also matches the images of "v1." (rule 2), so rule 2 can never act; put rule 2 before rule 1'],
    ['is reported without a separator if the separator follows', [expire(1, prefixed('staging'), moreThan(5)), expire(2, prefixed('staging-mtr'), moreThan(5))],
      'the prefix "staging" of rule 1 also matches the images of "staging-mtr" (rule 2), so rule 2 can never act; put rule 2 before rule 1'],
  ]);

  test('is not reported for its count if it can never act', () => {
    expect(idsOf(warningsOf(expire(1, prefixed('staging_mtr'), moreThan(5)), expire(2, tagged('s*'), moreThan(5)), expire(3, prefixed('staging'), moreThan(5)))))
      .toEqual(['ruleCanNeverAct 3 2']);
  });

  test.each<[string, PolicyRule[]]>([
    ['both end with the separator', [expire(1, prefixed('staging-'), moreThan(5)), expire(2, prefixed('staging_mtr-'), moreThan(5))]],
    ['the longer one is for a keep rule that comes first', [keep(1, prefixed('prod-live')), expire(2, prefixed('prod'), moreThan(20))]],
    ['the shorter one is for an age rule that comes last', [expire(1, prefixed('release-rc'), pushedBefore(30)), expire(2, prefixed('release'), pushedBefore(365))]],
    ['the shorter one is for a keep rule that comes last', [expire(1, prefixed('release-rc'), moreThan(3)), keep(2, prefixed('release'))]],
    ['both are for keep rules', [keep(1, prefixed('prod')), keep(2, prefixed('production'))]],
    ['a list also requires another tag', [expire(1, prefixed('staging', 'green'), moreThan(5)), expire(2, prefixed('staging_mtr'), moreThan(5))]],
    ['one is for archived images', [expire(1, prefixed('staging'), moreThan(5)), expire(2, prefixed('staging_mtr'), archivedBefore(90))]],
    ['the longer one is a pattern of one tag', [expire(1, tagged('staging_mtr'), moreThan(5)), expire(2, prefixed('staging'), moreThan(5))]],
  ])('not where %s', (_, rules) => {
    expect(idsOf(warningsOf(...rules)).filter((text) => text !== 'tagListIsAnd 1')).toEqual([]);
  });
});

describe('a tag list that no single tag can match', () => {
  warnsOnce('tagListIsAnd', [
    ['two tags', [keep(1, tagged('prod', 'staging'))],
      'rule 1 selects only images that have both a tag like "prod" and another like "staging": ECR reads a tag list as AND; for OR, write one rule per entry'],
    ['two of three patterns', [expire(3, tagged('*', 'pr-*', 'dev-*'), moreThan(5))],
      'rule 3 selects only images that have both a tag like "pr-*" and another like "dev-*": ECR reads a tag list as AND; for OR, write one rule per entry'],
    ['prefixes', [expire(1, prefixed('prod', 'staging'), moreThan(5))],
      'rule 1 selects only images that have both a tag like "prod" and another like "staging": ECR reads a tag list as AND; for OR, write one rule per entry'],
  ]);

  test.each([
    ['a single entry', tagged('prod')],
    ['a start and an end', tagged('v*', '*-amd64')],
    ['a pattern that includes the other', tagged('v*', 'v1.2')],
    ['the same entry twice', tagged('v*', 'v*')],
    ['a prefix that begins with the other', prefixed('staging', 'staging-mtr')],
    ['text between the wildcards', tagged('*a*', '*b*', 'c*')],
  ])('is not reported for %s', (_, part) => {
    expect(warningsOf(expire(1, part, moreThan(5)))).toEqual([]);
  });
});

describe('a rule that expires all images by age', () => {
  warnsOnce('ageCatchAll', [
    ['any image', [expire(1, any, pushedBefore(30))],
      'rule 1 expires every image more than 30 days after its push, the newest and the deployed ones too, and a new tag does not make an image younger; '
      + 'put a rule before it that keeps the images you need, or use a count'],
    ['every tagged image', [expire(1, untagged, moreThan(5)), expire(2, tagged('*'), pushedBefore(1))],
      'rule 2 expires every tagged image that no earlier rule selects more than 1 day after its push, the newest and the deployed ones too, '
      + 'and a new tag does not make an image younger; put a rule before it that keeps the images you need, or use a count'],
    ['any image after rules by age', [expire(1, tagged('pr-*'), pushedBefore(7)), expire(2, any, pushedBefore(30))],
      'rule 2 expires every image that no earlier rule selects more than 30 days after its push, the newest and the deployed ones too, '
      + 'and a new tag does not make an image younger; put a rule before it that keeps the images you need, or use a count'],
  ]);

  test.each<[string, PolicyRule[]]>([
    ['a keep rule comes before it', [keep(1, tagged('prod')), expire(2, any, pushedBefore(30))]],
    ['a keep rule by age comes before it', [expire(1, tagged('prod'), pushedBefore(36_500)), expire(2, any, pushedBefore(30))]],
    ['a rule that keeps the newest comes before it', [expire(1, tagged('main-*'), moreThan(10)), expire(2, any, pushedBefore(30))]],
    ['a rule that archives needed images comes before it', [archive(1, tagged('release-*'), pulledBefore(90)), expire(2, any, pushedBefore(30))]],
    ['only untagged images remain', [expire(1, tagged('*'), moreThan(30)), expire(2, any, pushedBefore(30))]],
    ['it is for untagged images', [expire(1, untagged, pushedBefore(30))]],
    ['it is for some tags', [expire(1, tagged('pr-*'), pushedBefore(30))]],
    ['it counts', [expire(1, any, moreThan(30))]],
    ['it archives', [archive(1, any, pushedBefore(30))]],
    ['it is for archived images', [expire(1, any, archivedBefore(365))]],
    ['it keeps images for 100 years', [expire(1, any, pushedBefore(36_500))]],
  ])('not where %s', (_, rules) => {
    expect(warningsOf(...rules)).toEqual([]);
  });
});
