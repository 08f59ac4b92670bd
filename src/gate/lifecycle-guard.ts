import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { InUseSource } from './in-use-source';
import { MisuseError } from '../construct/errors';
import { Guard, needsOf } from '../core/judgement/guards/guard';
import type { GuardSelection } from '../core/judgement/guards/selection';
import { unmatchablePattern } from '../core/policy/tag-shape';
import { show } from '../core/text/show';
import { ImageSelection } from '../lifecycle/image-selection';

/**
 * Says which images may go. Every guard of a gate has to agree.
 *
 * A gate without `maxImages` or `maxPercent` expects no expiry at all: its limit is 0, except for rules that have a
 * `maxExpiring` of their own. A gate without `maxArchived` expects no archiving. An image that is archived, and that the
 * policy expires in the archive, counts as an expiry too.
 *
 * The guards called `protect…`, and `keepAtLeast`, hold for archiving as well, because an archived image cannot be pulled, and
 * for everything that the policy takes within the gate's `lookAhead`. An image index protects the images that it refers to, and
 * is protected with each of them unless it is archived. An image protects its signatures and other referrers, whether they name
 * it by their manifest or by a tag such as `sha256-<digest>.sig`.
 */
export class LifecycleGuard {
  /**
   * Fails the gate if more than `limit` images would expire.
   *
   * Images that are archived count only if the policy expires them in the archive.
   *
   * @param limit The most images that may expire, at least 0.
   */
  public static maxImages(limit: number): LifecycleGuard {
    return new LifecycleGuard({ id: 'max-images', limit: wholeNumber(limit, 'maxImages', 0) });
  }

  /**
   * Fails the gate if more than this percentage of the images of the repository would expire.
   *
   * Archived images are part of the whole. An image index with its parts is one image, and so is an image with its signatures.
   *
   * @param percent The percentage, from 0 to 100 with at most 2 decimals.
   */
  public static maxPercent(percent: number): LifecycleGuard {
    if (Token.isUnresolved(percent) || !(percent >= 0 && percent <= 100) || !/^\d+(\.\d\d?)?$/.test(String(percent))) {
      throw new MisuseError('InvalidGuardLimit', `maxPercent takes a number from 0 to 100 with at most 2 decimals, got ${show(percent)}`);
    }
    return new LifecycleGuard({ id: 'max-percent', percent });
  }

  /**
   * Fails the gate if more than `limit` images would be archived.
   *
   * @param limit The most images that may be archived, at least 0.
   */
  public static maxArchived(limit: number): LifecycleGuard {
    return new LifecycleGuard({ id: 'max-archived', limit: wholeNumber(limit, 'maxArchived', 0) });
  }

