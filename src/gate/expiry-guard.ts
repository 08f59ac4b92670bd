import { Token } from 'aws-cdk-lib';
import type { Guard } from '../core/judgement/guards/guard';
import { show } from '../core/text/show';
import { MisuseError } from '../lifecycle/errors';

/**
 * Says which images may go. Every guard of a gate has to agree.
 *
 * A gate without `maxImages` expects no expiry at all: its limit is 0.
 */
export class ExpiryGuard {
  /**
   * At most so many images expire. Those that are archived do not count.
   *
   * @param limit at least 0
   */
  public static maxImages(limit: number): ExpiryGuard {
    if (Token.isUnresolved(limit) || !Number.isSafeInteger(limit) || limit < 0) {
      throw new MisuseError('GuardLimitInvalid', `maxImages takes a whole number from 0, got ${show(limit)}`);
    }
    return new ExpiryGuard({ id: 'max-images', limit });
  }

  /**
   * No image with a tag that matches one of these patterns expires or is archived.
   *
   * Patterns are alternatives (OR), unlike the patterns of a lifecycle rule.
   *
   * @param patterns matched against the whole tag; `*` stands for any run of characters
   */
  public static protectTags(...patterns: string[]): ExpiryGuard {
    const wrong = patterns.find((pattern) => Token.isUnresolved(pattern) || pattern === '');
    if (patterns.length === 0 || wrong !== undefined) {
      throw new MisuseError(
        'GuardPatternInvalid', `protectTags takes at least one pattern, none of them empty or a token, got ${show(patterns)}`);
    }
    return new ExpiryGuard({ id: 'protect-tags', patterns });
  }

  private constructor(private readonly guard: Guard) {}

  /** The guard's stable id, as messages and reports name it. */
  public get id(): string {
    return this.guard.id;
  }

  /** @internal */
  public _render(): Guard {
    return this.guard;
  }
}
