import { Token } from 'aws-cdk-lib';
import { ImageSelection } from './image-selection';
import type {
  ArchivePatternOptions, ArchiveRuleOptions, BudgetedRuleOptions, ExpireArchivedRuleOptions, ExpirePatternOptions,
  ExpireRuleOptions, KeepRuleOptions, PatternRuleOptions,
} from './lifecycle-rule-options';
import { countCondition, following, RenderedCondition, sinceCondition } from './rendered';
import { MisuseError } from '../construct/errors';
import type { PolicyRule, RuleAction, StorageClass } from '../core/policy/policy-document';
import { show } from '../core/text/show';

/** Far more images than a repository holds (a quota of 100,000, which can be raised), so that the count is never exceeded. */
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
    return new LifecycleRule(options, [options.images], options.when._render(), EXPIRE);
  }

  /**
   * Keeps selected images from every rule of lower precedence. Put it before the rules that it is to hold off.
   *
   * ECR has no such rule; this is one whose count is never exceeded.
   */
  public static keep(options: KeepRuleOptions): LifecycleRule {
    return new LifecycleRule(options, [options.images], countCondition(MORE_THAN_ANY_REPOSITORY_HOLDS), EXPIRE);
  }

  /** Archives selected images: they stay listed, cost less, and cannot be pulled until somebody restores them. */
  public static archive(options: ArchiveRuleOptions): LifecycleRule {
    return new LifecycleRule(options, [options.images], options.when._render(), ARCHIVE);
  }

  /** Deletes selected images that have been archived for longer than so many days. */
  public static expireArchived(options: ExpireArchivedRuleOptions): LifecycleRule {
    const condition = sinceCondition('sinceImageTransitioned', options.sinceImageTransitioned);
    return new LifecycleRule(options, [options.images], condition, EXPIRE, 'archive');
  }

  /**
   * Stands for one `keep` rule a pattern: an image stays that has any of them.
   *
   * ECR has no OR, and reads a list of patterns as AND.
   *
   * @param patterns at least one; each as in `ImageSelection.tagged`
   * @param options for all of the rules
   */
  public static keepForEachPattern(patterns: string[], options: PatternRuleOptions = {}): LifecycleRule {
    return new LifecycleRule(options, eachOf(patterns), countCondition(MORE_THAN_ANY_REPOSITORY_HOLDS), EXPIRE);
  }

  /**
   * Stands for one `expire` rule a pattern. An image with several of them belongs to the first; counts and budgets hold for
   * each pattern by itself.
   *
   * ECR has no OR, and reads a list of patterns as AND.
   *
   * @param patterns at least one; each as in `ImageSelection.tagged`
   * @param options for all of the rules
   */
  public static expireForEachPattern(patterns: string[], options: ExpirePatternOptions): LifecycleRule {
    return new LifecycleRule(options, eachOf(patterns), options.when._render(), EXPIRE);
  }

  /**
   * Stands for one `archive` rule a pattern. An image with several of them belongs to the first; counts hold for each
   * pattern by itself.
   *
   * ECR has no OR, and reads a list of patterns as AND.
   *
   * @param patterns at least one; each as in `ImageSelection.tagged`
   * @param options for all of the rules
   */
  public static archiveForEachPattern(patterns: string[], options: ArchivePatternOptions): LifecycleRule {
    return new LifecycleRule(options, eachOf(patterns), options.when._render(), ARCHIVE);
  }

  /** @internal */
  public readonly _maxExpiring?: number;

  /** @internal */
  public readonly _meansAnd: boolean;

  private constructor(
    private readonly options: BudgetedRuleOptions,
    private readonly selections: readonly ImageSelection[],
    private readonly condition: RenderedCondition,
    private readonly action: RuleAction,
    private readonly storageClass?: StorageClass,
  ) {
    const { maxExpiring } = options;
    if (maxExpiring !== undefined && (Token.isUnresolved(maxExpiring) || !Number.isSafeInteger(maxExpiring) || maxExpiring < 0)) {
      throw new MisuseError('InvalidRuleBudget', `maxExpiring takes a whole number from 0, got ${show(maxExpiring)}`);
    }
    this._maxExpiring = maxExpiring;
    this._meansAnd = selections.some(({ _meansAnd }) => _meansAnd);
  }

  /**
   * In order of precedence, after this priority unless the rule states its own.
   *
   * @internal
   */
  public _render(before = 0): PolicyRule[] {
    const { description } = this.options;
    const first = this.options.rulePriority ?? following(before, 1);
    return this.selections.map((images, i) => ({
      rulePriority: i === 0 ? first : following(first, i),
      ...(description === undefined ? {} : { description }),
      selection: {
        ...images._render(),
        ...(this.storageClass === undefined ? {} : { storageClass: this.storageClass }),
        ...this.condition,
      },
      action: this.action,
    }));
  }
}

function eachOf(patterns: string[]): ImageSelection[] {
  // A token for a whole list looks like a list of one: it would make a single rule, and ECR would read that as AND.
  if (Token.isUnresolved(patterns)) {
    throw new MisuseError(
      'UnresolvedPatterns', 'one rule for each pattern takes a list that is known at synthesis, got a token for a whole list; its entries may be tokens');
  }
  if (!Array.isArray(patterns) || patterns.length === 0) {
    throw new MisuseError('MissingPatterns', `one rule for each pattern takes a list of at least one pattern, got ${show(patterns)}`);
  }
  return patterns.map((pattern) => ImageSelection.tagged(pattern));
}
