import { Rule } from './rules';
import { Text } from './text';

export interface Found {
  readonly rule: Rule;
  readonly text: Text;
  /** The position in the file. */
  readonly offset: number;
  readonly length: number;
}

/** The share of texts that may open with one of the words. */
export const MAX_OPENERS = 0.03;
export const OPENER = /^[^\w`]*(?:What|Who|Whether|Where|When|Why|How)\b/i;

const compiled = new Map<Rule, RegExp>();

/** Applies rules to a text. */
export function find(rules: readonly Rule[], text: Text): Found[] {
  return rules.filter(({ kinds }) => kinds.includes(text.kind)).flatMap((rule) =>
    [...text.body.matchAll(regExpOf(rule))].map(({ 0: words, index }) =>
      ({ rule, text, offset: text.offset + index, length: words.length })));
}

/** A phrase may run over the end of a line. */
function regExpOf(rule: Rule): RegExp {
  const known = compiled.get(rule);
  if (known) return known;
  const pattern = new RegExp(rule.pattern.source.replace(/ /g, '\\s+'), `${rule.pattern.flags.replace('g', '')}g`);
  compiled.set(rule, pattern);
  return pattern;
}
