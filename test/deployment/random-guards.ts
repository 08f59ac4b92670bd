import { Duration } from 'aws-cdk-lib';
import type { Random } from './random-source';
import { SimulatedClock } from '../../rehearsal/ecr/clock';
import { runLifecycle } from '../../rehearsal/ecr/lifecycle-run';
import { affectedImages } from '../../rehearsal/ecr/preview';
import { Registry } from '../../rehearsal/ecr/registry';
import { LifecycleGuard, ImageSelection, InUseSource } from '../../src';
import type { Image } from '../../src/core/evaluation/image';

/* A second, plain implementation of each guard, and the actions of ECR in the days after a deployment. */

const DAY = 24 * 60 * 60 * 1000;
/** The number of runs of ECR that the look-ahead of two days covers. */
const RUNS = 2;

/** An image that expires or is archived. */
export interface Affected {
  readonly imageDigest: string;
  readonly action: string;
  readonly rulePriority: number;
  /** The time in milliseconds since 1970. For an image that is due now, the time of the judgment. */
  readonly at: number;
}

export interface State {
  readonly images: readonly Image[];
  readonly now: number;
  /** The digests of the images in use. */
  readonly used: readonly string[];
  /** True if the policy expires archived images. Then images that it archives count as expired. */
  readonly expiresArchived: boolean;
}

export interface RandomGuard {
  readonly guard: LifecycleGuard;
  /** Returns true if the guard allows ECR to act on these images, now and within 48 hours. */
  readonly allows: (now: readonly Affected[], in48Hours: readonly Affected[], state: State) => boolean;
}

const expires = ({ expiresArchived }: State) => ({ action }: Affected) => action === 'EXPIRE' || expiresArchived;
export const expired = (affected: readonly Affected[], state: State) => affected.filter(expires(state)).length;
export const archived = (affected: readonly Affected[]) => affected.filter(({ action }) => action !== 'EXPIRE').length;
const none = (affected: readonly Affected[], isProtected: (image: Affected) => boolean) => !affected.some(isProtected);
const millis = (iso: string | undefined) => (iso === undefined ? -Infinity : Date.parse(iso));
const hasTag = (image: Image | undefined, pattern: RegExp) => image?.imageTags?.some((tag) => pattern.test(tag)) ?? false;
const imageIn = ({ images }: State, digest: string | undefined) => images.find(({ imageDigest }) => imageDigest === digest);
const subjectOf = ({ subjectManifestDigest, imageTags = [] }: Image) =>
  subjectManifestDigest ?? imageTags.map((tag) => /^sha256-([0-9a-f]{64})\.sig$/.exec(tag)?.[1]).filter(Boolean).map((hex) => `sha256:${hex}`)[0];

/** Returns the releases that can be pulled and that are not parts of another release. */
function releases(state: State): Image[] {
  const selected = state.images.filter((image) => hasTag(image, /^release-/));
  // An archived index cannot be pulled, so its parts count as separate images.
  const parts = selected.filter(({ imageStatus }) => imageStatus === 'ACTIVE').flatMap(({ childDigests = [] }) => childDigests);
  return selected.filter((image) => image.imageStatus === 'ACTIVE' && !parts.includes(image.imageDigest));
}

/** Returns true for these images, their indexes, their parts and their signatures. */
function withRelatives(digests: readonly string[], state: State): (affected: Affected) => boolean {
  const all = state.images.flatMap((image) => [
    ...(digests.includes(image.imageDigest) ? image.childDigests ?? [] : []),
    // An archived index cannot be pulled, so its parts do not run.
    ...(image.imageStatus === 'ACTIVE' && image.childDigests?.some((child) => digests.includes(child)) ? [image.imageDigest] : []),
    ...(digests.includes(subjectOf(image) ?? '') ? [image.imageDigest] : []),
  ]);
  return ({ imageDigest }) => digests.includes(imageDigest) || all.includes(imageDigest);
}

