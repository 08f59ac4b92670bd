import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { validatePolicy } from '../../../src/core/policy/validation';
import { proofOf } from '../../../src/core/proof/protected-tags';
import { protectedTagsCanExpire } from '../../../src/core/warnings/protected-tags';
import {
  any, archive, archivedBefore, expire, keep, moreThan, prefixed, pulledBefore, pushedBefore, tagged, untagged,
} from '../evaluation/evaluator-fixtures';

/** Returns `proven`, or the rule and the tags of the counterexample. */
function answer(pattern: string, ...rules: PolicyRule[]): string {
  expect(validatePolicy({ rules })).toEqual([]);
  const proof = proofOf({ rules }, pattern);
  if (proof.proven) return 'proven';
  const { rule, imageTags, archived } = proof.counterexample;
  return `rule ${rule.rulePriority}${archived ? ' archived' : ''}: ${imageTags.join(' ')}`;
}

const OLD = pushedBefore(30);

test.each<[string, string, PolicyRule[]]>([
  ['untagged images only', 'release-*', [expire(1, untagged, OLD)]],
  ['a keep rule with the pattern first', 'release-*', [keep(1, tagged('release-*')), expire(2, any, OLD)]],
  ['a wider keep rule', 'release-1*', [keep(1, tagged('rel*')), expire(2, any, OLD)]],
  ['a keep rule by prefix', 'release-*', [keep(1, prefixed('release')), expire(2, any, OLD)]],
  ['a keep rule for every tagged image', 'prod', [keep(1, tagged('*')), expire(2, any, OLD)]],
  ['a list with entries that all cover the pattern', 'release-1*', [keep(1, tagged('release-*', 'rel*')), expire(2, any, OLD)]],
  ['untagged images before the keep rule', 'v*', [expire(1, untagged, OLD), keep(2, tagged('v*')), expire(3, any, OLD)]],
  ['the smallest count that a repository never reaches', 'v*', [expire(1, tagged('v*'), moreThan(999_999)), expire(2, any, OLD)]],
  ['a count of one specific tag, which at most one image has', 'prod', [expire(1, tagged('prod'), moreThan(1)), expire(2, any, OLD)]],
  ['keep rules that together claim the images of a later rule', 'v*', [keep(1, tagged('pr-*')), expire(2, tagged('pr-1*'), OLD)]],
  ['untagged images in the archive', 'v*', [keep(1, tagged('v*')), archive(2, any, pulledBefore(90)), expire(3, untagged, archivedBefore(90))]],
])('proven: %s', (_, pattern, rules) => {
  expect(answer(pattern, ...rules)).toBe('proven');
});

test.each<[string, string, PolicyRule[], string]>([
  ['a rule for any image', 'release-*', [expire(1, any, OLD)], 'rule 1: release-1'],
  ['a rule for other tags, which the image can also have', 'release-*', [expire(1, tagged('pr-*'), OLD)], 'rule 1: release-1 pr-1'],
  ['a list: the image can have all tags', 'prod', [expire(1, tagged('pr-*', 'dev'), OLD)], 'rule 1: prod pr-1 dev'],
  ['a list with an entry that the pattern already matches', 'v1', [expire(1, tagged('v*', 'dev'), OLD)], 'rule 1: v1 dev'],
  ['a keep rule for a part of the pattern', 'v*', [keep(1, tagged('v1*')), expire(2, any, OLD)], 'rule 2: vx'],
  ['two keep rules for parts of the pattern', 'v*', [keep(1, tagged('v1*')), keep(2, prefixed('vx')), expire(3, any, OLD)], 'rule 3: v2'],
  ['a keep rule with an entry that does not cover the pattern', 'v*', [keep(1, tagged('v*', 'stable')), expire(2, any, OLD)], 'rule 2: v1'],
  ['a keep rule that comes too late', 'v*', [expire(1, tagged('pr-*'), OLD), keep(2, tagged('v*')), expire(3, any, OLD)], 'rule 1: v1 pr-1'],
  ['a count of the quota, which can be raised', 'v*', [expire(1, tagged('v*'), moreThan(100_000)), expire(2, any, OLD)], 'rule 1: v1'],
  ['an age of ten years, which images reach', 'v*', [expire(1, tagged('v*'), pushedBefore(3650))], 'rule 1: v1'],
  ['a rule that archives', 'v*', [archive(1, any, pulledBefore(90))], 'rule 1: v1'],
  ['a rule for archived images', 'v*', [keep(1, tagged('v*')), expire(2, any, archivedBefore(90))], 'rule 2 archived: v1'],
  ['archived images with other tags', 'v*', [keep(1, tagged('v*')), expire(2, tagged('pr-*'), archivedBefore(90))], 'rule 2 archived: v1 pr-1'],
  ['rules in a different order', 'v*', [expire(7, any, OLD), keep(9, tagged('x'))].map((rule, i) => i === 0 ? { ...rule, selection: { ...rule.selection, ...tagged('*') } } : rule), 'rule 7: v1'],
])('not proven: %s', (_, pattern, rules, counterexample) => {
  expect(answer(pattern, ...rules)).toBe(counterexample);
});

describe('the warning', () => {
  const messages = (patterns: string[], ...rules: PolicyRule[]) => protectedTagsCanExpire({ rules }, patterns).map(({ message }) => message);

  test('names the rule, an image and the keep rule', () => {
    expect(messages(['release-*'], expire(1, untagged, OLD), expire(2, tagged('pr-*'), moreThan(1200)))).toEqual([
      'rule 2 can expire an image with the tags "release-1", "pr-1" when it selects more than 1,200 images, although a guard protects "release-*"; '
      + "put LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }) before rule 2",
    ]);
  });

  test('explains that ECR cannot keep archived images', () => {
    expect(messages(['v*'], expire(4, any, archivedBefore(90)))).toEqual([
      'rule 4 can expire an archived image with the tag "v1" after 90 days in the archive, although a guard protects "v*"; '
      + 'ECR has no keep rule for archived images: let rule 4 select untagged images only, or acknowledge this warning',
    ]);
  });

  test('does not propose a keep rule that ECR rejects', () => {
    expect(messages(['*a*b*c*d*'], expire(1, any, OLD))[0]).toMatch(/a keep rule accepts at most 4 \* in its pattern: protect a simpler pattern$/);
    expect(messages(['a**b***c'], archive(1, any, pulledBefore(7)))[0])
      .toMatch(/^rule 1 can archive .* 7 days after its last pull, .*tagged\('a\*b\*c'\) }\) before rule 1$/);
  });

  test('is given once per pattern, and only for patterns without a proof', () => {
    const rules = [keep(1, tagged('v*')), expire(2, any, OLD)];
    expect(protectedTagsCanExpire({ rules }, ['prod', 'v1', 'prod', 'dev']).map(({ rulePriorities }) => rulePriorities)).toEqual([[2], [2]]);
  });
});
