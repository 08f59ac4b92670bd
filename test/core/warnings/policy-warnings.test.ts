import { advise, idsOf } from './warning-fixtures';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import {
  any, archive, archivedBefore, expire, keep, moreThan, prefixed, pulledBefore, pushedBefore, tagged, untagged,
} from '../evaluation/evaluator-fixtures';

type Case = [name: string, rules: PolicyRule[], message: string];

/** The one advice on these rules, in full: id, rules, values and a way out. */
function saysOnce(id: string, cases: Case[]) {
  test.each(cases)('%s', (_, rules, message) => {
    const advice = advise(...rules);
    expect(idsOf(advice).map((text) => text.split(' ')[0])).toEqual([id]);
    expect(advice[0].message).toBe(message);
  });
}

describe('a rule can never act', () => {
  saysOnce('ruleCanNeverAct', [
    ['a pattern covers the other', [expire(1, tagged('v*'), moreThan(5)), expire(2, tagged('v1.*'), pushedBefore(9))],
      'rule 2 can never act: rule 1 claims every image that it selects, acted on or not; put it before rule 1, give it a selection of its own, or drop it'],
    ['a keep rule covers it', [keep(1, tagged('release-*')), expire(4, tagged('release-candidate-*'), pushedBefore(9))],
      'rule 4 can never act: rule 1 claims every image that it selects, acted on or not; put it before rule 1, give it a selection of its own, or drop it'],
    ['nothing is left for a rule for any image, which has to be last', [
      expire(1, untagged, pushedBefore(14)), expire(2, tagged('*'), moreThan(50)), expire(3, any, pushedBefore(365)),
    ], 'rule 3 can never act: rules 1 and 2 claim every image that it selects, acted on or not; drop it, or let rules 1 and 2 select less'],
  ]);

  test.each<[string, PolicyRule[]]>([
    ['a list with one more condition', [expire(1, tagged('v*'), moreThan(5)), expire(2, tagged('v*-rc'), moreThan(1))]],
    ['a prefix covers a pattern', [expire(1, prefixed('v'), moreThan(5)), expire(2, tagged('v*-rc'), moreThan(1))]],
    ['a pattern covers a prefix', [expire(1, tagged('*v*'), moreThan(5)), expire(2, prefixed('dev'), moreThan(1))]],
    ['the wide rule keeps, the narrow one too, but less', [keep(1, tagged('v*')), expire(2, tagged('v1*'), moreThan(998))]],
    ['a pattern for every tag', [expire(1, tagged('**'), moreThan(5)), expire(2, tagged('latest'), moreThan(1))]],
    ['archived images', [expire(1, tagged('*'), archivedBefore(90)), expire(2, tagged('v*'), archivedBefore(365))]],
  ])('so does %s', (_, rules) => {
    expect(idsOf(advise(...rules))).toEqual(['ruleCanNeverAct 2 1']);
  });

  test('the first rule that claims all is named, by precedence and not by place in the text', () => {
    expect(idsOf(advise(expire(9, tagged('v1*'), moreThan(1)), expire(7, tagged('*'), moreThan(5)), expire(3, tagged('v*'), moreThan(5)))))
      .toEqual(['ruleCanNeverAct 9 3']);
  });

  test.each<[string, PolicyRule[]]>([
    ['the narrow rule is first', [expire(1, tagged('v1.*'), moreThan(5)), expire(2, tagged('v*'), moreThan(50))]],
    ['the patterns overlap only', [expire(1, tagged('v*'), moreThan(5)), expire(2, tagged('*-rc'), moreThan(1))]],
    ['the wide rule wants a second tag', [expire(1, tagged('v*', '*'), moreThan(5)), expire(2, tagged('*'), moreThan(9))]],
    ['a star in a prefix is no wildcard', [expire(1, prefixed('v*'), moreThan(5)), expire(2, tagged('v*'), moreThan(9))]],
    ['untagged images are left', [expire(1, tagged('*'), moreThan(5)), expire(2, any, moreThan(9))]],
    ['tagged images are left', [expire(1, untagged, moreThan(5)), expire(2, tagged('v*'), moreThan(5)), expire(3, any, moreThan(9))]],
    ['the rules see different storage classes', [archive(1, any, pulledBefore(90)), expire(2, any, archivedBefore(365))]],
    ['many patterns together do not cover all', [
      ...[...'abcdefghijklmnopqrstuvwxyz'].map((c, i) => expire(i + 1, tagged(`${c}*`), moreThan(5))), expire(90, tagged('*'), moreThan(5)),
    ]],
  ])('but not where %s', (_, rules) => {
    expect(advise(...rules)).toEqual([]);
  });
});

