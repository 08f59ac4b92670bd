import type { RuleAction } from '../core/policy-document';
import type { ExpireWhen } from './expire-when';
import type { ImageSelection } from './image-selection';
import type { RenderedCondition } from './rendered';

/** What every rule takes. */
export interface LifecycleRuleOptions {
  /**
   * Which images the rule is about.
   *
   * The rule claims all of them, also those that it leaves alone: no rule of lower precedence acts on them.
   */
  readonly images: ImageSelection;

  /**
   * What people should know about the rule.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Where the rule stands among the others; the lowest number has precedence. At least 1, unique in the policy.
   *
   * @default - one more than the rule before; 1 for the first
   */
  readonly priority?: number;
}

/** A rule that deletes images. */
export interface ExpireRuleOptions extends LifecycleRuleOptions {
  /** When a selected image expires. */
  readonly when: ExpireWhen;
}

/** A rule that keeps images. */
export interface KeepRuleOptions extends LifecycleRuleOptions {}

/** More images than a repository can hold (100,000), so that the count is never exceeded. */
const MORE_THAN_ANY_REPOSITORY_HOLDS = 999_999;

/**
 * One rule of a lifecycle policy.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export class LifecycleRule {
  /** Deletes selected images, for good and within a day of meeting the condition. */
  public static expire(options: ExpireRuleOptions): LifecycleRule {
    return new LifecycleRule(options, options.when._render(), { type: 'expire' });
  }

  /**
   * Keeps selected images from every rule of lower precedence. Put it before the rules that it is to hold off.
   *
   * ECR has no such rule; this is one whose count is never exceeded.
   */
  public static keep(options: KeepRuleOptions): LifecycleRule {
    return new LifecycleRule(
      options, { countType: 'imageCountMoreThan', countNumber: MORE_THAN_ANY_REPOSITORY_HOLDS }, { type: 'expire' });
  }

  private constructor(
    private readonly options: LifecycleRuleOptions,
    private readonly condition: RenderedCondition,
    private readonly action: RuleAction,
  ) {}

  /**
   * With this priority unless the rule states its own.
   *
   * @internal
   */
  public _render(priority: number): object {
    const { description, images } = this.options;
    return {
      rulePriority: this.options.priority ?? priority,
      ...(description === undefined ? {} : { description }),
      selection: { ...images._render(), ...this.condition },
      action: this.action,
    };
  }
}
