import type { AffectedImage } from './affected-image';
import { Guard, isProtection } from './guards/guard';
import { withLaterExpiry } from './later-expiry';
import { ageStartOf } from '../evaluation/candidates';
import type { Decision } from '../evaluation/decision';
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

/** True if some guard protects single images. Time changes counts as well, because images come back from the archive. */
export function needsLookAhead(guards: readonly Guard[]): boolean {
  return guards.some(isProtection);
}

export interface LookedAhead {
  /** The images that the policy takes between now and then, and does not take yet, by the day on which each goes. */
  readonly ahead: readonly AffectedImage[];
  /** Indexes whose parts decide what goes, and are not known: images are due that one of these may hold. */
  readonly unreadIndexes: readonly string[];
}

/**
 * Looks at the time between now and then.
 *
 * ECR decides what is due by now: an image that the evaluator counts as due, and that the preview does not list, is held
 * by something, such as an image index. It goes ahead if that index goes, or if it may be part of an index that goes.
 *
 * @param affected what the preview lists
 */
export function lookAhead(
  document: PolicyDocument, images: readonly Image[], affected: readonly AffectedImage[], { now, until }: LookAhead,
): LookedAhead {
  const before = evaluate(document, images, { now: now - CLOCK_TOLERANCE }).decisions;
  const after = evaluate(document, images.map(restored(now)), { now: until }).decisions;
  const listed = new Map(affected.map(({ imageDigest, action }) => [imageDigest, action]));
  const isHeld = (i: number) => before[i].action !== 'KEEP' && !listed.has(images[i].imageDigest);
  const goingIndexes = images.filter((image, i) => isIndex(image) && (after[i].action === 'EXPIRE' || listed.get(image.imageDigest) === 'EXPIRE'));
  const freed = new Set(goingIndexes.flatMap(({ childDigests = [] }) => childDigests));
  const held = [...images.keys()].filter(isHeld);
  const isUnread = (image: Image) => isIndex(image) && image.childDigests === undefined;
  const mayFree = held.length === 0 ? [] : goingIndexes.filter(isUnread);
  // A referrer is not due with its subject as long as an index holds the subject, but perhaps by its own rule.
  const unread = held.some((i) => before[i].followsSubject !== undefined) ? images.filter(isUnread) : mayFree;

  const goesAt = moments(document, images, after, now);
  const ahead = images.flatMap((image, i): AffectedImage[] => {
    const { action, rulePriority = 0 } = after[i];
    const isFreed = isHeld(i) && (freed.has(image.imageDigest) || mayFree.length > 0
      || (before[i].followsSubject !== undefined && after[i].followsSubject === undefined));
    const sooner = [listed.get(image.imageDigest), isFreed ? undefined : before[i].action];
    if (action === 'KEEP' || sooner.includes(action) || sooner.includes('EXPIRE')) return [];
    return [{
      imageDigest: image.imageDigest,
      imageTags: image.imageTags ?? [],
      imagePushedAt: image.imagePushedAt,
      action,
      rulePriority,
      goesAt: new Date(Math.min(goesAt(i), until)).toISOString(),
    }];
  }).sort((a, b) => (a.goesAt! < b.goesAt! ? -1 : a.goesAt! > b.goesAt! ? 1 : a.imageDigest < b.imageDigest ? -1 : 1));
  return { ahead: withLaterExpiry(document, ahead), unreadIndexes: unread.map(({ imageDigest }) => imageDigest) };
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
