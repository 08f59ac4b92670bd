import fc from 'fast-check';
import { obviouslyMatches } from './reference-evaluator';
import { compileTagPattern } from '../../../src/core/evaluation/tag-pattern';

describe('a tag pattern', () => {
  test.each([
    // pattern, matching tags, other tags
    ['latest', ['latest'], ['latest-1', 'my-latest', 'LATEST', '']],
    ['release-*', ['release-1', 'release-', 'release-a-b'], ['release', 'prerelease-1', 'Release-1']],
    ['*-rc', ['1.0-rc', '-rc'], ['1.0-rc1', 'rc']],
    ['*prod*', ['prod', 'my-prod-1', 'prod1', 'reprod'], ['pro', 'p-rod']],
    ['v*.*.*', ['v1.2.3', 'v..', 'v1.2.3.4'], ['v1.2', '1.2.3']],
    ['a*a', ['aa', 'aba', 'aaa'], ['a', 'ab', 'ba']],
    ['ab*ba', ['abba', 'ab-ba'], ['aba', 'ab', 'ba']],
    ['a*bc*c', ['abcc', 'a-bc-c', 'abcbcc'], ['abc', 'abbc', 'a-b-c']],
    ['*ab*ab*', ['abab', 'ab-ab', '-abab-'], ['aba', 'ab', 'aabb']],
    ['*a*a*a*a', ['aaaa', 'xaxaxaxa', 'aaaaa'], ['aaa', 'aaaab']],
    ['*', ['x', ''], []],
    ['****', ['x', ''], []],
    ['a**b', ['ab', 'a-b'], ['a', 'b']],
  ])('%s', (pattern, matching, others) => {
    const matches = compileTagPattern(pattern);
    expect(matching.filter((tag) => !matches(tag))).toEqual([]);
    expect(others.filter((tag) => matches(tag))).toEqual([]);
  });

  test.each(['.', 'v1.0', 'a+', '[ab]', 'a?', '^a', 'a$', '(a|b)', '\\d', '{1}', '%', '_'])('%s does not contain a wildcard: only * is one', (pattern) => {
    expect(compileTagPattern(pattern)(pattern)).toBe(true);
    const tags = ['a', 'b', 'aa', 'ab', '1', 'v1x0', 'x'].filter((tag) => tag !== pattern);
    expect(tags.filter(compileTagPattern(pattern))).toEqual([]);
  });

  test('matches the same tags as the reference matcher', () => {
    const text = (letters: string, maxLength: number) => fc.string({ unit: fc.constantFrom(...letters), maxLength });
    fc.assert(
      fc.property(text('ab*', 9), text('ab', 10), (pattern, tag) => compileTagPattern(pattern)(tag) === obviouslyMatches(pattern, tag)),
      { numRuns: 10_000 },
    );
  });

  test('matches the same tags as the reference matcher, for all short patterns and tags', () => {
    const words = (letters: string, length: number): string[] =>
      length === 0 ? [''] : words(letters, length - 1).flatMap((word) => [...letters].map((letter) => word + letter));
    const upTo = (letters: string, length: number) => Array.from({ length: length + 1 }, (_, n) => words(letters, n)).flat();
    const tags = upTo('ab', 5);
    const wrong = upTo('ab*', 5).flatMap((pattern) => {
      const matches = compileTagPattern(pattern);
      return tags.filter((tag) => matches(tag) !== obviouslyMatches(pattern, tag)).map((tag) => `${pattern} on ${tag}`);
    });
    expect(wrong).toEqual([]);
  });

  // A matcher that backtracks needs hundreds of millions of steps for one of these tags, so this test would not finish.
  test.each([
    ['*a*a*a*a', 'a'.repeat(300), true],
    ['*a*a*a*a', `${'a'.repeat(299)}b`, false],
    ['*a*a*a*b', 'a'.repeat(300), false],
    ['*a*a*ab*', 'a'.repeat(300), false],
    ['*aa*aa*ab*', 'a'.repeat(300), false],
    [`*${'a'.repeat(99)}*${'a'.repeat(99)}*b*`, 'a'.repeat(300), false],
  ])('%s is fast on a tag of 300 characters', (pattern, tag, expected) => {
    const matches = compileTagPattern(pattern);
    const answers = Array.from({ length: 10_000 }, () => matches(tag));
    expect(new Set(answers)).toEqual(new Set([expected]));
  });
});
