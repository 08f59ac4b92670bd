import { Token } from 'aws-cdk-lib';
import { MisuseError } from './errors';
import { ImageSelection } from './image-selection';
import type {
  ArchivePatternOptions, ArchiveRuleOptions, BudgetedRuleOptions, ExpireArchivedRuleOptions, ExpirePatternOptions,
  ExpireRuleOptions, KeepPatternOptions, KeepRuleOptions,
} from './lifecycle-rule-options';
import { countCondition, RenderedCondition, sinceCondition } from './rendered';
import type { PolicyRule, RuleAction, StorageClass } from '../core/policy/policy-document';
import { show } from '../core/text/show';

/** More images than a repository can hold (100,000), so that the count is never exceeded. */
const MORE_THAN_ANY_REPOSITORY_HOLDS = 999_999;

const EXPIRE: RuleAction = { type: 'expire' };
const ARCHIVE: RuleAction = { type: 'transition', targetStorageClass: 'archive' };

/**
 * One rule of a lifecycle policy.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export class LifecycleRule {
  /** Deletes selected images, for good and within a day of meeting the condition. */
  public static expire(options: ExpireRuleOptions): LifecycleRule {
    return new LifecycleRule(options, options.images, options.when._render(), EXPIRE);
  }

  /**
   * Keeps selected images from every rule of lower precedence. Put it before the rules that it is to hold off.
   *
   * ECR has no such rule; this is one whose count is never exceeded.
   */
  public static keep(options: KeepRuleOptions): LifecycleRule {
    return new LifecycleRule(options, options.images, countCondition(MORE_THAN_ANY_REPOSITORY_HOLDS), EXPIRE);
  }

  /** Archives selected images: they stay listed, cost less, and cannot be pulled until somebody restores them. */
  public static archive(options: ArchiveRuleOptions): LifecycleRule {
    return new LifecycleRule(options, options.images, options.when._render(), ARCHIVE);
  }

  /** Deletes selected images that have been archived for longer than so many days. */
  public static expireArchived(options: ExpireArchivedRuleOptions): LifecycleRule {
    const condition = sinceCondition('sinceImageTransitioned', options.sinceImageTransitioned);
    return new LifecycleRule(options, options.images, condition, EXPIRE, 'archive');
  }

  /**
   * One `keep` rule for each pattern: an image stays that has any of them.
   *
   * ECR has no OR, and reads a list of patterns as AND. Pass the rules on to `LifecyclePolicy.fromRules`.
   */
  public static keepForEachPattern(patterns: string[], options: KeepPatternOptions = {}): LifecycleRule[] {
    return known(patterns).map((pattern) => LifecycleRule.keep({ ...options, images: ImageSelection.tagged(pattern) }));
  }

  /**
   * One `expire` rule for each pattern: an image with several of them belongs to the first.
   *
   * ECR has no OR, and reads a list of patterns as AND. Pass the rules on to `LifecyclePolicy.fromRules`.
   */
  public static expireForEachPattern(patterns: string[], options: ExpirePatternOptions): LifecycleRule[] {
    return known(patterns).map((pattern) => LifecycleRule.expire({ ...options, images: ImageSelection.tagged(pattern) }));
  }

  /**
   * One `archive` rule for each pattern: an image with several of them belongs to the first.
   *
   * ECR has no OR, and reads a list of patterns as AND. Pass the rules on to `LifecyclePolicy.fromRules`.
   */
  public static archiveForEachPattern(patterns: string[], options: ArchivePatternOptions): LifecycleRule[] {
    return known(patterns).map((pattern) => LifecycleRule.archive({ ...options, images: ImageSelection.tagged(pattern) }));
  }

  /** @internal */
  public readonly _maxExpiring?: number;

  private constructor(
    private readonly options: BudgetedRuleOptions,
    private readonly images: ImageSelection,
    private readonly condition: RenderedCondition,
    private readonly action: RuleAction,
    private readonly storageClass?: StorageClass,
  ) {
    const { maxExpiring } = options;
    if (maxExpiring !== undefined && (Token.isUnresolved(maxExpiring) || !Number.isSafeInteger(maxExpiring) || maxExpiring < 0)) {
      throw new MisuseError('RuleBudgetInvalid', `maxExpiring takes a whole number from 0, got ${show(maxExpiring)}`);
    }
    this._maxExpiring = maxExpiring;
  }

  /**
   * With this priority unless the rule states its own.
   *
   * @internal
   */
  public _render(priority: number): PolicyRule {
    const { description } = this.options;
    return {
      rulePriority: this.options.priority ?? priority,
      ...(description === undefined ? {} : { description }),
      selection: {
        ...this.images._render(),
        ...(this.storageClass === undefined ? {} : { storageClass: this.storageClass }),
        ...this.condition,
      },
      action: this.action,
    };
  }
}

/** A token for a whole list looks like a list of one: it would make a single rule, and ECR would read that as AND. */
function known(patterns: string[]): string[] {
  if (Token.isUnresolved(patterns)) {
    throw new MisuseError(
      'PatternsUnresolved', 'one rule for each pattern takes a list that is known at synthesis, got a token for a whole list; its entries may be tokens');
  }
  return patterns;
}
