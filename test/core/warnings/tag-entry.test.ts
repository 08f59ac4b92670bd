import { covers, matchesEveryTag, overlap, patternEntry, prefixEntry, TagEntry } from '../../../src/core/warnings/tag-entry';

/** Returns all texts of 1 to `maxLength` characters. */
function texts(alphabet: string, maxLength: number): string[] {
  const all: string[] = [];
  let last = [''];
  for (let length = 1; length <= maxLength; length++) {
    last = last.flatMap((text) => [...alphabet].map((character) => text + character));
    all.push(...last);
  }
  return all;
}

/** A slow matcher that follows ECR's definition of patterns. */
function matches({ kind, text }: TagEntry, tag: string): boolean {
  if (kind === 'prefix') return tag.slice(0, text.length) === text;
  if (text === '') return tag === '';
  if (text[0] !== '*') return tag[0] === text[0] && matches(patternEntry(text.slice(1)), tag.slice(1));
  return Array.from({ length: tag.length + 1 }, (_, i) => tag.slice(i)).some((rest) => matches(patternEntry(text.slice(1)), rest));
}

/** Returns all entries of 1 to `maxLength` characters: patterns, and prefixes, in which a star is literal. */
function entries(alphabet: string, maxLength: number): TagEntry[] {
  return [...texts(`${alphabet}*`, maxLength).map(patternEntry), ...texts(`${alphabet}*`, maxLength).map(prefixEntry)];
}

const named = ({ kind, text }: TagEntry) => `${kind} ${text}`;

/** Returns the pairs with different results. */
function differences(all: readonly TagEntry[], answer: (a: TagEntry, b: TagEntry) => boolean, expected: (a: number, b: number) => boolean) {
  const pairs = all.flatMap((a, i) => all.flatMap((b, j) => (answer(a, b) === expected(i, j) ? [] : [`${named(a)} / ${named(b)}`])));
  return { pairs: pairs.slice(0, 5) };
}

test('an entry covers another if and only if every tag that matches the other matches it', () => {
  const all = entries('ab', 4);
  // No entry contains the character c: it represents all other characters.
  const tags = texts('abc*', 5);
  const matching = all.map((entry) => tags.map((tag) => matches(entry, tag)));
  expect(differences(all, covers, (outer, inner) => tags.every((_, t) => !matching[inner][t] || matching[outer][t]))).toEqual({ pairs: [] });
});

test('two entries overlap if and only if a tag matches both', () => {
  const all = entries('ab', 3);
  const tags = texts('ab*', 6);
  const matching = all.map((entry) => tags.map((tag) => matches(entry, tag)));
  expect(differences(all, overlap, (a, b) => tags.some((_, t) => matching[a][t] && matching[b][t]))).toEqual({ pairs: [] });
});

test('examples of longer entries', () => {
  expect(overlap(patternEntry('release-*-amd64'), patternEntry('*-2026-*'))).toBe(true);
  expect(overlap(patternEntry('release-*-amd64'), patternEntry('*-arm64'))).toBe(false);
  // Head and tail do not share characters: "aba" does not have both "ab" at the start and "ba" at the end.
  expect(overlap(patternEntry('ab*ba'), patternEntry('aba'))).toBe(false);
  expect(covers(patternEntry('*-*'), patternEntry('release-*-amd64'))).toBe(true);
  expect(covers(patternEntry('release-*-amd64'), patternEntry('release-*'))).toBe(false);
  expect(covers(patternEntry('v*'), prefixEntry('v1.'))).toBe(true);
  expect(covers(patternEntry('v*.'), prefixEntry('v1.'))).toBe(false);
});

test('only entries of wildcards match every tag', () => {
  expect([patternEntry('*'), patternEntry('****')].map(matchesEveryTag)).toEqual([true, true]);
  expect([patternEntry('a*'), patternEntry('*.*'), prefixEntry('*')].map(matchesEveryTag)).toEqual([false, false, false]);
});
