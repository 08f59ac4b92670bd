import { Duration } from 'aws-cdk-lib';
import type { Random } from './random-source';
import { SimulatedClock } from '../../rehearsal/ecr/clock';
import { runLifecycle } from '../../rehearsal/ecr/lifecycle-run';
import { affectedImages } from '../../rehearsal/ecr/preview';
import { Registry } from '../../rehearsal/ecr/registry';
import { LifecycleGuard, ImageSelection, InUseSource } from '../../src';
import type { Image } from '../../src/core/evaluation/image';

/* The meaning of each guard, stated once more, plainly, and what ECR does in the days after a deployment. */

const DAY = 24 * 60 * 60 * 1000;
/** The runs of ECR that the look-ahead of two days covers. */
const RUNS = 2;

/** An image that was expired or archived, and when. */
export interface Gone {
  readonly imageDigest: string;
  readonly action: string;
  readonly rulePriority: number;
  /** Milliseconds since 1970; of what was due at once, the moment of the judgement. */
  readonly at: number;
}

export interface State {
  readonly images: readonly Image[];
  readonly now: number;
  /** Digests. */
  readonly used: readonly string[];
  /** Whether the policy expires archived images: then what it archives counts as expired. */
  readonly expiresArchived: boolean;
}

export interface RandomGuard {
  readonly guard: LifecycleGuard;
  /** Whether the guard, as people understand it, allows all this to happen: at once, and within 48 hours. */
  readonly allows: (atOnce: readonly Gone[], in48Hours: readonly Gone[], state: State) => boolean;
}

const expires = ({ expiresArchived }: State) => ({ action }: Gone) => action === 'EXPIRE' || expiresArchived;
export const expired = (gone: readonly Gone[], state: State) => gone.filter(expires(state)).length;
export const archived = (gone: readonly Gone[]) => gone.filter(({ action }) => action !== 'EXPIRE').length;
const none = (gone: readonly Gone[], isProtected: (image: Gone) => boolean) => !gone.some(isProtected);
const millis = (iso: string | undefined) => (iso === undefined ? -Infinity : Date.parse(iso));
const hasTag = (image: Image | undefined, pattern: RegExp) => image?.imageTags?.some((tag) => pattern.test(tag)) ?? false;
const imageIn = ({ images }: State, digest: string | undefined) => images.find(({ imageDigest }) => imageDigest === digest);
const subjectOf = ({ subjectManifestDigest, imageTags = [] }: Image) =>
  subjectManifestDigest ?? imageTags.map((tag) => /^sha256-([0-9a-f]{64})\.sig$/.exec(tag)?.[1]).filter(Boolean).map((hex) => `sha256:${hex}`)[0];

/** The images of releases that people count and can pull: no part of another release, no signature of one. */
function releases(state: State): Image[] {
  const selected = state.images.filter((image) => hasTag(image, /^release-/));
  // Nothing pulls an archived index, so its parts are images of their own.
  const parts = selected.filter(({ imageStatus }) => imageStatus === 'ACTIVE').flatMap(({ childDigests = [] }) => childDigests);
  return selected.filter((image) => image.imageStatus === 'ACTIVE' && !parts.includes(image.imageDigest));
}

