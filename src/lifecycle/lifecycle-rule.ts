import { Token } from 'aws-cdk-lib';
import { ImageSelection } from './image-selection';
import type {
  ArchivePatternOptions, ArchiveRuleOptions, BudgetedRuleOptions, ExpireArchivedRuleOptions, ExpirePatternOptions,
  ExpireRuleOptions, KeepRuleOptions, PatternRuleOptions,
} from './lifecycle-rule-options';
import { ageCondition, countCondition, priorityAfter, RenderedCondition } from './rendered';
import { MisuseError } from '../construct/errors';
import { shownValue } from '../construct/known-value';
import type { PolicyRule, RuleAction, StorageClass } from '../core/policy/policy-document';
import { show } from '../core/text/show';

/** A count that no repository exceeds: the quota is 100,000 images, and can be raised. */
const UNREACHABLE_COUNT = 999_999;

const EXPIRE: RuleAction = { type: 'expire' };
const ARCHIVE: RuleAction = { type: 'transition', targetStorageClass: 'archive' };

/**
 * A rule of a lifecycle policy, or several similar rules.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 * @example
 * LifecyclePolicy.fromRules(
 *   LifecycleRule.keepForEachPattern(['release-*', 'prod']),
 *   LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(7)) }),
 *   LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(90)) }),
 * );
 */
export class LifecycleRule {
  /**
   * Expires selected images.
   *
   * ECR permanently deletes an image within 24 hours after it meets the condition.
   *
   * @param options The images, the condition, and other options.
   */
  public static expire(options: ExpireRuleOptions): LifecycleRule {
    return new LifecycleRule(options, [options.images], options.when._render(), EXPIRE);
  }

  /**
   * Keeps selected images, so that rules of lower precedence do not act on them.
   *
   * The rule must come before the rules that would act on the images. ECR has no such rule, so this is an expiry rule whose count is
   * never exceeded.
   *
   * @param options The images, and other options.
   */
  public static keep(options: KeepRuleOptions): LifecycleRule {
    return new LifecycleRule(options, [options.images], countCondition(UNREACHABLE_COUNT), EXPIRE);
  }

  /**
   * Archives selected images.
   *
   * Archived images remain listed and cost less. They cannot be pulled until they are restored.
   *
   * @param options The images, the condition, and other options.
   */
  public static archive(options: ArchiveRuleOptions): LifecycleRule {
    return new LifecycleRule(options, [options.images], options.when._render(), ARCHIVE);
  }

  /**
   * Expires selected images that have been in the archive for a number of days.
   *
   * @param options The images, the time in the archive, and other options.
   */
  public static expireArchived(options: ExpireArchivedRuleOptions): LifecycleRule {
    const condition = ageCondition('sinceImageTransitioned', options.sinceImageTransitioned);
    return new LifecycleRule(options, [options.images], condition, EXPIRE, 'archive');
  }

  /**
   * Creates one `keep` rule per pattern, so that images that match any of them are kept.
   *
   * ECR has no OR, and reads a list of patterns as AND.
   *
   * @param patterns Patterns as in `ImageSelection.tagged`, at least one.
   * @param options The options of all rules.
   */
  public static keepForEachPattern(patterns: string[], options: PatternRuleOptions = {}): LifecycleRule {
    return new LifecycleRule(options, eachOf(patterns), countCondition(UNREACHABLE_COUNT), EXPIRE);
  }

  /**
   * Creates one `expire` rule per pattern.
   *
   * An image that matches several patterns belongs to the first of them. Counts and `maxExpiring` apply to each rule separately. ECR has
   * no OR, and reads a list of patterns as AND.
   *
   * @param patterns Patterns as in `ImageSelection.tagged`, at least one.
   * @param options The options of all rules.
   */
  public static expireForEachPattern(patterns: string[], options: ExpirePatternOptions): LifecycleRule {
    return new LifecycleRule(options, eachOf(patterns), options.when._render(), EXPIRE);
  }

  /**
   * Creates one `archive` rule per pattern.
   *
   * An image that matches several patterns belongs to the first of them. Counts apply to each rule separately. ECR has no OR, and reads
   * a list of patterns as AND.
   *
   * @param patterns Patterns as in `ImageSelection.tagged`, at least one.
   * @param options The options of all rules.
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
      throw new MisuseError('InvalidRuleBudget', `maxExpiring takes a whole number of at least 0, got ${shownValue(maxExpiring)}`);
    }
    this._maxExpiring = maxExpiring;
    this._meansAnd = selections.some(({ _meansAnd }) => _meansAnd);
  }

  /**
   * Returns the rules in order of precedence. They follow the given priority unless the rule has its own.
   *
   * @internal
   */
  public _render(before = 0): PolicyRule[] {
    const { description } = this.options;
    const first = this.options.rulePriority ?? priorityAfter(before, 1);
    return this.selections.map((images, i) => ({
      rulePriority: i === 0 ? first : priorityAfter(first, i),
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
  // A token for a whole list looks like a list of one pattern. It would create a single rule, which ECR would read as AND.
  if (Token.isUnresolved(patterns)) {
    throw new MisuseError(
      'UnresolvedPatterns', 'one rule per pattern takes a list that is known at synthesis, got a token for a whole list; pass a list, whose patterns may be tokens');
  }
  if (!Array.isArray(patterns) || patterns.length === 0) {
    throw new MisuseError('MissingPatterns', `one rule per pattern takes a list of at least one pattern, got ${show(patterns)}`);
  }
  return patterns.map((pattern) => ImageSelection.tagged(pattern));
}
