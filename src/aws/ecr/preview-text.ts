import { samePolicy } from '../../core/policy/policy-text';
import type { Clock } from '../deadline';

/** The most characters that ECR takes. */
const MAX_TEXT_LENGTH = 30_720;
/** White space that JSON allows between two tokens. */
const DIGITS = [' ', '\t', '\n'];
/** Digits of the time in milliseconds, of a random number, and of the count of texts that this process has sent. */
const LENGTHS = [26, 20, 10];
const MARK_LENGTH = LENGTHS.reduce((sum, length) => sum + length);
const MARKED = new RegExp(`^[^{]*\\{[ \\t\\n]{${MARK_LENGTH}}`);

let sent = 0;

/** The preview that is in the repository's slot: ours, another one of the same policy, or one of another policy. */
export type Ownership = 'ours' | 'same-policy' | 'other';

/**
 * The text of a preview, made unique by white space that does not change its meaning.
 *
 * A preview has no id, and a read just after the start may still show the preview before it [inferred]. If that was of the
 * same policy, nothing but the text tells the two apart. Where ECR returns the text as it was sent, only that text is ours.
 *
 * It is not known of the live service that it does. Lifecycle policies that were put have come back without white space, so
 * the text of a preview may, too [inferred]. Then only the JSON can be compared, and an older preview of the same policy may
 * be taken for ours. A mark in a rule's description would outlast that, but people read descriptions, and their greatest
 * length is not documented.
 */
export class PreviewText {
  private text: string;
  /** Once ECR was seen to keep white space, a text that lacks the mark is not ours. */
  private isKept = false;

  constructor(private readonly lifecyclePolicyText: string, private readonly clock: Clock) {
    this.text = lifecyclePolicyText;
  }

  /** A text that was never sent before. A policy that leaves no room for a mark is sent as it is. */
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
