import type { Duration } from 'aws-cdk-lib';
import type { ArchiveWhen } from './archive-when';
import type { ExpireWhen } from './expire-when';
import type { ImageSelection } from './image-selection';

/** Options that all rules have. */
export interface LifecycleRuleOptions {
  /**
   * The description of the rule.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * The priority of the rule among the rules of the policy.
   *
   * At least 1, unique in the policy. The rule with the lowest number has the highest precedence.
   *
   * @default - one more than the priority of the previous rule, or 1 for the first rule
   */
  readonly rulePriority?: number;
}

/** Options that all rules that expire images have. */
export interface BudgetedRuleOptions extends LifecycleRuleOptions {
  /**
   * The maximum number of images that this rule may expire when a gate judges the policy.
   *
   * The gate fails if the rule would expire more. A gate without `LifecycleGuard.maxImages` accepts the expiries within this limit. ECR
   * itself has no such limit, so it applies only to the images that exist when the gate runs.
   *
   * @default - the guards of the gate decide
   */
  readonly maxExpiring?: number;
}

/** Options for `LifecycleRule.expire`. */
export interface ExpireRuleOptions extends BudgetedRuleOptions {
  /**
   * The images that the rule selects.
   *
   * Rules of lower precedence do not act on them, even if this rule does not act on them either.
   */
  readonly images: ImageSelection;

  /** The condition under which a selected image expires. */
  readonly when: ExpireWhen;
}

/** Options for `LifecycleRule.keep`. */
export interface KeepRuleOptions extends LifecycleRuleOptions {
  /**
   * The images that the rule keeps.
   *
   * Rules of lower precedence do not act on them.
   */
  readonly images: ImageSelection;
}

/** Options for `LifecycleRule.archive`. */
export interface ArchiveRuleOptions extends LifecycleRuleOptions {
  /**
   * The images that the rule selects.
   *
   * Rules of lower precedence do not act on them, even if this rule does not act on them either.
   */
  readonly images: ImageSelection;

  /** The condition under which a selected image is archived. */
  readonly when: ArchiveWhen;
}

/** Options for `LifecycleRule.expireArchived`. */
export interface ExpireArchivedRuleOptions extends BudgetedRuleOptions {
  /** The archived images that the rule selects. */
  readonly images: ImageSelection;

  /**
   * The time in the archive after which an image expires.
   *
   * At least 90 days, in whole days. An image that has been archived for exactly this time is kept.
   */
  readonly sinceImageTransitioned: Duration;
}

/** Options for `LifecycleRule.keepForEachPattern`, and for all factories that create one rule per pattern. */
export interface PatternRuleOptions {
  /**
   * The description of each rule.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * The priority of the first rule.
   *
   * Each following rule has a priority that is one higher.
   *
   * @default - one more than the priority of the previous rule, or 1 for the first rule
   */
  readonly rulePriority?: number;
}

/** Options for `LifecycleRule.expireForEachPattern`. */
export interface ExpirePatternOptions extends PatternRuleOptions {
  /** The condition under which an image with a matching tag expires. */
  readonly when: ExpireWhen;

  /**
   * The maximum number of images that each rule may expire when a gate judges the policy.
   *
   * @default - the guards of the gate decide
   */
  readonly maxExpiring?: number;
}

/** Options for `LifecycleRule.archiveForEachPattern`. */
export interface ArchivePatternOptions extends PatternRuleOptions {
  /** The condition under which an image with a matching tag is archived. */
  readonly when: ArchiveWhen;
}
