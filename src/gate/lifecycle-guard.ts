import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { InUseSource } from './in-use-source';
import { MisuseError } from '../construct/errors';
import { isLookupDummy, isToken, shownValue } from '../construct/known-value';
import { Guard, needsOf } from '../core/judgment/guards/guard';
import { isPercentage } from '../core/judgment/guards/max-percent';
import { isImageDigest } from '../core/judgment/guards/protect-digests';
import type { GuardSelection } from '../core/judgment/guards/selection';
import { unmatchablePattern } from '../core/policy/tag-shape';
import { ImageSelection } from '../lifecycle/image-selection';

/**
 * A condition that the images of a lifecycle policy preview must meet.
 *
 * A gate passes only if all its guards pass. A gate without `maxImages` or `maxPercent` does not allow any image to expire, except
 * by rules that have their own `maxExpiring`. A gate without `maxArchived` does not allow any image to be archived. An archived image
 * that the policy expires in the archive counts as an expiry, too.
 *
 * The guards `protect…` and `keepAtLeast` also apply to archiving, because an archived image cannot be pulled. They apply to all
 * images that would expire or be archived within the gate's `lookAhead`. An image index protects the images that it refers to, and
 * each of them protects the index unless the index is archived. An image protects its signatures and other referrers, which refer to
 * it by their manifest or by a tag such as `sha256-<digest>.sig`.
 *
 * @example
 * new GatedRepository(this, 'Repository', {
 *   guards: [
 *     LifecycleGuard.maxPercent(20),
 *     LifecycleGuard.protectTags('release-*'),
 *     LifecycleGuard.protectPulledWithin(Duration.days(30)),
 *     LifecycleGuard.keepAtLeast(3),
 *   ],
 * });
 */
export class LifecycleGuard {
  /**
   * Fails the gate if more than `limit` images would expire.
   *
   * Archived images count only if the policy expires them in the archive.
   *
   * @param limit The maximum number of images that may expire, at least 0.
   */
  public static maxImages(limit: number): LifecycleGuard {
    return new LifecycleGuard({ id: 'max-images', limit: wholeNumber(limit, 'maxImages', 0) });
  }

  /**
   * Fails the gate if more than this percentage of the images of the repository would expire.
   *
   * The total includes archived images. An image index and the images that it refers to count as one image, and so do an image and
   * its signatures.
   *
   * @param percent The percentage, from 0 to 100 with at most 2 decimals.
   */
  public static maxPercent(percent: number): LifecycleGuard {
    if (!Number.isNaN(percent) && !isPercentage(String(percent))) {
      throw new MisuseError('InvalidGuardLimit', `maxPercent takes a number from 0 to 100 with at most 2 decimals, got ${shownValue(percent)}`);
    }
    return new LifecycleGuard({ id: 'max-percent', percent });
  }

  /**
   * Fails the gate if more than `limit` images would be archived.
   *
   * @param limit The maximum number of images that may be archived, at least 0.
   */
  public static maxArchived(limit: number): LifecycleGuard {
    return new LifecycleGuard({ id: 'max-archived', limit: wholeNumber(limit, 'maxArchived', 0) });
  }

