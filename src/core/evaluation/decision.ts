export type Action = 'EXPIRE' | 'TRANSITION' | 'KEEP';

export interface Decision {
  readonly action: Action;
  /** The rule that acts, or that would act if no index referred to the image. */
  readonly rulePriority?: number;
  /** The index that keeps the image, because it still refers to it. The lowest digest, if there are several. */
  readonly blockedByIndex?: string;
  /** The subject whose action this image follows. Absent if its own rule decides. */
  readonly followsSubject?: string;
}

/** The outcome of one rule for an image that it matches. There is no reason for a rule that does not match. */
export interface Reason {
  readonly rulePriority: number;
  readonly outcome: Outcome;
  /** The rule that claimed the image earlier. Set with `CLAIMED_EARLIER`. */
  readonly claimedBy?: number;
}

/**
 * - `ACTS`: the rule expires or archives the image.
 * - `WITHIN_COUNT`: the image is among the youngest, which the rule does not act on.
 * - `NOT_OLD_ENOUGH`: the image is not older than the number of days in the rule. At exactly that age, it is kept.
 * - `CLAIMED_EARLIER`: the rule would act, but a rule with higher precedence also matches the image.
 */
export type Outcome = 'ACTS' | 'WITHIN_COUNT' | 'NOT_OLD_ENOUGH' | 'CLAIMED_EARLIER';
