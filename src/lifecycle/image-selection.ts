import type { RenderedSelection } from './rendered';
import { MisuseError } from '../construct/errors';
import { isLookupDummy, isToken } from '../construct/known-value';
import { unmatchablePattern, unmatchablePrefix } from '../core/policy/tag-shape';
import { show } from '../core/text/show';

/**
 * The images that a lifecycle rule selects.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export class ImageSelection {
  /**
   * Selects all images, with or without tags.
   *
   * A policy can have one such rule per storage class, and it must be the last one.
   */
  public static all(): ImageSelection {
    return new ImageSelection({ tagStatus: 'any' });
  }

  /**
   * Selects images without tags.
   *
   * An image loses its tag when a newer image gets the tag. The images that an image index refers to are usually untagged, too. A
   * policy can have one such rule per storage class.
   */
  public static untagged(): ImageSelection {
    return new ImageSelection({ tagStatus: 'untagged' });
  }

  /**
   * Selects images with a tag that matches the pattern.
   *
   * To select images with any of several tags, use one rule per pattern, as `LifecycleRule.keepForEachPattern` and the similar methods
   * do. ECR reads a list of patterns as AND. Throws `InvalidSelectionPattern` for a pattern that no tag can match.
   *
   * @param pattern A pattern that matches whole tags. `*` matches any number of characters and is the only wildcard. At most 4 are allowed.
   */
  public static tagged(pattern: string): ImageSelection {
    // Only a compiler would notice: in JavaScript, the rule would silently not keep the images of the other patterns.
    const patterns = [...arguments].filter((each) => typeof each === 'string');
    if (patterns.length > 1) {
      throw new MisuseError('TooManyPatterns', `tagged takes one pattern, got ${patterns.map(show).join(' and ')}; use one rule per pattern, as `
        + 'LifecycleRule.keepForEachPattern does, or taggedWithAllOf for images that match all patterns');
    }
    return new ImageSelection({ tagStatus: 'tagged', tagPatternList: matchable('tagged', [pattern], unmatchablePattern) });
  }

  /**
   * Selects images that match all of the patterns.
   *
   * Each pattern must match at least one tag of the image. ECR reads a list of patterns as AND.
   *
   * @param patterns Patterns as in `tagged`, at least one.
   */
  public static taggedWithAllOf(...patterns: string[]): ImageSelection {
    return new ImageSelection({ tagStatus: 'tagged', tagPatternList: matchable('taggedWithAllOf', patterns, unmatchablePattern) }, true);
  }

  /**
   * Selects images that match all of the prefixes.
   *
   * Each prefix must match at least one tag of the image. ECR reads a list of prefixes as AND. Prefixes are an older form for existing
   * policies. A prefix matches all tags that begin with it, so `staging` also matches `staging_mtr`. A pattern such as `staging-*` is
   * more precise.
   *
   * @param prefixes Prefixes of tags, at least one, none of them empty. Two rules of a storage class cannot have the same prefix.
   */
  public static taggedWithAllPrefixes(...prefixes: string[]): ImageSelection {
    return new ImageSelection({ tagStatus: 'tagged', tagPrefixList: matchable('taggedWithAllPrefixes', prefixes, unmatchablePrefix) }, true);
  }

  private constructor(
    private readonly selection: RenderedSelection,
    /**
     * True if the factory states that all entries must match, so that no warning is needed.
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

/** Rejects entries that no tag can match. Skips tokens, dummy values of lookups, and empty entries: the check of the policy names their rule. */
function matchable(factory: string, entries: readonly string[], unmatchable: (entry: unknown) => string | undefined): string[] {
  const wrong = entries.filter((entry) => entry !== '' && !isToken(entry) && !isLookupDummy(entry)).map(unmatchable).filter((problem) => problem !== undefined);
  if (wrong.length > 0) throw new MisuseError('InvalidSelectionPattern', `${factory}: ${wrong.join('. ')}`);
  return [...entries];
}
