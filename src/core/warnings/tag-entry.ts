import { compileTagPattern, TagPredicate } from '../evaluation/tag-pattern';
import type { RuleSelection } from '../policy/policy-document';

/** One entry of a rule's tag list. */
export interface TagEntry {
  readonly kind: 'pattern' | 'prefix';
  readonly text: string;
  readonly matches: TagPredicate;
  /** What every tag that matches begins with. */
  readonly head: string;
  /** What comes after the last open run of characters; without it, the entry is the one tag that it spells. */
  readonly tail?: string;
  /** A text that stands for all tags that match. */
  readonly widest: string;
}

/** A character that no tag and no entry has. */
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
 * Whether every tag that matches `inner` matches `outer` too.
 *
 * A run of characters that `inner` leaves open can only be matched by one that `outer` leaves open: a character that
 * neither of them knows stands for it.
 */
export function covers(outer: TagEntry, inner: TagEntry): boolean {
  return outer.matches(inner.widest);
}

export function matchesEveryTag(entry: TagEntry): boolean {
  return entry.kind === 'pattern' && /^\*+$/.test(entry.text);
}

/**
 * Whether one tag can match both.
 *
 * Where both leave something open, what stands between head and tail is never in the way: the longer head, the middle of
 * the one, the middle of the other and the longer tail make a tag that matches both.
 */
export function overlap(a: TagEntry, b: TagEntry): boolean {
  if (a.tail === undefined) return b.matches(a.text);
  if (b.tail === undefined) return a.matches(b.text);
  return (a.head.startsWith(b.head) || b.head.startsWith(a.head)) && (a.tail.endsWith(b.tail) || b.tail.endsWith(a.tail));
}
