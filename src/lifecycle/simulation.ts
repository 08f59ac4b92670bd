/** What becomes of an image. */
export enum ImageAction {
  /** It is deleted for good. */
  EXPIRE = 'EXPIRE',
  /** It is archived. */
  TRANSITION = 'TRANSITION',
  /** It stays as it is. */
  KEEP = 'KEEP',
}

/** How a simulation is run. */
export interface SimulationOptions {
  /**
   * The moment to judge at, ISO 8601.
   *
   * State it in a test: the answer then never changes.
   *
   * @default - the current time
   */
  readonly now?: string;

  /**
   * Whether images that an image index refers to count for rules like any image.
   *
   * ECR does not document it. Either way they stay while their index stands.
   *
   * @default true
   */
  readonly indexChildrenCount?: boolean;
}

/** One fact about why an image goes or stays. */
export interface DecisionReason {
  /**
   * `ACTS`, `WITHIN_COUNT`, `NOT_OLD_ENOUGH`, `CLAIMED_EARLIER`: what a rule that matches made of it. Or
   * `BLOCKED_BY_INDEX`, `EXEMPT_AS_INDEX_CHILD`, `FOLLOWS_SUBJECT`, `NO_RULE_MATCHES`.
   */
  readonly code: string;

  /**
   * The rule, where the fact is about one.
   *
   * @default - the fact is about no rule
   */
  readonly rulePriority?: number;

  /** The fact as a sentence. */
  readonly message: string;
}

/** What becomes of one image, and why. */
export interface ImageDecision {
  /** The image. */
  readonly imageDigest: string;

  /** Its tags. */
  readonly imageTags: string[];

  /** What becomes of it. */
  readonly action: ImageAction;

  /**
   * The rule that acts, or would act were it not for an image index that refers to the image.
   *
   * @default - no rule acts
   */
  readonly rulePriority?: number;

  /** Why: first the rules that match, by precedence. */
  readonly reasons: DecisionReason[];
}

/** What a policy would do to images. */
export interface Simulation {
  /** One decision an image, ordered by digest. */
  readonly decisions: ImageDecision[];
}
