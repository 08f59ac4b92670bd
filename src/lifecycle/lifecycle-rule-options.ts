import type { Duration } from 'aws-cdk-lib';
import type { ArchiveWhen } from './archive-when';
import type { ExpireWhen } from './expire-when';
import type { ImageSelection } from './image-selection';

/** What every rule takes. */
export interface LifecycleRuleOptions {
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
  readonly rulePriority?: number;
}

/** What a rule takes that may delete images. */
export interface BudgetedRuleOptions extends LifecycleRuleOptions {
  /**
   * How many images this rule may expire when a gate judges the policy. The gate fails the deployment over more.
   *
   * A rule with a budget needs no `LifecycleGuard.maxImages` beside it. ECR itself knows no such limit: it holds for the
   * images that are there when the gate runs.
   *
   * @default - what the gate's guards say; without a limit there, none
   */
  readonly maxExpiring?: number;
}

/** A rule that deletes images. */
export interface ExpireRuleOptions extends BudgetedRuleOptions {
  /** Which images the rule claims: no rule of lower precedence acts on them, whether this one does or not. */
  readonly images: ImageSelection;

  /** When a selected image expires. */
  readonly when: ExpireWhen;
}

/** A rule that keeps images. */
export interface KeepRuleOptions extends LifecycleRuleOptions {
  /** Which images the rule claims: no rule of lower precedence acts on them. */
  readonly images: ImageSelection;
}

/** A rule that archives images. */
export interface ArchiveRuleOptions extends LifecycleRuleOptions {
  /** Which images the rule claims: no rule of lower precedence acts on them, whether this one does or not. */
  readonly images: ImageSelection;

  /** When a selected image is archived. */
  readonly when: ArchiveWhen;
}

/** A rule that deletes archived images. */
export interface ExpireArchivedRuleOptions extends BudgetedRuleOptions {
  /** Which archived images the rule claims. */
  readonly images: ImageSelection;

  /** How long an image has been archived when it expires: more than this. Whole days, at least 90. */
  readonly sinceImageTransitioned: Duration;
}

/** What rules take that stand for one rule a pattern. */
export interface PatternRuleOptions {
  /**
   * What people should know about the rules.
   *
   * @default - no description
   */
  readonly description?: string;

  /**
   * Where the first of the rules stands among the others; the next ones follow, each one more.
   *
   * @default - one more than the rule before; 1 for the first
   */
  readonly rulePriority?: number;
}

/** Rules that each delete images of one pattern. */
export interface ExpirePatternOptions extends PatternRuleOptions {
  /** When an image of a pattern expires. */
  readonly when: ExpireWhen;

  /**
   * How many images each of the rules may expire when a gate judges the policy.
   *
   * @default - what the gate's guards say; without a limit there, none
   */
  readonly maxExpiring?: number;
}

/** Rules that each archive images of one pattern. */
export interface ArchivePatternOptions extends PatternRuleOptions {
  /** When an image of a pattern is archived. */
  readonly when: ArchiveWhen;
}
