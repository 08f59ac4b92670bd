/** True if a tag matches. */
export type TagPredicate = (tag: string) => boolean;

/**
 * Compiles a tag pattern with the meaning that it has in ECR: it matches the whole tag, and `*` (any run of characters, even
 * none) is the only wildcard.
 *
 * The pieces between the wildcards are searched from left to right, each at its first position. There is no backtracking, so
 * the time is limited by the length of the tag times the length of the pattern.
 */
export function compileTagPattern(pattern: string): TagPredicate {
  const pieces = pattern.split('*');
  if (pieces.length === 1) return (tag) => tag === pattern;

  const head = pieces[0];
  const tail = pieces[pieces.length - 1];
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (tag) => {
    if (!tag.startsWith(head) || !tag.endsWith(tail)) return false;
    let from = head.length;
    for (const piece of middle) {
      const at = tag.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    // Otherwise the last piece, or the head, overlaps the tail.
    return from <= tag.length - tail.length;
  };
}
