import { MisuseError } from '../construct/errors';
import { show } from '../core/text/show';

/** The action that a policy takes on an image. */
export enum ImageAction {
  /** The image is permanently deleted. */
  EXPIRE = 'EXPIRE',
  /** The image is archived. */
  TRANSITION = 'TRANSITION',
  /** The image remains as it is. */
  KEEP = 'KEEP',
}

/** The kind of a reason for a decision. */
export enum DecisionCode {
  /** The rule expires or archives the image. */
  ACTS = 'ACTS',
  /** The image is among the youngest images that the rule keeps. */
  WITHIN_COUNT = 'WITHIN_COUNT',
  /**
   * The image is not older than the days of the rule.
   *
   * An image of exactly that age is kept.
   */
  NOT_OLD_ENOUGH = 'NOT_OLD_ENOUGH',
  /** The rule would act, but a rule of higher precedence matches the image too. */
  CLAIMED_EARLIER = 'CLAIMED_EARLIER',
  /** An image index that is kept refers to the image. */
  BLOCKED_BY_INDEX = 'BLOCKED_BY_INDEX',
  /** An image index refers to the image, and `indexChildrenCount` is false. */
  EXEMPT_AS_INDEX_CHILD = 'EXEMPT_AS_INDEX_CHILD',
  /** The image belongs to another image that expires, as its signature does. */
  FOLLOWS_SUBJECT = 'FOLLOWS_SUBJECT',
  /** No rule selects the image. */
  NO_RULE_MATCHES = 'NO_RULE_MATCHES',
}

/** Options for `LifecyclePolicy.simulate`. */
export interface SimulationOptions {
  /**
   * The time to evaluate the policy at, in ISO 8601 format.
   *
   * Set it in tests, so that the result does not change over time.
   *
   * @default - the current time
   */
  readonly now?: string;

  /**
   * Controls whether images that an image index refers to count for rules like any other image.
   *
   * ECR does not document its behavior. In both cases the images are kept as long as their index is kept.
   *
   * @default true
   */
  readonly indexChildrenCount?: boolean;
}

/** One reason for the decision on an image. */
export interface DecisionReason {
  /** The kind of the reason. */
  readonly code: DecisionCode;

  /**
   * The rule that the reason is about.
   *
   * @default - the reason is not about a single rule
   */
  readonly rulePriority?: number;

  /** The reason as a sentence. */
  readonly message: string;
}

/** The decision on one image, with its reasons. */
export interface ImageDecision {
  /** The digest of the image. */
  readonly imageDigest: string;

  /** The tags of the image. */
  readonly imageTags: string[];

  /** The action that the policy takes on the image. */
  readonly action: ImageAction;

  /**
   * The rule that acts, or that would act if no image index referred to the image.
   *
   * @default - no rule acts
   */
  readonly rulePriority?: number;

  /** The reasons, first those of the rules that match, by precedence. */
  readonly reasons: DecisionReason[];
}

/** The result of `LifecyclePolicy.simulate`. */
export class Simulation {
  /** @internal */
  public static _of(decisions: ImageDecision[]): Simulation {
    return new Simulation(decisions);
  }

  private constructor(
    /** One decision per image, in the order of the images that were passed. */
    public readonly decisions: ImageDecision[],
  ) {}

  /** The decisions on images that would expire. */
  public get expiring(): ImageDecision[] {
    return this.decisionsTo(ImageAction.EXPIRE);
  }

  /** The decisions on images that would be archived. */
  public get archiving(): ImageDecision[] {
    return this.decisionsTo(ImageAction.TRANSITION);
  }

  /** The decisions on images that would be kept as they are. */
  public get kept(): ImageDecision[] {
    return this.decisionsTo(ImageAction.KEEP);
  }

  /**
   * Returns the decision on one image.
   *
   * Throws `UnknownImage` if no image has this tag or digest.
   *
   * @param tagOrDigest A tag of the image, or its digest.
   */
  public decisionFor(tagOrDigest: string): ImageDecision {
    const found = this.decisions.find(({ imageDigest, imageTags }) => imageDigest === tagOrDigest || imageTags.includes(tagOrDigest));
    if (found) return found;
    throw new MisuseError('UnknownImage', `none of the ${this.decisions.length} images has the tag or digest ${show(tagOrDigest)}; include the image in the images of simulate`);
  }

  private decisionsTo(wanted: ImageAction): ImageDecision[] {
    return this.decisions.filter(({ action }) => action === wanted);
  }
}
