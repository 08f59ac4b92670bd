import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { inventoryWarnings } from '../../../src/core/warnings/find-warnings';
import {
  any, archive, archivedBefore, expire, image, keep, moreThan, NOW, pushedBefore, tagged, untagged,
} from '../evaluation/evaluator-fixtures';

const warningsWith = (id: string, rules: PolicyRule[], images: Image[]) =>
  inventoryWarnings({ rules }, images, NOW).filter((warning) => warning.id === id);

describe('a policy that acts on no image', () => {
  const without = (rules: PolicyRule[], images: Image[]) => warningsWith('policyWithoutEffect', rules, images);
  const three = [image('a', 3, ['v1']), image('b', 2, ['v2']), image('c', 1, ['main'])];

  test.each<[string, PolicyRule[]]>([
    ['all images are kept', [keep(1, tagged('*'))]],
    ['the count is far away', [expire(1, any, moreThan(500))]],
    ['a keep rule has claimed them', [keep(1, tagged('*')), expire(2, any, pushedBefore(30))]],
  ])('is reported if %s', (_, rules) => {
    expect(without(rules, three)).toEqual([{
      id: 'policyWithoutEffect',
      rulePriorities: rules.map(({ rulePriority }) => rulePriority),
      message: 'the policy acts on none of the 3 images: each is kept by a keep rule or a count, or selected by no rule; '
        + 'compare its tag lists and counts with the images, or remove the policy',
    }]);
  });

  test.each<[string, PolicyRule[], Image[]]>([
    ['an image expires', [expire(1, any, moreThan(2))], three],
    ['an image grows older', [expire(1, tagged('v*'), pushedBefore(30))], three],
    ['the next push reaches the count', [expire(1, any, moreThan(3))], three],
    ['no image is untagged today', [expire(1, untagged, pushedBefore(14))], three],
    ['no image is archived today', [expire(1, any, archivedBefore(90))], three],
    ['its images are archived already', [archive(1, tagged('old-*'), pushedBefore(90))], [image('o', 200, ['old-1'], { imageStatus: 'ARCHIVED' })]],
    ['an index keeps the image', [expire(1, tagged('amd64'), pushedBefore(1))], [image('i', 9, ['v1'], { childDigests: ['c'] }), image('c', 9, ['amd64'])]],
    ['each rule is reported, because no image has its tags', [expire(1, tagged('x*'), moreThan(3))], three],
    ['there is no image', [expire(1, any, moreThan(500))], []],
  ])('is not reported if %s', (_, rules, images) => {
    expect(without(rules, images)).toEqual([]);
  });
});

describe('a rule for untagged images that selects the parts of an index', () => {
  const rules = [keep(1, tagged('v*')), expire(2, untagged, pushedBefore(14))];
  const parts = (index: Image, ...more: Image[]) =>
    warningsWith('indexPartsSelected', rules, [index, image('amd64', 60), image('arm64', 60), ...more]).map(({ message }) => message);
  const MEDIA_TYPE = { imageManifestMediaType: 'application/vnd.oci.image.index.v1+json' };

  test('is reported with an example', () => {
    expect(parts(image('index', 60, ['v1'], { childDigests: ['amd64', 'arm64'] }), image('left', 60))).toEqual([
      'rule 2 selects 2 untagged images that are parts of image indexes that are kept, such as amd64 of "v1"; '
      + 'ECR keeps them while the index exists, but the rule counts them and previews may list them',
    ]);
  });

  test('is reported if the list has an index, but not its parts', () => {
    expect(parts(image('index', 60, ['v1'], MEDIA_TYPE))).toEqual([
      'rule 2 acts on 2 untagged images, some of which may be parts of image indexes that are kept, such as "v1"; '
      + 'the list does not say which, so save it with "ecr-lifecycle snapshot --children"',
    ]);
  });

  test.each<[string, Image]>([
    ['the index has other parts', image('index', 60, ['v1'], { childDigests: ['x'] })],
    ['there is no index', image('image', 60, ['v1'])],
    ['the index expires, too', image('index', 60, [], { childDigests: ['amd64', 'arm64'] })],
  ])('is not reported if %s', (_, index) => {
    expect(parts(index)).toEqual([]);
  });

  test('is not reported if the rule does not select the parts', () => {
    expect(warningsWith('indexPartsSelected', [expire(1, untagged, pushedBefore(90))], [image('index', 60, ['v1'], MEDIA_TYPE), image('amd64', 60)])).toEqual([]);
    expect(warningsWith('indexPartsSelected', [expire(1, any, pushedBefore(14))], [image('index', 1, ['v1'], { childDigests: ['amd64'] }), image('amd64', 60)])).toEqual([]);
  });
});