  /**
   * Protects images with a tag that matches one of these patterns.
   *
   * Patterns are alternatives (OR), unlike the patterns of a lifecycle rule. Synthesis adds the warning
   * `cdk-ecr-lifecycle:protectedTagsCanExpire` if the policy could act on such an image that is pushed later.
   *
   * @param patterns Patterns that match whole tags, at least one. `*` matches any number of characters and is the only wildcard.
   */
  public static protectTags(...patterns: string[]): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-tags', patterns: tagPatterns(patterns, 'protectTags') });
  }

  /**
   * Protects images with a tag that matches one of these patterns, and fails synthesis unless the policy can never act on them.
   *
   * A gate judges the images that exist when it runs. This guard also covers images that are pushed later: synthesis fails with
   * `UnprovenProtection` if any rule could ever expire or archive an image with such a tag, or if the policy cannot be read at
   * synthesis because it contains tokens. `LifecycleRule.keep` rules before all other rules provide the proof.
   *
   * The proof does not cover signatures and other referrers, which expire with the image that they belong to.
   *
   * @param patterns Patterns that match whole tags, at least one. `*` matches any number of characters and is the only wildcard.
   */
  public static protectTagsForever(...patterns: string[]): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-tags', patterns: tagPatterns(patterns, 'protectTagsForever') }, [], true);
  }

  /**
   * Protects the images with these digests.
   *
   * @param digests The digests, at least one. Each is `sha256:` followed by 64 hex digits.
   */
  public static protectDigests(...digests: string[]): LifecycleGuard {
    const wrong = digests.find((digest) => !isImageDigest(digest) && !isLookupDummy(digest));
    if (digests.length === 0 || wrong !== undefined) {
      throw new MisuseError(
        'InvalidGuardDigest', `protectDigests takes at least one digest, each sha256: followed by 64 hex digits, got ${shownValue(wrong ?? digests)}`);
    }
    return new LifecycleGuard({ id: 'protect-digests', digests: [...digests] });
  }

  /**
   * Protects images that were pushed within this time.
   *
   * An image that would expire or be archived later, within the look-ahead, is judged by its age on that day.
   *
   * @param time The time since the push, more than 0, in whole seconds.
   */
  public static protectPushedWithin(time: Duration): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-pushed-within', seconds: seconds(time, 'protectPushedWithin', 1) });
  }

  /**
   * Protects images that were pulled within this time.
   *
   * ECR records a pull up to 24 hours late, so an image is protected for one day longer than its recorded pull time suggests. The
   * images of Lambda functions look unused, because Lambda does not pull them again. Use `protectInUse` for them.
   *
   * @param time The time since the last pull, at least 1 day, because ECR updates the pull time only every 24 hours.
   */
  public static protectPulledWithin(time: Duration): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-pulled-within', seconds: seconds(time, 'protectPulledWithin', 24 * 60 * 60) });
  }

  /**
   * Protects the newest images, by push time.
   *
   * Only images that can be pulled count. An image index and the images that it refers to count as one image, and so do an image
   * and its signatures.
   *
   * @param count The number of images, at least 1.
   * @param selection The images to choose the newest from. Default: all images.
   */
  public static protectNewest(count: number, selection: ImageSelection = ImageSelection.all()): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-newest', count: wholeNumber(count, 'protectNewest', 1), selection: guardSelection(selection, 'protectNewest') });
  }

  /**
   * Fails the gate if fewer than `count` images that can be pulled would remain.
   *
   * An image index and the images that it refers to count as one image, and so do an image and its signatures.
   *
   * @param count The number of images, at least 1.
   * @param selection The images to count. Default: all images.
   */
  public static keepAtLeast(count: number, selection: ImageSelection = ImageSelection.all()): LifecycleGuard {
    return new LifecycleGuard({ id: 'keep-at-least', count: wholeNumber(count, 'keepAtLeast', 1), selection: guardSelection(selection, 'keepAtLeast') });
  }

  /**
   * Protects images that any of these sources reports as in use.
   *
   * @param sources The sources, at least one.
   */
  public static protectInUse(...sources: InUseSource[]): LifecycleGuard {
    if (sources.length === 0) {
      throw new MisuseError('MissingGuardSource', 'protectInUse takes at least one source, such as InUseSource.ecs(), got none');
    }
    return new LifecycleGuard({ id: 'protect-in-use', sources: [...new Set(sources.map(({ _id }) => _id))] }, sources);
  }

  private constructor(
    private readonly guard: Guard,
    private readonly sources: readonly InUseSource[] = [],
    /**
     * True if synthesis fails without a proof that the policy never acts on images that the guard protects.
     *
     * @internal
     */
    public readonly _forever = false,
  ) {}

  /** The stable id of the guard in messages and reports. */
  public get id(): string {
    return this.guard.id;
  }

  /**
   * True if the limit is NaN, as the number of a lookup is that is not answered yet. The gate rejects it otherwise.
   *
   * @internal
   */
  public get _isUnknown(): boolean {
    return Object.values(this.guard).some((value) => Number.isNaN(value));
  }

  /** @internal */
  public _render(): Guard {
    return this.guard;
  }

  /**
   * Returns the permissions that the function of the gate needs for this guard.
   *
   * @internal
   */
  public _permissions(stack: Stack, repositoryArn: string): iam.PolicyStatement[] {
    // An image that would expire later may belong to an image index that is kept. The manifest of the index shows that.
    const actions = ['ecr:DescribeImages', 'ecr:BatchGetImage'];
    return [
      ...(needsOf([this.guard]).inventory ? [new iam.PolicyStatement({ actions, resources: [repositoryArn] })] : []),
      ...this.sources.flatMap((source) => source._permissions(stack)),
    ];
  }
}

function tagPatterns(patterns: string[], factory: string): string[] {
  if (patterns.length === 0) throw new MisuseError('InvalidGuardPattern', `${factory} takes at least one pattern, such as "release-*", got none`);
  rejectPatterns(factory, patterns.map((pattern) => (
    isToken(pattern) ? `a pattern is ${shownValue(pattern)}` : isLookupDummy(pattern) ? undefined : unmatchablePattern(pattern))));
  return [...patterns];
}

/** Rejects a selection that cannot match any image, because the guard would not protect any. */
function guardSelection(selection: ImageSelection, factory: string): GuardSelection {
  const rendered = selection._render();
  const { tagStatus, tagPatternList = [], tagPrefixList = [] } = rendered;
  const problem = tagStatus === 'tagged' && tagPatternList.length + tagPrefixList.length === 0 ? 'the selection has no pattern; give at least one' : undefined;
  rejectPatterns(factory, [problem, ...[...tagPatternList, ...tagPrefixList].map((entry) => (entry === '' ? unmatchablePattern(entry) : undefined))]);
  return rendered;
}

function rejectPatterns(factory: string, problems: readonly (string | undefined)[]): void {
  const wrong = problems.filter((problem) => problem !== undefined);
  if (wrong.length > 0) throw new MisuseError('InvalidGuardPattern', `${factory}: ${wrong.join('. ')}`);
}

function wholeNumber(value: number, factory: string, min: number): number {
  if (!Number.isNaN(value) && (!Number.isSafeInteger(value) || value < min)) {
    throw new MisuseError('InvalidGuardLimit', `${factory} takes a whole number of at least ${min}, got ${shownValue(value)}`);
  }
  return value;
}

function seconds(time: Duration, factory: string, min: number): number {
  const value = time.isUnresolved() ? -1 : time.toSeconds({ integral: false });
  if (!Number.isNaN(value) && (!Number.isSafeInteger(value) || value < min)) {
    const expected = min === 1 ? 'whole seconds, more than 0' : 'whole seconds, at least 1 day';
    throw new MisuseError('InvalidGuardTime', `${factory} takes ${expected}, got ${time.isUnresolved() ? shownValue(time) : time.toHumanString()}`);
  }
  return value;
}
