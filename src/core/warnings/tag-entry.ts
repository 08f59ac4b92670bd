import { compileTagPattern, TagPredicate } from '../evaluation/tag-pattern';
import type { RuleSelection } from '../policy/policy-document';

/** One entry of the tag list of a rule. */
export interface TagEntry {
  readonly kind: 'pattern' | 'prefix';
  readonly text: string;
  readonly matches: TagPredicate;
  /** The beginning of every tag that matches. */
  readonly head: string;
  /** The text after the last wildcard. Absent if the entry matches only one tag, its own text. */
  readonly tail?: string;
  /** A text that represents all tags that match. */
  readonly widest: string;
}

/** A character that does not occur in tags or entries. */
const ANYTHING = '\u0000';

export function tagEntriesOf({ tagPatternList, tagPrefixList }: RuleSelection): TagEntry[] {
  return [...(tagPatternList ?? []).map(patternEntry), ...(tagPrefixList ?? []).map(prefixEntry)];
}

export function patternEntry(text: string): TagEntry {
  const first = text.indexOf('*');
  const matches = compileTagPattern(text);
  if (first < 0) return { kind: 'pattern', text, matches, head: text, widest: text };
  const tail = text.slice(text.lastIndexOf('*') + 1);
  return { kind: 'pattern', text, matches, head: text.slice(0, first), tail, widest: text.replaceAll('*', ANYTHING) };
}

export function prefixEntry(text: string): TagEntry {
  return { kind: 'prefix', text, matches: (tag) => tag.startsWith(text), head: text, tail: '', widest: `${text}${ANYTHING}` };
}

/**
 * True if every tag that matches `inner` also matches `outer`.
 *
 * Only a wildcard in `outer` can match a wildcard in `inner`. So wildcards in `inner` are represented by a character that
 * occurs in neither of them.
 */
export function covers(outer: TagEntry, inner: TagEntry): boolean {
  return outer.matches(inner.widest);
}

export function matchesEveryTag(entry: TagEntry): boolean {
  return entry.kind === 'pattern' && /^\*+$/.test(entry.text);
}

/**
 * True if one tag can match both entries.
 *
 * If both have wildcards, only heads and tails matter: the longer head, the middle of one entry, the middle of the other and
 * the longer tail form a tag that matches both.
 */
export function overlap(a: TagEntry, b: TagEntry): boolean {
  if (a.tail === undefined) return b.matches(a.text);
  if (b.tail === undefined) return a.matches(b.text);
  return (a.head.startsWith(b.head) || b.head.startsWith(a.head)) && (a.tail.endsWith(b.tail) || b.tail.endsWith(a.tail));
}
