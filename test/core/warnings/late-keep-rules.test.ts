import { idsOf, warningsOf } from './warning-fixtures';
import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { inventoryWarnings } from '../../../src/core/warnings/find-warnings';
import {
  any, archive, archivedBefore, expire, image, keep, moreThan, NOW, prefixed, pushedBefore, tagged, untagged,
} from '../evaluation/evaluator-fixtures';

describe('a keep rule for one tag after a rule for other tags', () => {
  test('is reported without images, because the image with the tag has other tags, too', () => {
    expect(warningsOf(expire(1, tagged('main-*'), pushedBefore(30)), keep(2, tagged('prod')))).toEqual([{
      id: 'keepRulePartlyLate',
      rulePriorities: [2, 1],
      message: 'rule 2 is meant to keep the image with the tag "prod", but rule 1 comes first and acts on the image if it also has a tag like "main-*"; '
        + 'put rule 2 before rule 1',
    }]);
    expect(idsOf(warningsOf(archive(1, prefixed('v'), pushedBefore(30)), keep(2, tagged('live'))))).toEqual(['keepRulePartlyLate 2 1']);
  });

  test.each<[string, PolicyRule[]]>([
    ['it comes first', [keep(1, tagged('prod')), expire(2, tagged('main-*'), pushedBefore(30))]],
    ['it keeps more than one tag', [expire(1, tagged('main-*'), pushedBefore(30)), keep(2, tagged('prod-*'))]],
    ['the other rule is for one tag', [expire(1, tagged('nightly'), pushedBefore(30)), keep(2, tagged('prod'))]],
    ['the other rule keeps images', [keep(1, tagged('main-*')), keep(2, tagged('prod'))]],
    ['the other rule is for untagged images', [expire(1, untagged, pushedBefore(30)), keep(2, tagged('prod'))]],
    ['the other rule is for archived images', [expire(1, tagged('main-*'), archivedBefore(90)), keep(2, tagged('prod'))]],
  ])('is not reported if %s', (_, rules) => {
    expect(idsOf(warningsOf(...rules))).toEqual([]);
  });
});

describe('with images', () => {
  const lateIn = (rules: PolicyRule[], images: Image[]) => inventoryWarnings({ rules }, images, NOW).filter(({ id }) => id === 'keepRulePartlyLate');
  const RELEASES = [expire(1, prefixed('release'), pushedBefore(30)), keep(2, prefixed('v'))];

  test('the image that the keep rule is meant to keep is named', () => {
    const promoted = image('sha256:a', 60, ['release-4', 'v4.5.2']);
    expect(lateIn(RELEASES, [promoted, image('sha256:b', 60, ['release-5'])])).toEqual([{
      id: 'keepRulePartlyLate',
      rulePriorities: [2, 1],
      message: 'rule 2 is meant to keep 1 image that expires, because rule 1 comes first and selects it by another tag: sha256:a ("release-4", "v4.5.2"); '
        + 'put rule 2 before rule 1',
    }]);
  });

  test('several images are counted, and archived images count, too', () => {
    const [warning] = lateIn([archive(1, tagged('*-SNAPSHOT'), pushedBefore(14)), keep(2, prefixed('deployed-'))], [
      image('sha256:a', 60, ['1.0-SNAPSHOT', 'deployed-live']), image('sha256:b', 60, ['1.1-SNAPSHOT', 'deployed-test']),
    ]);
    expect(warning.message).toContain('rule 2 is meant to keep 2 images that are archived');
    expect(warning.message).toContain('("1.0-SNAPSHOT", "deployed-live") and more; put rule 2 before rule 1');
  });

  test.each<[string, PolicyRule[], Image[]]>([
    ['the image is not old enough', RELEASES, [image('a', 10, ['release-4', 'v4'])]],
    ['the keep rule comes first', [keep(1, prefixed('v')), expire(2, prefixed('release'), pushedBefore(30))], [image('a', 60, ['release-4', 'v4'])]],
    ['the tag itself is an exception', [expire(1, tagged('*-rc*'), pushedBefore(30)), keep(2, tagged('v*'))], [image('a', 60, ['v4-rc1'])]],
    ['no image has tags of both', RELEASES, [image('a', 60, ['release-4']), image('b', 60, ['v4'])]],
    ['all other tags are kept', [expire(1, tagged('dev-*'), pushedBefore(30)), keep(2, tagged('*'))], [image('a', 60, ['dev-4', 'x'])]],
    ['the earlier rule keeps the image', [expire(1, prefixed('release'), moreThan(5)), keep(2, prefixed('v')), expire(3, any, moreThan(100))],
      [image('a', 60, ['release-4', 'v4'])]],
  ])('there is no warning if %s', (_, rules, images) => {
    expect(lateIn(rules, images)).toEqual([]);
  });
});
