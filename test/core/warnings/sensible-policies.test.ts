import { warningsOf, idsOf } from './warning-fixtures';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { policyWarnings } from '../../../src/core/warnings/find-warnings';
import workedExamples from '../../vectors/worked-examples.json';
import {
  any, archive, archivedBefore, expire, keep, moreThan, prefixed, pulledBefore, pushedBefore, tagged, untagged,
} from '../evaluation/evaluator-fixtures';

/** Typical policies without mistakes. */
const SENSIBLE: [string, PolicyRule[]][] = [
  ['untagged images expire after two weeks', [expire(1, untagged, pushedBefore(14))]],
  ['the newest images are kept', [expire(1, any, moreThan(100))]],
  ['production images and the newest others are kept', [keep(1, tagged('prod-*')), keep(2, tagged('staging-*')), expire(3, any, moreThan(100))]],
  ['production images are kept, by the older prefix list', [keep(1, prefixed('prod')), expire(2, prefixed('pr-'), pushedBefore(14)), expire(3, any, moreThan(100))]],
  ['one rule per environment, then untagged, then all', [
    expire(1, prefixed('prod-'), moreThan(20)),
    expire(2, prefixed('staging-'), moreThan(10)),
    expire(3, prefixed('dev-'), moreThan(5)),
    expire(4, untagged, pushedBefore(7)),
    expire(5, any, moreThan(200)),
  ]],
  ['exact tags are kept, branches expire by age, the newest tagged images are kept', [
    keep(1, tagged('latest')), keep(2, tagged('prod')), expire(3, tagged('feature-*'), pushedBefore(14)),
    expire(4, tagged('*'), moreThan(50)), expire(5, untagged, pushedBefore(1)),
  ]],
  ['narrow before wide, by count', [expire(1, tagged('v*-rc*'), moreThan(3)), expire(2, tagged('v*'), moreThan(30)), expire(3, any, pushedBefore(30))]],
  ['narrow before wide, by age', [expire(1, prefixed('release-candidate'), pushedBefore(30)), expire(2, prefixed('release'), pushedBefore(365))]],
  ['candidates expire, versions are kept', [expire(1, tagged('*-rc*'), pushedBefore(30)), keep(2, tagged('v*'))]],
  ['a tag of two parts', [expire(1, tagged('main-*', '*-amd64'), moreThan(20)), expire(2, tagged('main-*', '*-arm64'), moreThan(20))]],
  ['archived without pulls, expired a year later', [
    keep(1, tagged('release-*')), expire(2, untagged, pushedBefore(14)), archive(3, any, pulledBefore(90)), expire(4, any, archivedBefore(365)),
  ]],
  ['archived without pulls and expired later, for some tags', [
    archive(1, tagged('v*'), pulledBefore(90)), expire(2, tagged('v*'), archivedBefore(365)),
    expire(3, tagged('pr-*'), pushedBefore(14)), expire(4, untagged, archivedBefore(90)), expire(5, any, archivedBefore(730)),
  ]],
  ['priorities with gaps, in a different order', [expire(999, any, moreThan(100)), keep(10, tagged('prod*')), expire(20, untagged, pushedBefore(3))]],
];

test.each(SENSIBLE)('there is no warning: %s', (_, rules) => {
  expect(idsOf(warningsOf(...rules))).toEqual([]);
});

test('only the worked examples of the ECR user guide that show the AND of a tag list, or a count whose places earlier rules take, have a warning', () => {
  const advised = workedExamples.vectors.flatMap(({ id, policy }) =>
    idsOf(policyWarnings({ rules: policy.rules as PolicyRule[] })).map((text) => [id, text]));
  expect(advised).toEqual([['multiple-tags-A', 'tagListIsAnd 1'], ['multiple-tags-B', 'tagListIsAnd 1'], ['all-images-B', 'keptImagesCounted 3']]);
});
