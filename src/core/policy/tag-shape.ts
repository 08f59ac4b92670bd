import { show } from '../text/show';

/*
 * A tag is [A-Za-z0-9_][A-Za-z0-9._-]{0,127}, and in a pattern `*` is the only wildcard. Any other pattern does not match a tag,
 * so a guard with it does not protect any image, and a rule with it does not select any.
 */

const MAX_TAG_LENGTH = 128;
/** Longer texts are not misspelled patterns. */
const MAX_EXPLAINED = 500;
const NOT_IN_A_TAG = /[^A-Za-z0-9._-]/;
const TAG_START = /^[A-Za-z0-9_]/;
const DIGEST = /^\s*(.*@)?sha256:[0-9a-f]{64}\s*$/;
/** Notations for alternatives: braces, and parentheses with bars. */
const ALTERNATIVES = /^(.*?)(?:\{([^{}]*,[^{}]*)\}|\(([^()]*\|[^()]*)\))(.*)$/s;

/**
 * Explains why no tag can match a pattern, with the pattern that was probably meant. Returns undefined if a tag can match.
 *
 * No tag matches the empty pattern. The number of wildcards is not checked.
 */
export function unmatchablePattern(pattern: unknown): string | undefined {
  const because = becauseOf(pattern, true);
  return because && `${show(pattern)} matches no tag: ${because}${hint(pattern, likelyPatterns)}`;
}

/** Explains why no tag can begin with a prefix. Prefixes have no wildcards. */
export function unmatchablePrefix(prefix: unknown): string | undefined {
  const because = becauseOf(prefix, false);
  return because && `${show(prefix)} begins no tag: ${because}${hint(prefix, likelyPrefixes)}`;
}

function becauseOf(text: unknown, wildcards: boolean): string | undefined {
  if (Array.isArray(text)) return 'it is a list, so write each entry separately';
  if (typeof text !== 'string') return 'it is not text';
  if (text === '') return 'it is empty';
  if (text.length <= MAX_EXPLAINED && DIGEST.test(text)) return 'it is a digest, not a tag';
  const literal = wildcards ? text.replaceAll('*', '') : text;
  const [foreign] = NOT_IN_A_TAG.exec(literal) ?? [];
  if (foreign !== undefined) return `a tag cannot contain ${show(foreign)}${MEANINGS[foreign] ?? ''}`;
  if (!TAG_START.test(text) && !(wildcards && text.startsWith('*'))) return `a tag cannot begin with ${show(text[0])}`;
  return literal.length > MAX_TAG_LENGTH ? `a tag has at most ${MAX_TAG_LENGTH} characters, not ${literal.length}` : undefined;
}

const WILDCARD = ', and * is the only wildcard';
const MEANINGS: Readonly<Record<string, string>> = {
  ',': ', so write each entry separately',
  '/': ', so leave out the repository name',
  ':': ', so leave out the repository name',
  '*': ', and a prefix does not need a wildcard',
  ...Object.fromEntries([...'^$?[](){}|+\\'].map((character) => [character, WILDCARD])),
};

function hint(text: unknown, likely: (text: string) => string[]): string {
  if (typeof text !== 'string' || text.length > MAX_EXPLAINED || DIGEST.test(text)) return '';
  const meant = [...new Set(likely(text))];
  if (meant.length === 0 || meant.length > 5) return '';
  return `; write ${meant.map((pattern) => show(pattern)).join(' and ')}`;
}

/** Returns the patterns that were probably meant. Empty if a part cannot be interpreted. */
function likelyPatterns(text: string): string[] {
  const meant = alternativesIn(text).map((part) => globOf(withoutRepository(part)));
  return meant.every((pattern) => becauseOf(pattern, true) === undefined) ? meant : [];
}

function likelyPrefixes(text: string): string[] {
  const meant = likelyPatterns(text).map((pattern) => pattern.replace(/\*$/, ''));
  return meant.every((prefix) => becauseOf(prefix, false) === undefined) ? meant : [];
}

/** Splits lists such as `a,b`, and expands alternatives: `v{1,2}`, `v(1|2)`. */
function alternativesIn(text: string): string[] {
  const [, before, braces, parentheses, after] = ALTERNATIVES.exec(text) ?? [];
  if (before !== undefined) {
    const options = braces === undefined ? parentheses.split('|') : braces.split(',');
    return options.map((option) => `${before}${option.trim()}${after}`);
  }
  return text.split(/[,;|\s]+/).map((part) => part.replace(/^(["'`])(.*)\1$/, '$2')).filter((part) => part !== '');
}

/** Removes the repository: `shop/web:prod` means the tag `prod`. */
function withoutRepository(text: string): string {
  return text.replace(/^[^^[\](){}?\\]*[/:](?=[^/:]+$)/, (name) => (name.endsWith(':') ? '' : name));
}

/** Converts a regular expression, or a glob with more kinds of wildcards, to a pattern. It matches at least the same tags. */
function globOf(text: string): string {
  const isExpression = /[\^$\\()|]|^\.[*+]|\.\+/.test(text);
  const open = text.startsWith('^') && !text.endsWith('$') ? '*' : '';
  const body = text.replace(/^\^/, '').replace(/\$$/, '').split('\\.').map((part) => part
    .replace(/(?:\\[dwDWsS]|\[[^\]]*\])(?:[*+?]|\{[^}]*\})?/g, '*')
    .replace(isExpression ? /\.[*+?]?|\?/g : /\?/g, '*'));
  return `${body.join('.')}${open}`.replace(/\*+/g, '*');
}
