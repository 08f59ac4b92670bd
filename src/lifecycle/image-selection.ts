import { Token } from 'aws-cdk-lib';
import type { RenderedSelection } from './rendered';
import { MisuseError } from '../construct/errors';
import { unmatchablePattern, unmatchablePrefix } from '../core/policy/tag-shape';

/**
 * Which images a lifecycle rule is about.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export class ImageSelection {
  /**
   * Every image, tagged or not.
   *
   * A policy may have one such rule for each storage class, and it has to come last.
   */
  public static all(): ImageSelection {
    return new ImageSelection({ tagStatus: 'any' });
  }

  /**
   * Images without a tag, for instance because a newer image took the tag over.
   *
   * The images that an image index refers to are usually untagged as well. A policy may have one such rule for each
   * storage class.
   */
  public static untagged(): ImageSelection {
    return new ImageSelection({ tagStatus: 'untagged' });
  }

  /**
   * Images with a tag that matches the pattern.
   *
   * For images with any of several tags, write one rule for each pattern, as `LifecycleRule.keepForEachPattern` and its
   * siblings do: ECR reads a list of patterns as AND.
   *
   * @param pattern matched against the whole tag; `*` stands for any run of characters, at most 4 of them, and is the only
   * wildcard; a pattern that no tag can match is refused
   */
  public static tagged(pattern: string): ImageSelection {
    return new ImageSelection({ tagStatus: 'tagged', tagPatternList: matchable('tagged', [pattern], unmatchablePattern) });
  }

  /**
   * Images that match every one of the patterns, each by some tag: AND, as ECR means a list of patterns.
   *
   * @param patterns at least one; each as in `tagged`
   */
  public static taggedWithAllOf(...patterns: string[]): ImageSelection {
    return new ImageSelection({ tagStatus: 'tagged', tagPatternList: matchable('taggedWithAllOf', patterns, unmatchablePattern) }, true);
  }

  /**
   * Images that match every one of the prefixes, each by some tag: AND, as ECR means a list of prefixes.
   *
   * ECR's older form, for policies that exist: a prefix matches whatever begins with it, so `staging` covers
   * `staging_mtr` as well. A pattern such as `staging-*` says what is meant.
   *
   * @param prefixes at least one, none empty; no two rules of a storage class may have the same prefix
   */
  public static taggedWithAllPrefixes(...prefixes: string[]): ImageSelection {
    return new ImageSelection({ tagStatus: 'tagged', tagPrefixList: matchable('taggedWithAllPrefixes', prefixes, unmatchablePrefix) }, true);
  }

  private constructor(
    private readonly selection: RenderedSelection,
    /**
     * Whether its author has said that all entries must match: no advice is needed then.
     *
     * @internal
     */
    public readonly _meansAnd = false,
  ) {}

  /** @internal */
  public _render(): RenderedSelection {
    return this.selection;
  }
}

/** Tokens are resolved at deployment; that no entry is empty is checked with the policy, which names the rule. */
function matchable(what: string, entries: readonly string[], unmatchable: (entry: unknown) => string | undefined): string[] {
  const wrong = entries.filter((entry) => entry !== '' && !isToken(entry)).map(unmatchable).filter((problem) => problem !== undefined);
  if (wrong.length > 0) throw new MisuseError('InvalidSelectionPattern', `${what}: ${wrong.join('. ')}`);
  return [...entries];
}

/** A token for a whole list looks like one of its entries. */
function isToken(entry: string): boolean {
  return Token.isUnresolved(entry) || Token.isUnresolved([entry]);
}