describe('two rules with the same tag list', () => {
  saysOnce('samePatternTwice', [
    ['an age and a count', [expire(1, tagged('pr-*'), pushedBefore(30)), expire(2, tagged('pr-*'), moreThan(10))],
      'rule 2 has the tag list of rule 1, so that it can never act: all its images are claimed before; ECR cannot combine an age and a count, so keep one of the two'],
    ['two counts', [expire(1, tagged('pr-*'), moreThan(10)), expire(3, tagged('pr-*'), moreThan(20))],
      'rule 3 has the tag list of rule 1, so that it can never act: all its images are claimed before; keep one of the two'],
    ['to archive and then to expire', [archive(1, tagged('v*'), pushedBefore(30)), expire(2, tagged('v*'), pushedBefore(365))],
      'rule 2 has the tag list of rule 1, so that it can never act: all its images are claimed before; '
      + 'to expire what was archived, give it the storageClass "archive" and sinceImageTransitioned'],
  ]);

  test('also in another order of the list', () => {
    expect(idsOf(advise(expire(1, prefixed('ab', 'a'), moreThan(5)), expire(2, tagged('b*', 'bc*'), moreThan(5)), expire(3, tagged('bc*', 'b*'), pushedBefore(5)))))
      .toEqual(['samePatternTwice 3 2']);
  });

  test('not one for the live and one for the archived images', () => {
    expect(advise(archive(1, tagged('v*'), pulledBefore(90)), expire(2, tagged('v*'), archivedBefore(180)))).toEqual([]);
  });
});

describe('a keep rule that comes too late', () => {
  saysOnce('keepRuleTooLate', [
    ['a count takes all of it', [expire(1, tagged('*'), moreThan(90)), keep(2, tagged('prod'))],
      'rule 2 is there to keep images, but rule 1 comes first and claims all of them; put rule 2 before it'],
    ['a prefix does', [expire(1, prefixed('staging'), moreThan(5)), keep(2, prefixed('staging-live'))],
      'rule 2 is there to keep images, but rule 1 comes first and claims all of them; put rule 2 before it'],
    ['a rule for any image cannot go before', [expire(1, tagged('*'), moreThan(90)), expire(2, untagged, moreThan(1)), keep(3, any)],
      'rule 3 is there to keep images, but rules 1 and 2 come first and claim all of them; drop it, or let rules 1 and 2 select less'],
  ]);

  test('also where it is only in part behind another keep rule', () => {
    expect(idsOf(advise(keep(1, untagged), expire(2, tagged('*'), moreThan(90)), keep(3, any)))).toEqual(['keepRuleTooLate 3 1 2']);
  });

  test.each([
    ['999 images', moreThan(999)], ['9999 images', moreThan(9999)], ['100 years', pushedBefore(36_500)],
  ])('a rule for %s keeps', (_, condition) => {
    expect(idsOf(advise(expire(1, tagged('*'), moreThan(90)), expire(2, tagged('prod'), condition)))).toEqual(['keepRuleTooLate 2 1']);
  });

  test.each<[string, PolicyRule[]]>([
    ['it is first', [keep(1, tagged('prod-*')), expire(2, tagged('*'), moreThan(90))]],
    ['an exception goes first: release candidates of the versions that stay', [expire(1, tagged('*-rc*'), pushedBefore(30)), keep(2, tagged('v*'))]],
    ['a narrower rule goes first, and all other tagged images stay', [expire(1, tagged('dev-*'), pushedBefore(30)), keep(2, tagged('*')), expire(3, any, pushedBefore(7))]],
    ['another keep rule has kept all of it', [keep(1, tagged('v*')), keep(2, tagged('v1.*'))]],
    ['the other rule is about archived images', [expire(1, tagged('*'), archivedBefore(90)), keep(2, tagged('v*'))]],
  ])('not where %s', (_, rules) => {
    expect(advise(...rules)).toEqual([]);
  });
});

