import { Fn } from 'aws-cdk-lib';
import { LifecycleGuard, ImageSelection } from '../../src';

test.each([-1, 1.5, NaN, Infinity])('maxImages refuses %p', (limit) => {
  expect(() => LifecycleGuard.maxImages(limit)).toThrow('InvalidGuardLimit');
});

test('maxImages takes 0', () => {
  expect(LifecycleGuard.maxImages(0).id).toBe('max-images');
});

test.each([[[]], [['']], [['release-*', '']]])('protectTags refuses %j', (patterns: string[]) => {
  expect(() => LifecycleGuard.protectTags(...patterns)).toThrow('InvalidGuardPattern');
});

test('protectTags takes patterns', () => {
  expect(LifecycleGuard.protectTags('release-*', 'prod', 'V1.2_x', '*-rc', '*').id).toBe('protect-tags');
});

test.each(['^release-.*', 'release-*, prod', 'shop/web:prod', 'v1.?', 'release-[0-9]*', ' prod', 'prod\n', '-rc', 'a'.repeat(129)])(
  'protectTags refuses %j, which matches no tag', (pattern) => {
    expect(() => LifecycleGuard.protectTags('release-*', pattern)).toThrow(/^InvalidGuardPattern: protectTags: .* matches no tag: /);
  });

test('protectTags names all of the wrong patterns, and what was likely meant', () => {
  expect(() => LifecycleGuard.protectTags('release-*,prod', 'v*', 'shop/web:live')).toThrow(
    'InvalidGuardPattern: protectTags: "release-*,prod" matches no tag: a tag cannot contain ",", so write each entry separately; write "release-*" and "prod". '
    + '"shop/web:live" matches no tag: a tag cannot contain "/", so leave out the repository name; write "live"');
});

test.each<[unknown, string]>([
  [['release-*'], 'it is a list, so write each entry separately'], [undefined, 'it is not text'], [null, 'it is not text'], [7, 'it is not text'],
  [Fn.importValue('Pattern'), 'is a token; write a pattern that is known at synthesis'],
])('protectTags refuses %p, which JavaScript lets through', (value, because) => {
  expect(() => LifecycleGuard.protectTags(value as string)).toThrow(because);
});

test.each<[string, () => ImageSelection]>([
  ['an empty pattern', () => ImageSelection.tagged('')],
  ['no pattern', () => ImageSelection.taggedWithAllOf()],
  ['no prefix', () => ImageSelection.taggedWithAllPrefixes()],
])('a guard over a selection that no image is in is refused: %s', (_, selection) => {
  expect(() => LifecycleGuard.protectNewest(9, selection())).toThrow('InvalidGuardPattern: protectNewest: ');
  expect(() => LifecycleGuard.keepAtLeast(2, selection())).toThrow('InvalidGuardPattern: keepAtLeast: ');
});

test('a guard takes selections of all kinds', () => {
  for (const selection of [ImageSelection.all(), ImageSelection.untagged(), ImageSelection.tagged('v*'), ImageSelection.taggedWithAllPrefixes('v')]) {
    expect(LifecycleGuard.protectNewest(9, selection).id).toBe('protect-newest');
  }
});
