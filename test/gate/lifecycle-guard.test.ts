import { Fn } from 'aws-cdk-lib';
import { LifecycleGuard, ImageSelection } from '../../src';

test.each([-1, 1.5, Infinity])('maxImages rejects %p', (limit) => {
  expect(() => LifecycleGuard.maxImages(limit)).toThrow('InvalidGuardLimit');
});

test('maxImages accepts 0', () => {
  expect(LifecycleGuard.maxImages(0).id).toBe('max-images');
});

test.each([[[]], [['']], [['release-*', '']]])('protectTags rejects %j', (patterns: string[]) => {
  expect(() => LifecycleGuard.protectTags(...patterns)).toThrow('InvalidGuardPattern');
});

test('protectTags accepts patterns', () => {
  expect(LifecycleGuard.protectTags('release-*', 'prod', 'V1.2_x', '*-rc', '*').id).toBe('protect-tags');
});

test.each(['^release-.*', 'release-*, prod', 'shop/web:prod', 'v1.?', 'release-[0-9]*', ' prod', 'prod\n', '-rc', 'a'.repeat(129)])(
  'protectTags rejects %j, which matches no tag', (pattern) => {
    expect(() => LifecycleGuard.protectTags('release-*', pattern)).toThrow(/^InvalidGuardPattern: protectTags: .* matches no tag: /);
  });

test('protectTags lists all wrong patterns, with the pattern that was probably intended', () => {
  expect(() => LifecycleGuard.protectTags('release-*,prod', 'v*', 'shop/web:live')).toThrow(
    'InvalidGuardPattern: protectTags: "release-*,prod" matches no tag: a tag cannot contain ",", so write each entry separately; write "release-*" and "prod". '
    + '"shop/web:live" matches no tag: a tag cannot contain "/", so leave out the repository name; write "live"');
});

test.each<[unknown, string]>([
  [['release-*'], 'it is a list, so write each entry separately'], [undefined, 'it is not text'], [null, 'it is not text'], [7, 'it is not text'],
  [Fn.importValue('Pattern'), 'a pattern is a token, which is known only at deployment'],
])('protectTags rejects %p, which JavaScript does not check', (value, problem) => {
  expect(() => LifecycleGuard.protectTags(value as string)).toThrow(problem);
});

test.each<[string, () => ImageSelection]>([
  ['an empty pattern', () => ImageSelection.tagged('')],
  ['no pattern', () => ImageSelection.taggedWithAllOf()],
  ['no prefix', () => ImageSelection.taggedWithAllPrefixes()],
])('rejects a guard with a selection that no image can match: %s', (_, selection) => {
  expect(() => LifecycleGuard.protectNewest(9, selection())).toThrow('InvalidGuardPattern: protectNewest: ');
  expect(() => LifecycleGuard.keepAtLeast(2, selection())).toThrow('InvalidGuardPattern: keepAtLeast: ');
});

test('a guard accepts all kinds of selections', () => {
  for (const selection of [ImageSelection.all(), ImageSelection.untagged(), ImageSelection.tagged('v*'), ImageSelection.taggedWithAllPrefixes('v')]) {
    expect(LifecycleGuard.protectNewest(9, selection).id).toBe('protect-newest');
  }
});
