import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { inventoryWarnings } from '../../../src/core/warnings/find-warnings';
import {
  any, archive, archivedBefore, expire, image, keep, moreThan, NOW, prefixed, pulledBefore, pushedBefore, tagged, untagged,
} from '../evaluation/evaluator-fixtures';

const warningsOf = (rules: PolicyRule[], images: Image[]) => inventoryWarnings({ rules }, images, NOW);
const messages = (rules: PolicyRule[], images: Image[]) => warningsOf(rules, images).map(({ message }) => message);

describe('a rule that does not match any image', () => {
  const pushed = [image('a', 3, ['4.3.0']), image('b', 2, ['4.3.1', 'latest']), image('c', 1)];

  test('is reported with its list', () => {
    expect(warningsOf([expire(7, prefixed('SNAPSHOT-'), moreThan(10))], pushed)).toEqual([{
      id: 'ruleMatchesNothing',
      rulePriorities: [7],
      message: 'rule 7 matches none of the 3 images of the repository; compare its tag list ["SNAPSHOT-"] with the tags that are pushed',
    }]);
  });

  test('is reported if each pattern matches an image, but no image matches both', () => {
    expect(messages([keep(1, tagged('4.3.0', 'latest'))], pushed)).toHaveLength(1);
  });

  test.each<[string, PolicyRule[], Image[]]>([
    ['one image matches', [keep(1, tagged('latest'))], pushed],
    ['it matches images that an earlier rule claims', [keep(1, tagged('*')), expire(2, tagged('4.*'), moreThan(9))], pushed],
    ['no image is untagged today', [expire(1, untagged, pushedBefore(14))], pushed.slice(0, 2)],
    ['no image is archived yet', [archive(1, any, pulledBefore(90)), expire(2, any, archivedBefore(365))], pushed],
    ['no image with its tags is archived yet', [expire(2, tagged('4.*'), archivedBefore(365))], pushed],
    ['all images with its tags are archived', [archive(1, tagged('old-*'), pushedBefore(90))], [image('o', 200, ['old-1'], { imageStatus: 'ARCHIVED' })]],
    ['the repository is empty', [keep(1, tagged('prod'))], []],
  ])('is not reported if %s', (_, rules, images) => {
    expect(warningsOf(rules, images).filter(({ id }) => id !== 'policyWithoutEffect')).toEqual([]);
  });
});

describe('an expiring tag that no rule names', () => {
  const rules = [keep(1, tagged('prod')), expire(2, tagged('pr-*'), pushedBefore(7)), expire(3, any, moreThan(1))];

  test('is reported with examples, for the rule that acts', () => {
    const images = [
      image('prod', 90, ['prod', 'sha-1']), image('pr', 20, ['pr-1', 'sha-2']), image('old', 30, ['staging']), image('older', 40, ['live', 'blue', 'green']),
      image('untagged', 30), image('new', 1, ['main']),
    ];
    expect(warningsOf(rules, images)).toEqual([{
      id: 'expiringTagUnmentioned',
      rulePriorities: [3],
      message: 'rule 3 would expire images with 4 tags that no rule names: "blue", "green", "live" and more; add a rule for these tags',
    }]);
  });

  test('is cut if it is long', () => {
    const [message] = messages([keep(1, tagged('b')), expire(3, any, pushedBefore(1))], [image('b', 1, ['b']), image('a', 2, ['t'.repeat(128)])]);
    expect(message).toContain(`1 tag that no rule names: "${'t'.repeat(39)}…"; add`);
  });

  test.each<[string, Image[]]>([
    ['stays', [image('new', 1, ['main'])]],
    ['is on an image that a rule for other tags claims', [image('prod', 90, ['prod']), image('pr', 20, ['pr-1', 'sha-2'])]],
    ['is on a signature that expires with its image', [
      image('signature', 0, ['signed'], { subjectManifestDigest: 'gone' }), image('gone', 8, ['pr-1']),
    ]],
    ['is on a signature that expires by itself', [image('new', 1, ['main']), image('signature', 2, ['signed'], { subjectManifestDigest: 'new' })]],
    ['is that of a signature', [image('new', 1, ['main']), image('signature', 2, [`sha256-${'0123456789abcdef'.repeat(4)}.sig`])]],
    ['is on an image whose index is kept', [image('child', 9, ['amd64']), image('index', 1, ['main'], { childDigests: ['child'] })]],
    ['is on an image of unknown age', [image('new', 1, ['main']), { imageDigest: 'unknown', imageTags: ['staging'] }]],
  ])('is not reported if it %s', (_, images) => {
    const ids = warningsOf(rules, images).map(({ id }) => id);
    expect(ids).not.toContain('expiringTagUnmentioned');
  });

  test('a rule for every tag does not name a tag', () => {
    expect(messages([expire(1, tagged('*'), pushedBefore(30))], [image('live', 31, ['live'])]))
      .toEqual(['rule 1 would expire images with 1 tag that no rule names: "live"; add a rule for these tags']);
  });
});

describe('a signature that is affected without its image', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const signed = [image(digest, 90, ['release-1']), image('sig', 90, [`sha256-${'a'.repeat(64)}.sig`])];
  const rules = [keep(1, tagged('release-*')), expire(2, any, pushedBefore(60))];
  const ids = (policy: PolicyRule[], images: Image[]) => warningsOf(policy, images).map(({ id }) => id);

  test('is reported with the rule and an example', () => {
    expect(warningsOf(rules, signed)).toEqual([{
      id: 'referrerWithoutSubject',
      rulePriorities: [2],
      message: 'rule 2 acts on signatures or other referrers of images that are kept (1 image, such as '
        + '"sha256-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"); put a rule before it that keeps "sha256-*", so that these images can still be verified',
    }]);
  });

  test.each<[string, PolicyRule[], Image[]]>([
    ['its image is affected too', [expire(1, any, pushedBefore(60))], signed],
    ['a rule keeps signatures', [keep(1, tagged('sha256-*')), ...rules.map((rule) => ({ ...rule, rulePriority: rule.rulePriority + 1 }))], signed],
    ['its image does not exist', rules, signed.slice(1)],
    ['it follows its image by its manifest', rules, [signed[0], { ...image('referrer', 1), subjectManifestDigest: digest }]],
  ])('is not reported if %s', (_, policy, images) => {
    expect(ids(policy, images)).not.toContain('referrerWithoutSubject');
  });
});
