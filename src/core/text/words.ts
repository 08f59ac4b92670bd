/** Formats a count with its noun: `1 image`, `2 images`, `1,204 images`. Nouns form their plural with an "s". */
export function plural(n: number, noun: string): string {
  return `${withThousands(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** Formats an integer with thousands separators: `1204` becomes `1,204`. */
export function withThousands(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Shortens text to at most `maxLength` characters, an ellipsis included. */
export function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

/** Returns the length of text in bytes, encoded as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a surrogate pair counts for two of its four bytes.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
