import * as fc from 'fast-check';
import { compileTagPattern } from '../../../src/core/evaluation/tag-pattern';
import { unmatchablePattern, unmatchablePrefix } from '../../../src/core/policy/tag-shape';

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,40}$/);

test.each([
  'release-*', 'prod', '*', '**', '*-rc', '*.*', '_x', 'V1.2_x', 'v1.*', '*-', 'a'.repeat(128), `${'a'.repeat(128)}*`,
])('a tag can match %j', (pattern) => {
  expect(unmatchablePattern(pattern)).toBeUndefined();
});

test.each<[string, string, string?]>([
  ['release-*,prod', 'a tag cannot contain ",", so write each entry separately', '"release-*" and "prod"'],
  ['release-*, "prod"', 'a tag cannot contain ",", so write each entry separately', '"release-*" and "prod"'],
  [' prod', 'a tag cannot contain " "', '"prod"'],
  ['prod\n', 'a tag cannot contain "\\n"', '"prod"'],
  ['^release-.*', 'a tag cannot contain "^", and * is the only wildcard', '"release-*"'],
  ['^release-', 'a tag cannot contain "^", and * is the only wildcard', '"release-*"'],
  ['^v1\\.2\\..+$', 'a tag cannot contain "^", and * is the only wildcard', '"v1.2.*"'],
  ['^(release|prod)-.*$', 'a tag cannot contain "^", and * is the only wildcard', '"release-*" and "prod-*"'],
  ['release-[0-9]*', 'a tag cannot contain "[", and * is the only wildcard', '"release-*"'],
  ['v\\d+', 'a tag cannot contain "\\\\", and * is the only wildcard', '"v*"'],
  ['v1.?', 'a tag cannot contain "?", and * is the only wildcard', '"v1.*"'],
  ['v{1,2}-*', 'a tag cannot contain "{", and * is the only wildcard', '"v1-*" and "v2-*"'],
  ['prod|live', 'a tag cannot contain "|", and * is the only wildcard', '"prod" and "live"'],
  ['.*', 'a tag cannot begin with "."', '"*"'],
  ['-rc', 'a tag cannot begin with "-"'],
  ['shop/web:prod', 'a tag cannot contain "/", so leave out the repository name', '"prod"'],
  ['web:v*', 'a tag cannot contain ":", so leave out the repository name', '"v*"'],
  ['shop/web', 'a tag cannot contain "/", so leave out the repository name'],
  [`web@sha256:${'0'.repeat(64)}`, 'it is a digest, not a tag'],
  ['v1.0+build', 'a tag cannot contain "+", and * is the only wildcard'],
  ['münchen', 'a tag cannot contain "ü"'],
  ['a'.repeat(129), 'a tag has at most 128 characters, not 129'],
  ['', 'it is empty'],
])('no tag can match %j', (...[pattern, because, meant]) => {
  const clause = unmatchablePattern(pattern)!;
  expect(clause.slice(clause.indexOf(' matches no tag: ') + 17)).toBe(`${because}${meant === undefined ? '' : `; write ${meant}`}`);
});

test('prefixes have no wildcards', () => {
  expect(unmatchablePrefix('release-')).toBeUndefined();
  expect(unmatchablePrefix('release-*')).toBe('"release-*" begins no tag: a tag cannot contain "*", and a prefix does not need a wildcard; write "release-"');
});

test('a pattern that matches a tag is not reported', () => {
  const pattern = tag.chain((text) => fc.tuple(fc.constant(text), fc.nat(text.length), fc.nat(text.length)))
    .map(([text, a, b]) => ({ text, written: `${text.slice(0, Math.min(a, b))}*${text.slice(Math.max(a, b))}` }));
  fc.assert(fc.property(pattern, ({ text, written }) => {
    expect(compileTagPattern(written)(text)).toBe(true);
    expect(unmatchablePattern(written)).toBeUndefined();
  }));
});

test('a pattern with a character that no tag has is always reported, and a tag can match the suggestions', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'ab19._-*^$.?+[](){}|,:/@\\ ü') }), (written) => {
    const clause = unmatchablePattern(written);
    const example = written.replaceAll('*', 'a');
    expect(clause === undefined).toBe(TAG.test(example) || (written.startsWith('*') && TAG.test(`a${written.replaceAll('*', '')}`)));
    for (const [, suggested] of clause?.split('; write ')[1]?.matchAll(/"([^"]*)"/g) ?? []) expect(unmatchablePattern(suggested)).toBeUndefined();
  }));
});
