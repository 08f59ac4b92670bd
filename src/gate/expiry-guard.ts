import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { InUseSource } from './in-use-source';
import { Guard, GuardSelection, needsOf } from '../core/judgement/guards/guard';
import { unmatchablePattern } from '../core/policy/tag-shape';
import { show } from '../core/text/show';
import { MisuseError } from '../lifecycle/errors';
import { ImageSelection } from '../lifecycle/image-selection';

/**
 * Says which images may go. Every guard of a gate has to agree.
 *
 * A gate without `maxImages` or `maxPercent` expects no expiry at all: its limit is 0, except for rules that have a
 * `maxExpiring` of their own. The guards called `protect…` hold for archiving as well: an archived image cannot be pulled.
 * An image index protects the images that it refers to, and is protected with each of them.
 */
export class ExpiryGuard {
  /**
   * At most so many images expire. Those that are archived do not count.
   *
   * @param limit at least 0
   */
  public static maxImages(limit: number): ExpiryGuard {
    return new ExpiryGuard({ id: 'max-images', limit: wholeNumber(limit, 'maxImages', 0) });
  }

  /**
   * At most so many percent of all images of the repository expire, archived images among them.
   *
   * @param percent from 0 to 100, with at most 2 decimals
   */
  public static maxPercent(percent: number): ExpiryGuard {
    if (Token.isUnresolved(percent) || !(percent >= 0 && percent <= 100) || !/^\d+(\.\d\d?)?$/.test(String(percent))) {
      throw new MisuseError('GuardLimitInvalid', `maxPercent takes a number from 0 to 100 with at most 2 decimals, got ${show(percent)}`);
    }
    return new ExpiryGuard({ id: 'max-percent', percent });
  }

  /**
   * At most so many images are archived.
   *
   * @param limit at least 0
   */
  public static maxArchived(limit: number): ExpiryGuard {
    return new ExpiryGuard({ id: 'max-archived', limit: wholeNumber(limit, 'maxArchived', 0) });
  }

  /**
   * No image with a tag that matches one of these patterns goes.
   *
   * Patterns are alternatives (OR), unlike the patterns of a lifecycle rule. A warning at synthesis
   * (`cdk-ecr-lifecycle:protectedTagsCanExpire`) tells if the policy could act on such an image that is pushed later.
   *
   * @param patterns matched against the whole tag; `*` stands for any run of characters and is the only wildcard
   */
  public static protectTags(...patterns: string[]): ExpiryGuard {
    return new ExpiryGuard({ id: 'protect-tags', patterns: tagPatterns(patterns, 'protectTags') });
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
  public static protectTagsForever(...patterns: string[]): ExpiryGuard {
    return new ExpiryGuard({ id: 'protect-tags', patterns: tagPatterns(patterns, 'protectTagsForever') }, [], true);
  }

  /**
   * None of these images goes.
   *
   * @param digests like `sha256:` and 64 hex digits
   */
  public static protectDigests(...digests: string[]): ExpiryGuard {
    const wrong = digests.find((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest));
    if (digests.length === 0 || wrong !== undefined) {
      throw new MisuseError(
        'GuardDigestInvalid', `protectDigests takes at least one digest like sha256: and 64 hex digits, got ${show(wrong ?? digests)}`);
    }
    return new ExpiryGuard({ id: 'protect-digests', digests: [...digests] });
  }

  /**
   * No image goes that was pushed within this time.
   *
   * @param time more than 0
   */
  public static protectPushedWithin(time: Duration): ExpiryGuard {
    return new ExpiryGuard({ id: 'protect-pushed-within', seconds: seconds(time, 'protectPushedWithin', 1) });
  }

  /**
   * No image goes whose last recorded pull is within this time.
   *
   * What a Lambda function runs looks unused, because Lambda does not pull again: see `protectInUse`.
   *
   * @param time at least 1 day: ECR refreshes the time of a pull only every 24 hours
   */
  public static protectPulledWithin(time: Duration): ExpiryGuard {
    return new ExpiryGuard({ id: 'protect-pulled-within', seconds: seconds(time, 'protectPulledWithin', 24 * 60 * 60) });
  }

  /**
   * None of the newest images goes, by push time.
   *
   * @param count how many, at least 1
   * @param selection of which images; default: of all that can be pulled
   */
  public static protectNewest(count: number, selection: ImageSelection = ImageSelection.all()): ExpiryGuard {
    return new ExpiryGuard({ id: 'protect-newest', count: wholeNumber(count, 'protectNewest', 1), selection: guardSelection(selection, 'protectNewest') });
  }

  /**
   * At least so many images are left that can be pulled.
   *
   * @param count at least 1
   * @param selection of which images; default: of all
   */
  public static keepAtLeast(count: number, selection: ImageSelection = ImageSelection.all()): ExpiryGuard {
    return new ExpiryGuard({ id: 'keep-at-least', count: wholeNumber(count, 'keepAtLeast', 1), selection: guardSelection(selection, 'keepAtLeast') });
  }

  /**
   * No image goes that one of these sources reports in use.
   *
   * @param sources at least one
   */
  public static protectInUse(...sources: InUseSource[]): ExpiryGuard {
    if (sources.length === 0) {
      throw new MisuseError('GuardSourceMissing', 'protectInUse takes at least one source, such as InUseSource.ecs(), got none');
    }
    return new ExpiryGuard({ id: 'protect-in-use', sources: [...new Set(sources.map(({ _id }) => _id))] }, sources);
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
  if (patterns.length === 0) throw new MisuseError('GuardPatternInvalid', `${what} takes at least one pattern, such as "release-*", got none`);
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
  if (wrong.length > 0) throw new MisuseError('GuardPatternInvalid', `${what}: ${wrong.join('. ')}`);
}

function wholeNumber(value: number, what: string, least: number): number {
  if (Token.isUnresolved(value) || !Number.isSafeInteger(value) || value < least) {
    throw new MisuseError('GuardLimitInvalid', `${what} takes a whole number from ${least}, got ${show(value)}`);
  }
  return value;
}

function seconds(time: Duration, what: string, least: number): number {
  const value = time.isUnresolved() ? NaN : time.toSeconds({ integral: false });
  if (!Number.isSafeInteger(value) || value < least) {
    const wanted = least === 1 ? 'whole seconds, more than 0' : 'whole seconds, at least 1 day';
    throw new MisuseError('GuardTimeInvalid', `${what} takes ${wanted}, got ${show(time.isUnresolved() ? 'a token' : time.toHumanString())}`);
  }
  return value;
}