describe('a prefix that begins with the prefix of another rule', () => {
  saysOnce('prefixCoversPrefix', [
    ['after it', [expire(2, prefixed('staging'), moreThan(5)), expire(3, prefixed('staging_mtr'), moreThan(5))],
      'the prefix "staging" of rule 2 takes the images of "staging_mtr" (rule 3) along, so that rule 3 can never act; '
      + 'end it with the separator of its own tags, like "staging-", or put rule 3 before rule 2'],
    ['before it, so that it counts them', [expire(2, prefixed('staging_mtr'), moreThan(5)), expire(3, prefixed('staging'), moreThan(5))],
      'the prefix "staging" of rule 3 takes the images of "staging_mtr" (rule 2) along, into its count, though rule 2 decides over them; '
      + 'end it with the separator of its own tags, like "staging-", or allow for them in its countNumber'],
    ['with a number behind it, where no separator helps', [expire(1, prefixed('v'), moreThan(50)), expire(2, prefixed('v1.'), moreThan(5))],
      'the prefix "v" of rule 1 takes the images of "v1." (rule 2) along, so that rule 2 can never act; put rule 2 before rule 1'],
    ['with the same separator, where it does not help either', [expire(1, prefixed('staging'), moreThan(5)), expire(2, prefixed('staging-mtr'), moreThan(5))],
      'the prefix "staging" of rule 1 takes the images of "staging-mtr" (rule 2) along, so that rule 2 can never act; put rule 2 before rule 1'],
  ]);

  test('what a rule counts does not matter if it can never act', () => {
    expect(idsOf(advise(expire(1, prefixed('staging_mtr'), moreThan(5)), expire(2, tagged('s*'), moreThan(5)), expire(3, prefixed('staging'), moreThan(5)))))
      .toEqual(['ruleCanNeverAct 3 2']);
  });

  test.each<[string, PolicyRule[]]>([
    ['both end with the separator', [expire(1, prefixed('staging-'), moreThan(5)), expire(2, prefixed('staging_mtr-'), moreThan(5))]],
    ['the longer one keeps, first', [keep(1, prefixed('prod-live')), expire(2, prefixed('prod'), moreThan(20))]],
    ['the shorter one goes by age, last', [expire(1, prefixed('release-rc'), pushedBefore(30)), expire(2, prefixed('release'), pushedBefore(365))]],
    ['the shorter one keeps, last', [expire(1, prefixed('release-rc'), moreThan(3)), keep(2, prefixed('release'))]],
    ['both keep', [keep(1, prefixed('prod')), keep(2, prefixed('production'))]],
    ['a list wants another tag, too', [expire(1, prefixed('staging', 'green'), moreThan(5)), expire(2, prefixed('staging_mtr'), moreThan(5))]],
    ['one is about archived images', [expire(1, prefixed('staging'), moreThan(5)), expire(2, prefixed('staging_mtr'), archivedBefore(90))]],
    ['the longer one is a pattern of one tag', [expire(1, tagged('staging_mtr'), moreThan(5)), expire(2, prefixed('staging'), moreThan(5))]],
  ])('not where %s', (_, rules) => {
    expect(idsOf(advise(...rules)).filter((text) => text !== 'tagListIsAnd 1')).toEqual([]);
  });
});

