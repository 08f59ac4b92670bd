import { show } from '../text/show';

/*
 * A tag is [A-Za-z0-9_][A-Za-z0-9._-]{0,127}, and in a pattern `*` is the only wildcard. Anything else matches no tag at all:
 * a guard that is written so protects nothing, and a rule selects nothing.
 */

const MAX_TAG_LENGTH = 128;
/** Longer texts are not slips of a pattern. */
const MAX_EXPLAINED = 500;
const NOT_IN_A_TAG = /[^A-Za-z0-9._-]/;
const TAG_START = /^[A-Za-z0-9_]/;
const DIGEST = /^\s*(.*@)?sha256:[0-9a-f]{64}\s*$/;
/** Written where several alternatives are meant. */
const ALTERNATIVES = /^(.*?)(?:\{([^{}]*,[^{}]*)\}|\(([^()]*\|[^()]*)\))(.*)$/s;

/**
 * Why no tag can match a pattern, as a clause with the likely meaning; undefined if one can.
 *
 * The empty pattern counts as such too. The number of wildcards is not looked at.
 */
export function unmatchablePattern(pattern: unknown): string | undefined {
  const because = becauseOf(pattern, true);
  return because && `${show(pattern)} matches no tag: ${because}${hint(pattern, likelyPatterns)}`;
}

/** Like `unmatchablePattern`, for the beginning of a tag: without wildcards. */
export function unmatchablePrefix(prefix: unknown): string | undefined {
  const because = becauseOf(prefix, false);
  return because && `${show(prefix)} begins no tag: ${because}${hint(prefix, likelyPrefixes)}`;
}

function becauseOf(text: unknown, wildcards: boolean): string | undefined {
  if (Array.isArray(text)) return 'it is a list, so give each entry by itself';
  if (typeof text !== 'string') return 'it is not a text';
  if (text === '') return 'it is empty';
  if (text.length <= MAX_EXPLAINED && DIGEST.test(text)) return 'it is a digest, not a tag';
  const literal = wildcards ? text.replaceAll('*', '') : text;
  const [foreign] = NOT_IN_A_TAG.exec(literal) ?? [];
  if (foreign !== undefined) return `a tag has no ${show(foreign)}${MEANINGS[foreign] ?? ''}`;
  if (!TAG_START.test(text) && !(wildcards && text.startsWith('*'))) return `a tag does not begin with ${show(text[0])}`;
  return literal.length > MAX_TAG_LENGTH ? `a tag has at most ${MAX_TAG_LENGTH} characters, not ${literal.length}` : undefined;
}

const WILDCARD = ', and * is the only wildcard';
const MEANINGS: Readonly<Record<string, string>> = {
  ',': ', so give each entry by itself',
  '/': ', so leave the name of the repository out',
  ':': ', so leave the name of the repository out',
  '*': ', and a prefix needs no wildcard',
  ...Object.fromEntries([...'^$?[](){}|+\\'].map((character) => [character, WILDCARD])),
};

function hint(text: unknown, likely: (text: string) => string[]): string {
  if (typeof text !== 'string' || text.length > MAX_EXPLAINED || DIGEST.test(text)) return '';
  const meant = [...new Set(likely(text))];
  if (meant.length === 0 || meant.length > 5) return '';
  return `; write ${meant.map((pattern) => show(pattern)).join(' and ')}`;
}

/** The patterns that were likely meant; none if that cannot be told of each part. */
function likelyPatterns(text: string): string[] {
  const meant = alternativesIn(text).map((part) => globOf(withoutRepository(part)));
  return meant.every((pattern) => becauseOf(pattern, true) === undefined) ? meant : [];
}

function likelyPrefixes(text: string): string[] {
  const meant = likelyPatterns(text).map((pattern) => pattern.replace(/\*$/, ''));
  return meant.every((prefix) => becauseOf(prefix, false) === undefined) ? meant : [];
}

/** `a,b` and the like as a list; `v{1,2}` and `v(1|2)` written out. */
function alternativesIn(text: string): string[] {
  const [, before, braces, parentheses, after] = ALTERNATIVES.exec(text) ?? [];
  if (before !== undefined) {
    const options = braces === undefined ? parentheses.split('|') : braces.split(',');
    return options.map((option) => `${before}${option.trim()}${after}`);
  }
  return text.split(/[,;|\s]+/).map((part) => part.replace(/^(["'`])(.*)\1$/, '$2')).filter((part) => part !== '');
}

/** `shop/web:prod` means the tag `prod`. */
function withoutRepository(text: string): string {
  return text.replace(/^[^^[\](){}?\\]*[/:](?=[^/:]+$)/, (name) => (name.endsWith(':') ? '' : name));
}

/** A regular expression, or a glob with more wildcards than ECR's, as a pattern. Its runs become wider, never narrower. */
function globOf(text: string): string {
  const isExpression = /[\^$\\()|]|^\.[*+]|\.\+/.test(text);
  const open = text.startsWith('^') && !text.endsWith('$') ? '*' : '';
  const body = text.replace(/^\^/, '').replace(/\$$/, '').split('\\.').map((part) => part
    .replace(/(?:\\[dwDWsS]|\[[^\]]*\])(?:[*+?]|\{[^}]*\})?/g, '*')
    .replace(isExpression ? /\.[*+?]?|\?/g : /\?/g, '*'));
  return `${body.join('.')}${open}`.replace(/\*+/g, '*');
}
