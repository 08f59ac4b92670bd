import { samePolicy } from '../../core/policy/policy-text';
import type { Clock } from '../deadline';

/** The maximum number of characters of a policy. */
const MAX_TEXT_LENGTH = 30_720;
/** White space that JSON allows between tokens, as the digits of a mark. */
const DIGITS = [' ', '\t', '\n'];
/** The number of digits for the time in milliseconds, for a random number, and for the number of texts sent by this process. */
const LENGTHS = [26, 20, 10];
const MARK_LENGTH = LENGTHS.reduce((sum, length) => sum + length);
const MARKED = new RegExp(`^[^{]*\\{[ \\t\\n]{${MARK_LENGTH}}`);

let sent = 0;

/** The preview in the repository's slot: ours, another one of the same policy, or one of another policy. */
export type Ownership = 'ours' | 'same-policy' | 'other';

/**
 * The text of a preview, made unique by white space that does not change its meaning.
 *
 * A preview has no id, and a read just after the start may still return the preview before it [inferred]. If that one was of
 * the same policy, only the text distinguishes the two. If ECR returns texts as they were sent, only the marked text is ours.
 *
 * It is not known whether ECR does. It returns lifecycle policies without their white space, so it may do the same with the
 * text of a preview [inferred]. Then only the JSON can be compared, and an older preview of the same policy may be mistaken for
 * ours. A mark in a rule's description would be preserved, but people read descriptions, and their maximum length is not
 * documented.
 */
export class PreviewText {
  private text: string;
  /** True once ECR has returned white space unchanged. From then on, a text without the mark is not ours. */
  private isKept = false;

  constructor(private readonly lifecyclePolicyText: string, private readonly clock: Clock) {
    this.text = lifecyclePolicyText;
  }

  /** Returns a text that was never sent before. A policy that is too long for a mark is sent unchanged. */
  next(): string {
    const { lifecyclePolicyText, clock } = this;
    const at = lifecyclePolicyText.indexOf('{') + 1;
    const hasRoom = at > 0 && lifecyclePolicyText.length + MARK_LENGTH <= MAX_TEXT_LENGTH;
    const mark = hasRoom ? markOf([clock.now(), clock.random() * 3 ** LENGTHS[1], ++sent]) : '';
    this.text = lifecyclePolicyText.slice(0, at) + mark + lifecyclePolicyText.slice(at);
    return this.text;
  }

  ownership(returned: string): Ownership {
    if (returned === this.text) {
      this.isKept ||= MARKED.test(returned);
      return 'ours';
    }
    if (!samePolicy(returned, this.lifecyclePolicyText)) return 'other';
    return this.isKept || MARKED.test(returned) ? 'same-policy' : 'ours';
  }
}

function markOf(numbers: readonly number[]): string {
  return numbers
    .map((number, i) => Math.floor(number).toString(DIGITS.length).padStart(LENGTHS[i], '0').slice(-LENGTHS[i]))
    .join('')
    .replace(/\d/g, (digit) => DIGITS[Number(digit)]);
}
