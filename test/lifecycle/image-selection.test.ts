import { Fn, Lazy, Token } from 'aws-cdk-lib';
import { ImageSelection, LifecycleRule } from '../../src';

describe('rejects entries that no tag can match at the call', () => {
  test.each<[string, () => unknown, string]>([
    ['a list in one text', () => ImageSelection.tagged('release-*,prod'), 'InvalidSelectionPattern: tagged: "release-*,prod" matches no tag'],
    ['a regular expression among several', () => ImageSelection.taggedWithAllOf('prod', '^release-.*'), 'InvalidSelectionPattern: taggedWithAllOf: "^release-.*"'],
    ['a wildcard in a prefix', () => ImageSelection.taggedWithAllPrefixes('release-*'), '"release-*" begins no tag: a tag cannot contain "*", and a prefix does not need a wildcard; write "release-"'],
    ['one of several patterns', () => LifecycleRule.keepForEachPattern(['prod', 'shop/web:v1']), 'write "v1"'],
    ['a list', () => ImageSelection.tagged(['v*'] as unknown as string), '["v*"] matches no tag: it is a list'],
    ['several patterns, in JavaScript', () => (ImageSelection.tagged as (...patterns: string[]) => unknown)('release-*', 'prod'),
      'TooManyPatterns: tagged takes one pattern, got "release-*" and "prod"; use one rule per pattern'],
    ['nothing', () => ImageSelection.tagged(undefined as unknown as string), 'undefined matches no tag: it is not text'],
    ['a text instead of a list', () => LifecycleRule.keepForEachPattern('v*' as unknown as string[]), 'MissingPatterns'],
  ])('%s', (_, write, message) => {
    expect(write).toThrow(message);
  });
});

test.each([
  Fn.importValue('Pattern'), `${Fn.ref('Team')}-*`, Lazy.string({ produce: () => 'v*' }), ...Token.asList({ Ref: 'Patterns' }),
])('accepts tokens, which are known only at deployment: %s', (entry) => {
  expect(() => ImageSelection.tagged(entry)).not.toThrow();
  expect(() => ImageSelection.taggedWithAllOf('prod', entry)).not.toThrow();
  expect(() => ImageSelection.taggedWithAllPrefixes(entry)).not.toThrow();
});

test('a pattern can come from a map over a list', () => {
  expect(() => ['release-*', 'prod'].map(ImageSelection.tagged)).not.toThrow();
});