  /**
   * Protects images with a tag that matches one of these patterns.
   *
   * Patterns are alternatives (OR), unlike the patterns of a lifecycle rule. A warning at synthesis
   * (`cdk-ecr-lifecycle:protectedTagsCanExpire`) tells if the policy could act on such an image that is pushed later.
   *
   * @param patterns matched against the whole tag; `*` stands for any run of characters and is the only wildcard
   */
  public static protectTags(...patterns: string[]): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-tags', patterns: tagPatterns(patterns, 'protectTags') });
  }

  /**
   * Protects images with a tag that matches one of these patterns, and fails synthesis unless the policy can never act on them.
   *
   * A gate judges the images that are there when it runs. This also covers images that are pushed later: synthesis fails with
   * `UnprovenProtection` if any rule can ever expire or archive an image with such a tag, or if the policy cannot be
   * read at synthesis because it contains tokens. `LifecycleRule.keep` rules before all others provide the proof.
   *
   * The proof does not cover signatures and other referrers: they follow the image that they belong to.
   *
   * @param patterns matched against the whole tag; `*` stands for any run of characters
   */
  public static protectTagsForever(...patterns: string[]): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-tags', patterns: tagPatterns(patterns, 'protectTagsForever') }, [], true);
  }

  /**
   * Protects the images with these digests.
   *
   * @param digests The digests, each `sha256:` and 64 hex digits.
   */
  public static protectDigests(...digests: string[]): LifecycleGuard {
    const wrong = digests.find((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest));
    if (digests.length === 0 || wrong !== undefined) {
      throw new MisuseError(
        'InvalidGuardDigest', `protectDigests takes at least one digest like sha256: and 64 hex digits, got ${show(wrong ?? digests)}`);
    }
    return new LifecycleGuard({ id: 'protect-digests', digests: [...digests] });
  }

  /**
   * Protects images that were pushed within this time.
   *
   * An image that goes later, within the look-ahead, is judged by its age on that day.
   *
   * @param time The time, more than 0.
   */
  public static protectPushedWithin(time: Duration): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-pushed-within', seconds: seconds(time, 'protectPushedWithin', 1) });
  }

  /**
   * Protects images that were pulled within this time.
   *
   * ECR records a pull up to 24 hours late, so an image is protected for a day longer than its last recorded pull says.
   * What a Lambda function runs looks unused, because Lambda does not pull again: see `protectInUse`.
   *
   * @param time at least 1 day: ECR refreshes the time of a pull only every 24 hours
   */
  public static protectPulledWithin(time: Duration): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-pulled-within', seconds: seconds(time, 'protectPulledWithin', 24 * 60 * 60) });
  }

  /**
   * Protects the newest images, by push time.
   *
   * Only images that can be pulled count. An image index with its parts is one image, and so is an image with its signatures.
   *
   * @param count The number of images, at least 1.
   * @param selection The images among which they are the newest. Default: all images.
   */
  public static protectNewest(count: number, selection: ImageSelection = ImageSelection.all()): LifecycleGuard {
    return new LifecycleGuard({ id: 'protect-newest', count: wholeNumber(count, 'protectNewest', 1), selection: guardSelection(selection, 'protectNewest') });
  }

  /**
   * Fails the gate if fewer than `count` images would be left that can be pulled.
   *
   * An image index with its parts is one image, and so is an image with its signatures.
   *
   * @param count The number of images, at least 1.
   * @param selection The images that are counted. Default: all images.
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
     * Whether synthesis fails without a proof that the policy never acts on what the guard protects.
     *
     * @internal
     */
    public readonly _forever = false,
  ) {}

  /** The guard's stable id, as messages and reports name it. */
  public get id(): string {
    return this.guard.id;
  }

  /** @internal */
  public _render(): Guard {
    return this.guard;
  }

  /**
   * What the gate's Lambda has to be allowed for this guard.
   *
   * @internal
   */
  public _permissions(stack: Stack, repositoryArn: string): iam.PolicyStatement[] {
    // What goes later may be part of an image index that stays: then its manifest tells.
    const actions = ['ecr:DescribeImages', 'ecr:BatchGetImage'];
    return [
      ...(needsOf([this.guard]).inventory ? [new iam.PolicyStatement({ actions, resources: [repositoryArn] })] : []),
      ...this.sources.flatMap((source) => source._permissions(stack)),
    ];
  }
}

function tagPatterns(patterns: string[], what: string): string[] {
  if (patterns.length === 0) throw new MisuseError('InvalidGuardPattern', `${what} takes at least one pattern, such as "release-*", got none`);
  refusePatterns(what, patterns.map((pattern) => (
    Token.isUnresolved(pattern) ? `${show(pattern)} is a token; write a pattern that is known at synthesis` : unmatchablePattern(pattern))));
  return [...patterns];
}

/** A guard over a selection that no image can be in protects nothing. */
function guardSelection(selection: ImageSelection, what: string): GuardSelection {
  const rendered = selection._render();
  const { tagStatus, tagPatternList = [], tagPrefixList = [] } = rendered;
  const because = tagStatus === 'tagged' && tagPatternList.length + tagPrefixList.length === 0 ? 'the selection has no pattern; give at least one' : undefined;
  refusePatterns(what, [because, ...[...tagPatternList, ...tagPrefixList].map((entry) => (entry === '' ? unmatchablePattern(entry) : undefined))]);
  return rendered;
}

function refusePatterns(what: string, problems: readonly (string | undefined)[]): void {
  const wrong = problems.filter((problem) => problem !== undefined);
  if (wrong.length > 0) throw new MisuseError('InvalidGuardPattern', `${what}: ${wrong.join('. ')}`);
}

function wholeNumber(value: number, what: string, least: number): number {
  if (Token.isUnresolved(value) || !Number.isSafeInteger(value) || value < least) {
    throw new MisuseError('InvalidGuardLimit', `${what} takes a whole number from ${least}, got ${show(value)}`);
  }
  return value;
}

function seconds(time: Duration, what: string, least: number): number {
  const value = time.isUnresolved() ? NaN : time.toSeconds({ integral: false });
  if (!Number.isSafeInteger(value) || value < least) {
    const wanted = least === 1 ? 'whole seconds, more than 0' : 'whole seconds, at least 1 day';
    throw new MisuseError('InvalidGuardTime', `${what} takes ${wanted}, got ${show(time.isUnresolved() ? 'a token' : time.toHumanString())}`);
  }
  return value;
}
