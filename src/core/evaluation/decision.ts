export type Action = 'EXPIRE' | 'TRANSITION' | 'KEEP';

export interface Decision {
  readonly action: Action;
  /** The rule that acts, or would act were it not for the index. */
  readonly rulePriority?: number;
  /** Set when the image would go, but this index still refers to it. The lowest digest, if several do. */
  readonly blockedByIndex?: string;
  /** Set when the image goes because the image that it belongs to goes. */
  readonly followsSubject?: string;
}

/** What one matching rule made of an image. A rule that does not match leaves no reason. */
export interface Reason {
  readonly rulePriority: number;
  readonly outcome: Outcome;
  /** With `CLAIMED_EARLIER`: the rule that had claimed the image. */
  readonly claimedBy?: number;
}

/**
 * - `ACTS`: the rule expires or archives the image.
 * - `WITHIN_COUNT`: the image is among the youngest that the rule leaves alone.
 * - `NOT_OLD_ENOUGH`: it is not older than the rule's days; at exactly that age it stays.
 * - `CLAIMED_EARLIER`: the rule would act, but a rule of higher precedence matches the image too.
 */
export type Outcome = 'ACTS' | 'WITHIN_COUNT' | 'NOT_OLD_ENOUGH' | 'CLAIMED_EARLIER';
