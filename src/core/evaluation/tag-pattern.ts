/** Says whether a tag matches. */
export type TagPredicate = (tag: string) => boolean;

/**
 * A tag pattern as ECR means it: it matches the whole tag, and `*` (any run of characters, also none) is the only
 * wildcard. The pieces between the wildcards are looked for from left to right, each at its first place, so that the
 * time is bounded by the tag's length times the pattern's: there is no backtracking.
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
    // Otherwise the last piece, or the head, runs into the tail.
    return from <= tag.length - tail.length;
  };
}
