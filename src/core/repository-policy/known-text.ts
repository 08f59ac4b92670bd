/**
 * Some parts of policies are known only at deployment. In the texts that the checks read, one character stands for each such
 * part. Both characters are in Unicode's private use area, which policies do not use.
 */

/** Any text. */
export const UNKNOWN = '\uE000';

/** The account that owns the repository, if the template does not name it. */
export const OWN_ACCOUNT = '\uE001';

export function isKnown(text: string): boolean {
  return !text.includes(UNKNOWN);
}

/** Replaces the placeholders for messages. */
export function legible(text: string): string {
  return text.replaceAll(UNKNOWN, '${Token}').replaceAll(OWN_ACCOUNT, '${AWS::AccountId}');
}

/** True if text matches an IAM pattern: `*` is any run of characters, `?` any one character. Unknown text never matches. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!isKnown(pattern) || !isKnown(text)) return false;
  const literal = (part: string) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const source = pattern.split(/(\*+|\?)/).map((part) => (part.startsWith('*') ? '.*' : part === '?' ? '.' : literal(part)));
  return new RegExp(`^${source.join('')}$`, 's').test(text);
}