describe('a tag list that no single tag can match', () => {
  saysOnce('tagListIsAnd', [
    ['two tags', [keep(1, tagged('prod', 'staging'))],
      'rule 1 selects only images that have both a tag like "prod" and another like "staging": ECR reads a tag list as AND; for OR, write one rule for each entry'],
    ['two of three patterns', [expire(3, tagged('*', 'pr-*', 'dev-*'), moreThan(5))],
      'rule 3 selects only images that have both a tag like "pr-*" and another like "dev-*": ECR reads a tag list as AND; for OR, write one rule for each entry'],
    ['prefixes', [expire(1, prefixed('prod', 'staging'), moreThan(5))],
      'rule 1 selects only images that have both a tag like "prod" and another like "staging": ECR reads a tag list as AND; for OR, write one rule for each entry'],
  ]);

  test.each([
    ['a single entry', tagged('prod')],
    ['a start and an end', tagged('v*', '*-amd64')],
    ['a part of the other', tagged('v*', 'v1.2')],
    ['the same entry twice', tagged('v*', 'v*')],
    ['prefixes one of which starts the other', prefixed('staging', 'staging-mtr')],
    ['what is between the wildcards', tagged('*a*', '*b*', 'c*')],
  ])('not %s', (_, part) => {
    expect(advise(expire(1, part, moreThan(5)))).toEqual([]);
  });
});

describe('everything by age', () => {
  saysOnce('ageCatchAll', [
    ['any image', [expire(1, any, pushedBefore(30))],
      'rule 1 expires every image more than 30 days after its push, the newest and the deployed ones too, and tagging an image again does not make it younger; '
      + 'put a rule before it that keeps what must stay, or count instead'],
    ['every tagged image', [expire(1, untagged, moreThan(5)), expire(2, tagged('*'), pushedBefore(1))],
      'rule 2 expires every tagged image that no earlier rule selects more than 1 day after its push, the newest and the deployed ones too, '
      + 'and tagging an image again does not make it younger; put a rule before it that keeps what must stay, or count instead'],
    ['after rules by age', [expire(1, tagged('pr-*'), pushedBefore(7)), expire(2, any, pushedBefore(30))],
      'rule 2 expires every image that no earlier rule selects more than 30 days after its push, the newest and the deployed ones too, '
      + 'and tagging an image again does not make it younger; put a rule before it that keeps what must stay, or count instead'],
  ]);

  test.each<[string, PolicyRule[]]>([
    ['a keep rule is before it', [keep(1, tagged('prod')), expire(2, any, pushedBefore(30))]],
    ['a keep rule by age is', [expire(1, tagged('prod'), pushedBefore(36_500)), expire(2, any, pushedBefore(30))]],
    ['a rule is that keeps the newest', [expire(1, tagged('main-*'), moreThan(10)), expire(2, any, pushedBefore(30))]],
    ['a rule is that archives what must not go', [archive(1, tagged('release-*'), pulledBefore(90)), expire(2, any, pushedBefore(30))]],
    ['only untagged images are left', [expire(1, tagged('*'), moreThan(30)), expire(2, any, pushedBefore(30))]],
    ['it is about untagged images', [expire(1, untagged, pushedBefore(30))]],
    ['it is about some tags', [expire(1, tagged('pr-*'), pushedBefore(30))]],
    ['it counts', [expire(1, any, moreThan(30))]],
    ['it archives', [archive(1, any, pushedBefore(30))]],
    ['it is about archived images', [expire(1, any, archivedBefore(365))]],
    ['it keeps for longer than anybody waits', [expire(1, any, pushedBefore(36_500))]],
  ])('not where %s', (_, rules) => {
    expect(advise(...rules)).toEqual([]);
  });
});
