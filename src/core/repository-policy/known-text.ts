/**
 * Policies have parts that are known at deployment only. In the texts that the checks read, one character stands for each
 * of them: both are of Unicode's private use area, which no policy has any use for.
 */

/** Some text or other. */
export const UNKNOWN = '\uE000';

/** The account that owns the repository, where the template leaves it open. */
export const OWN_ACCOUNT = '\uE001';

export function isKnown(text: string): boolean {
  return !text.includes(UNKNOWN);
}

/** For messages. */
export function legible(text: string): string {
  return text.replaceAll(UNKNOWN, '${Token}').replaceAll(OWN_ACCOUNT, '${AWS::AccountId}');
}

/** Whether a text matches a pattern of IAM's: `*` is any run of characters, `?` any one. What is unknown matches nothing. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!isKnown(pattern) || !isKnown(text)) return false;
  const literal = (part: string) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const source = pattern.split(/(\*+|\?)/).map((part) => (part.startsWith('*') ? '.*' : part === '?' ? '.' : literal(part)));
  return new RegExp(`^${source.join('')}$`, 's').test(text);
}