/** Those of these digests, the indexes that they are in, their parts as indexes, and their signatures. */
function withRelatives(digests: readonly string[], state: State): (gone: Gone) => boolean {
  const all = state.images.flatMap((image) => [
    ...(digests.includes(image.imageDigest) ? image.childDigests ?? [] : []),
    // Nothing pulls an archived index, so nothing runs through it.
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
  const within = (id: 'imagePushedAt' | 'lastRecordedPullTime') => (_: readonly Gone[], gone: readonly Gone[], state: State) =>
    none(gone, ({ imageDigest, at }) => at - millis(imageIn(state, imageDigest)?.[id]) <= days * DAY);
  const all: RandomGuard[] = [
    { guard: LifecycleGuard.maxImages(limit), allows: (gone, _, state) => expired(gone, state) <= limit },
    {
      // The share of single images is tested elsewhere: here an index counts with its parts, in both numbers.
      guard: LifecycleGuard.maxPercent(percent),
      allows: (gone, _, state) => percent > 0 || expired(gone, state) === 0,
    },
    { guard: LifecycleGuard.maxArchived(limit), allows: (gone) => archived(gone) <= limit },
    {
      guard: LifecycleGuard.protectTags('prod', 'release-*'),
      allows: (_, gone, state) => none(gone, ({ imageDigest }) => {
        const image = imageIn(state, imageDigest);
        return hasTag(image, /^(prod|release-.*)$/) || (image !== undefined && hasTag(imageIn(state, subjectOf(image)), /^(prod|release-.*)$/));
      }),
    },
    ...(digests.length === 0 ? [] : [{
      guard: LifecycleGuard.protectDigests(...digests),
      allows: (_: readonly Gone[], gone: readonly Gone[], state: State) => none(gone, withRelatives(digests, state)),
    }]),
    { guard: LifecycleGuard.protectPushedWithin(time), allows: within('imagePushedAt') },
    { guard: LifecycleGuard.protectPulledWithin(time), allows: within('lastRecordedPullTime') },
    {
      guard: LifecycleGuard.protectNewest(2, selection),
      allows: (_, gone, state) => {
        const newest = releases(state).sort((a, b) => millis(b.imagePushedAt) - millis(a.imagePushedAt)).slice(0, 2);
        return none(gone, ({ imageDigest }) => newest.some((image) => image.imageDigest === imageDigest));
      },
    },
    {
      guard: LifecycleGuard.keepAtLeast(2, selection),
      allows: (_, gone, state) => {
        const before = releases(state).map(({ imageDigest }) => imageDigest);
        const going = gone.filter(({ imageDigest }) => before.includes(imageDigest)).length;
        return going === 0 || before.length - going >= 2;
      },
    },
    {
      guard: LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda()),
      allows: (_, gone, state) => none(gone, withRelatives(state.used, state)),
    },
  ];
  // Generous limits in most cases, or hardly anything would pass.
  const generous: RandomGuard[] = [LifecycleGuard.maxImages(50), LifecycleGuard.maxArchived(50)].map((guard) => ({ guard, allows: () => true }));
  return [...random.some(generous, 0.7), ...random.some(all, 0.25)];
}

/** What the policy does to these images: at once, and in two runs of ECR on a copy of them, a day apart. */
export function goneBy(
  policy: string, images: readonly Image[], now: number,
): { readonly atOnce: readonly Gone[]; readonly in48Hours: readonly Gone[] } {
  const clock = new SimulatedClock(now);
  const registry = new Registry({ clock, accountId: '111122223333', region: 'us-east-1', previewMs: 0 });
  const repository = registry.createRepository('copy');
  images.forEach((image) => repository.store.add(image, () => ''));
  repository.lifecyclePolicyText = policy;
  const atOnce = affectedImages(repository.lifecyclePolicy!, images, now)
    .map(({ image: { imageDigest }, action, rulePriority }): Gone => ({ imageDigest, action, rulePriority, at: now }));
  const in48Hours = [...atOnce];
  for (let run = 1; run <= RUNS; run++) {
    for (const gone of runLifecycle(registry, clock)) {
      if (!in48Hours.some(({ imageDigest }) => imageDigest === gone.imageDigest)) in48Hours.push({ ...gone, at: clock.now() - DAY });
    }
  }
  return { atOnce, in48Hours };
}

/**
 * Without a limit no image may expire, and none may be archived.
 *
 * @param unbudgeted without those that a rule's own budget allows
 */
export function refuseWithoutLimit(guards: readonly RandomGuard[], unbudgeted: readonly Gone[], atOnce: readonly Gone[], state: State): void {
  const ids = guards.map(({ guard }) => guard._render().id);
  const isLimited = ids.includes('max-images') || ids.includes('max-percent');
  if (!isLimited && expired(unbudgeted, state) > 0) throw new Error('images expired though no guard allows any');
  if (!ids.includes('max-archived') && archived(atOnce) > 0) throw new Error('images were archived though no guard allows any');
}
