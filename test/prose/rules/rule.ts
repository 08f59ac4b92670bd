import { Kind } from '../text';

/** A habit to drop. */
export interface Rule {
  readonly id: string;
  /** The kinds of text that the rule applies to. */
  readonly kinds: readonly Kind[];
  /** The offending words. A space stands for any white space, so that a phrase is found across lines. */
  readonly pattern: RegExp;
  /** The finding: one sentence that says what to write instead. Uses that are allowed are exceptions in the pattern. */
  readonly advice: string;
  /** Examples that the rule must find. */
  readonly bad: readonly string[];
  /** Examples that the rule must accept. */
  readonly good: readonly string[];
}
