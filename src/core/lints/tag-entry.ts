import { compileTagPattern } from '../evaluation/tag-pattern';
import type { RuleSelection } from '../policy/policy-document';

/** One entry of a rule's tag list. */
export interface TagEntry {
  readonly kind: 'pattern' | 'prefix';
  readonly text: string;
}

export function tagEntriesOf({ tagPatternList, tagPrefixList }: RuleSelection): TagEntry[] {
  return [
    ...(tagPatternList ?? []).map((text): TagEntry => ({ kind: 'pattern', text })),
    ...(tagPrefixList ?? []).map((text): TagEntry => ({ kind: 'prefix', text })),
  ];
}

/** A character that no tag and no entry has. */
const ANYTHING = '\u0000';

/**
 * Whether every tag that matches `inner` matches `outer` too.
 *
 * A run of characters that `inner` leaves open can only be matched by one that `outer` leaves open: a character that
 * neither of them knows stands for it.
 */
export function covers(outer: TagEntry, inner: TagEntry): boolean {
  const widest = inner.kind === 'prefix' ? `${inner.text}${ANYTHING}` : inner.text.replace(/\*/g, ANYTHING);
  return outer.kind === 'prefix' ? widest.startsWith(outer.text) : compileTagPattern(outer.text)(widest);
}

export function matchesEveryTag(entry: TagEntry): boolean {
  return entry.kind === 'pattern' && /^\*+$/.test(entry.text);
}

/** Whether one tag can match both. */
export function overlap(a: TagEntry, b: TagEntry): boolean {
  const y = stepsOf(b);
  // reach[j]: some text matches a's steps so far and b's first j. An open step takes nothing, or what the other one says.
  let reach = [true];
  for (let j = 1; j <= y.length; j++) reach[j] = reach[j - 1] && y[j - 1] === OPEN;
  for (const step of stepsOf(a)) {
    const next = [reach[0] && step === OPEN];
    for (let j = 1; j <= y.length; j++) {
      const other = y[j - 1];
      next[j] = step === OPEN || other === OPEN ? reach[j] || next[j - 1] : reach[j - 1] && step === other;
    }
    reach = next;
  }
  return reach[y.length];
}

/** Stands for a run of any characters among the steps of an entry. */
const OPEN = undefined;

function stepsOf({ kind, text }: TagEntry): (string | undefined)[] {
  return kind === 'prefix' ? [...text, OPEN] : Array.from(text, (character) => (character === '*' ? OPEN : character));
}