export function guardsFor(images: readonly Image[], random: Random): RandomGuard[] {
  const limit = random.pick([random.below(8), 50]);
  const percent = 5 * random.below(21);
  const days = random.below(100) + 2;
  const digests = random.some(images.map(({ imageDigest }) => imageDigest), 0.1);
  const selection = ImageSelection.tagged('release-*');
  const time = Duration.days(days);
  const within = (id: 'imagePushedAt' | 'lastRecordedPullTime') => (_: readonly Affected[], affected: readonly Affected[], state: State) =>
    none(affected, ({ imageDigest, at }) => at - millis(imageIn(state, imageDigest)?.[id]) <= days * DAY);
  const all: RandomGuard[] = [
    { guard: LifecycleGuard.maxImages(limit), allows: (affected, _, state) => expired(affected, state) <= limit },
    {
      // Only 0 % is checked here, because an index counts with its parts in both numbers. Other shares are tested elsewhere.
      guard: LifecycleGuard.maxPercent(percent),
      allows: (affected, _, state) => percent > 0 || expired(affected, state) === 0,
    },
    { guard: LifecycleGuard.maxArchived(limit), allows: (affected) => archived(affected) <= limit },
    {
      guard: LifecycleGuard.protectTags('prod', 'release-*'),
      allows: (_, affected, state) => none(affected, ({ imageDigest }) => {
        const image = imageIn(state, imageDigest);
        return hasTag(image, /^(prod|release-.*)$/) || (image !== undefined && hasTag(imageIn(state, subjectOf(image)), /^(prod|release-.*)$/));
      }),
    },
    ...(digests.length === 0 ? [] : [{
      guard: LifecycleGuard.protectDigests(...digests),
      allows: (_: readonly Affected[], affected: readonly Affected[], state: State) => none(affected, withRelatives(digests, state)),
    }]),
    { guard: LifecycleGuard.protectPushedWithin(time), allows: within('imagePushedAt') },
    { guard: LifecycleGuard.protectPulledWithin(time), allows: within('lastRecordedPullTime') },
    {
      guard: LifecycleGuard.protectNewest(2, selection),
      allows: (_, affected, state) => {
        const newest = releases(state).sort((a, b) => millis(b.imagePushedAt) - millis(a.imagePushedAt)).slice(0, 2);
        return none(affected, ({ imageDigest }) => newest.some((image) => image.imageDigest === imageDigest));
      },
    },
    {
      guard: LifecycleGuard.keepAtLeast(2, selection),
      allows: (_, affected, state) => {
        const before = releases(state).map(({ imageDigest }) => imageDigest);
        const removed = affected.filter(({ imageDigest }) => before.includes(imageDigest)).length;
        return removed === 0 || before.length - removed >= 2;
      },
    },
    {
      guard: LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda()),
      allows: (_, affected, state) => none(affected, withRelatives(state.used, state)),
    },
  ];
  // In most cases the limits are generous. Otherwise few deployments would pass.
  const generous: RandomGuard[] = [LifecycleGuard.maxImages(50), LifecycleGuard.maxArchived(50)].map((guard) => ({ guard, allows: () => true }));
  return [...random.some(generous, 0.7), ...random.some(all, 0.25)];
}

/** Returns the images that the policy acts on: now, and in two daily runs of ECR on a copy of the images. */
export function affectedBy(
  policy: string, images: readonly Image[], time: number,
): { readonly now: readonly Affected[]; readonly in48Hours: readonly Affected[] } {
  const clock = new SimulatedClock(time);
  const registry = new Registry({ clock, accountId: '111122223333', region: 'us-east-1', previewMs: 0 });
  const repository = registry.createRepository('copy');
  images.forEach((image) => repository.store.add(image, () => ''));
  repository.lifecyclePolicyText = policy;
  const now = affectedImages(repository.lifecyclePolicy!, images, time)
    .map(({ image: { imageDigest }, action, rulePriority }): Affected => ({ imageDigest, action, rulePriority, at: time }));
  const in48Hours = [...now];
  for (let run = 1; run <= RUNS; run++) {
    for (const affected of runLifecycle(registry, clock)) {
      if (!in48Hours.some(({ imageDigest }) => imageDigest === affected.imageDigest)) in48Hours.push({ ...affected, at: clock.now() - DAY });
    }
  }
  return { now, in48Hours };
}

/**
 * Throws if images expire or are archived although no guard limits their number.
 *
 * @param unbudgeted The images that are not covered by the limit of a rule.
 */
export function rejectWithoutLimit(guards: readonly RandomGuard[], unbudgeted: readonly Affected[], now: readonly Affected[], state: State): void {
  const ids = guards.map(({ guard }) => guard._render().id);
  const isLimited = ids.includes('max-images') || ids.includes('max-percent');
  if (!isLimited && expired(unbudgeted, state) > 0) throw new Error('images expired although no guard allows any');
  if (!ids.includes('max-archived') && archived(now) > 0) throw new Error('images were archived although no guard allows any');
}
