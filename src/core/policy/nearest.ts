/** Longer words are no slips of a known one. */
const LONGEST = 40;

/** The known word that was probably meant: the same but for case and punctuation, or at most two slips away. */
export function nearest<W extends string>(word: string, known: readonly W[]): W | undefined {
  if (word.length > LONGEST) return undefined;
  const plain = plainly(word);
  let best: W | undefined;
  let bestSlips = 3;
  for (const candidate of known) {
    const other = plainly(candidate);
    const slips = slipsBetween(plain, other);
    // A short word is another word soon.
    if (slips < bestSlips && slips * 3 <= other.length) {
      best = candidate;
      bestSlips = slips;
    }
  }
  return best;
}

function plainly(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Levenshtein distance: characters to insert, drop or replace. */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
