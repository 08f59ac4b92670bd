/** Longer words are not misspellings of a known one. */
const MAX_LENGTH = 40;

/** Returns the known word that was probably meant: the same except for case and punctuation, or at most two edits away. */
export function nearest<W extends string>(word: string, known: readonly W[]): W | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const plain = normalize(word);
  let best: W | undefined;
  let bestEdits = 3;
  for (const candidate of known) {
    const other = normalize(candidate);
    const edits = editsBetween(plain, other);
    // Two edits turn a short word into a different word.
    if (edits < bestEdits && edits * 3 <= other.length) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

function normalize(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Returns the Levenshtein distance: the number of characters to insert, delete or replace. */
function editsBetween(a: string, b: string): number {
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
