import type { AffectedImage } from './affected-image';
import { Guard, isProtection } from './guards/guard';
import { ageStartOf } from '../evaluation/candidates';
import type { Action, Decision } from '../evaluation/decision';
import { evaluate } from '../evaluation/evaluator';
import { type Image, isIndex } from '../evaluation/image';
import type { PolicyDocument, PolicyRule } from '../policy/policy-document';

const DAY = 24 * 60 * 60 * 1000;

/** ECR's preview and the evaluator may disagree by this much on the moment, never on the rule. */
const CLOCK_TOLERANCE = 60 * 60 * 1000;

export interface LookAhead {
  /** The moment of the preview, in milliseconds since 1970. */
  readonly now: number;
  readonly until: number;
}

/** Whether time alone can make a rule take an image that some guard protects. Counts change by pushes, not by time. */
export function needsLookAhead(guards: readonly Guard[], document: PolicyDocument): boolean {
  return guards.some(isProtection) && document.rules.some(({ selection }) => selection.countType !== 'imageCountMoreThan');
}

/**
 * The images that the policy takes between now and then, and does not take yet, by the day on which each goes.
 *
 * What is due by now is ECR's to say: an image that the evaluator counts as due, and that the preview does not list, stays
 * for a reason that ECR knows, such as an image index. It goes as well if that index may be one that goes.
 *
 * @param affected what the preview lists
 */
export function predictAhead(
  document: PolicyDocument, images: readonly Image[], affected: readonly AffectedImage[], { now, until }: LookAhead,
): AffectedImage[] {
  const before = evaluate(document, images, { now: now - CLOCK_TOLERANCE }).decisions;
  const after = evaluate(document, images.map(restored(now)), { now: until }).decisions;
  const listed = new Map(affected.map(({ imageDigest, action }) => [imageDigest, action]));
  const goesAt = moments(document, images, after, now);
  const isFreed = freedBy(images.filter(({ imageDigest }, i) => after[i].action === 'EXPIRE' || listed.get(imageDigest) === 'EXPIRE'));
  return images.flatMap((image, i): AffectedImage[] => {
    const { action, rulePriority = 0 } = after[i];
    const isSooner = (sooner: Action | undefined) => sooner === action || sooner === 'EXPIRE';
    if (action === 'KEEP' || isSooner(listed.get(image.imageDigest)) || (isSooner(before[i].action) && !isFreed(image))) return [];
    return [{
      imageDigest: image.imageDigest,
      imageTags: image.imageTags ?? [],
      imagePushedAt: image.imagePushedAt,
      action,
      rulePriority,
      goesAt: new Date(Math.min(goesAt(i), until)).toISOString(),
    }];
  }).sort((a, b) => (a.goesAt! < b.goesAt! ? -1 : a.goesAt! > b.goesAt! ? 1 : a.imageDigest < b.imageDigest ? -1 : 1));
}

/** Whether the image is, or may be, a part of an index that goes: the parts of an index are known only after they are read. */
function freedBy(going: readonly Image[]): (image: Image) => boolean {
  const indexes = going.filter(isIndex);
  const parts = new Set(indexes.flatMap(({ childDigests }) => childDigests ?? []));
  const isUnknown = indexes.some(({ childDigests }) => childDigests === undefined);
  return ({ imageDigest }) => isUnknown || parts.has(imageDigest);
}

/** An image on its way back from the archive is there within minutes, and then counts as the youngest. */
function restored(now: number): (image: Image) => Image {
  return (image) => (image.imageStatus === 'ACTIVATING' ? { ...image, imageStatus: 'ACTIVE', lastActivatedAt: new Date(now).toISOString() } : image);
}

/** For the place of an image: the moment at which its rule acts on it, and the images that hold it are gone. */
function moments(document: PolicyDocument, images: readonly Image[], decisions: readonly Decision[], now: number): (i: number) => number {
  const rules = new Map(document.rules.map((rule) => [rule.rulePriority, rule]));
  const placeOf = new Map(images.map(({ imageDigest }, i) => [imageDigest, i]));
  const indexesOf = new Map<string, number[]>();
  images.forEach(({ childDigests }, i) => childDigests?.forEach((child) => indexesOf.set(child, [...indexesOf.get(child) ?? [], i])));

  const momentOf = (i: number, onTheWay: ReadonlySet<number>): number => {
    if (onTheWay.has(i)) return Infinity; // it waits for itself, so it goes for another reason
    const way = new Set([...onTheWay, i]);
    const { action, rulePriority, followsSubject } = decisions[i];
    const subject = placeOf.get(images[i].subjectManifestDigest ?? '');
    // A referrer goes with its image, if that goes sooner than its own rule takes it.
    const withSubject = subject !== undefined && [action, 'EXPIRE'].includes(decisions[subject].action) ? momentOf(subject, way) : Infinity;
    const byRule = followsSubject === undefined ? dueBy(rules.get(rulePriority ?? 0), images[i], now) : Infinity;
    const own = Math.min(byRule, withSubject);
    return Math.max(own, ...(indexesOf.get(images[i].imageDigest) ?? []).map((index) => momentOf(index, way)));
  };
  return (i) => momentOf(i, new Set());
}

function dueBy(rule: PolicyRule | undefined, image: Image, now: number): number {
  if (rule === undefined || rule.selection.countType === 'imageCountMoreThan') return now;
  return Math.max(now, ageStartOf(image, rule.selection.countType) + rule.selection.countNumber * DAY);
}
