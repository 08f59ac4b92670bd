import { type AffectedImage, withLaterExpiry } from './affected-image';
import { Guard, isProtection } from './guards/guard';
import { ageStartOf } from '../evaluation/candidates';
import type { Decision } from '../evaluation/decision';
import { evaluate } from '../evaluation/evaluator';
import { type Image, isIndex } from '../evaluation/image';
import type { PolicyDocument, PolicyRule } from '../policy/policy-document';

const DAY = 24 * 60 * 60 * 1000;

/** The time by which ECR's preview and the evaluator may differ. They never differ in the rule. */
const CLOCK_TOLERANCE = 60 * 60 * 1000;

export interface LookAhead {
  /** The time of the preview, in milliseconds since 1970. */
  readonly now: number;
  /** The end of the look-ahead, in milliseconds since 1970. */
  readonly until: number;
}

/** True if a guard protects single images. Limits do not need a look-ahead. */
export function needsLookAhead(guards: readonly Guard[]): boolean {
  return guards.some(isProtection);
}

export interface LookAheadResult {
  /** The images that the policy acts on within the look-ahead, but not yet, sorted by time. */
  readonly ahead: readonly AffectedImage[];
  /** The indexes whose unknown parts decide the result: images are due that one of these indexes may keep. */
  readonly unreadIndexes: readonly string[];
}

/**
 * Finds the images that the policy starts to act on within the look-ahead.
 *
 * ECR decides which images are due now. If the evaluator counts an image as due but the preview does not list it, something
 * keeps it, such as an image index. It is affected later if that index expires, or if it may be part of an expiring index.
 *
 * @param affected The images that the preview lists.
 */
export function lookAhead(
  document: PolicyDocument, images: readonly Image[], affected: readonly AffectedImage[], { now, until }: LookAhead,
): LookAheadResult {
  const before = evaluate(document, images, { now: now - CLOCK_TOLERANCE }).decisions;
  const after = evaluate(document, images.map(restored(now)), { now: until }).decisions;
  const listed = new Map(affected.map(({ imageDigest, action }) => [imageDigest, action]));
  const isKept = (i: number) => before[i].action !== 'KEEP' && !listed.has(images[i].imageDigest);
  const expiringIndexes = images.filter((image, i) => isIndex(image) && (after[i].action === 'EXPIRE' || listed.get(image.imageDigest) === 'EXPIRE'));
  const released = new Set(expiringIndexes.flatMap(({ childDigests = [] }) => childDigests));
  const kept = [...images.keys()].filter(isKept);
  const isUnread = (image: Image) => isIndex(image) && image.childDigests === undefined;
  const mayRelease = kept.length === 0 ? [] : expiringIndexes.filter(isUnread);
  // As long as an index keeps the subject of a referrer, the referrer is not due together with it, but may be due by its own rule.
  const unread = kept.some((i) => before[i].followsSubject !== undefined) ? images.filter(isUnread) : mayRelease;

  const effectiveAt = effectiveTimes(document, images, after, now);
  const ahead = images.flatMap((image, i): AffectedImage[] => {
    const { action, rulePriority = 0 } = after[i];
    const isReleased = isKept(i) && (released.has(image.imageDigest) || mayRelease.length > 0
      || (before[i].followsSubject !== undefined && after[i].followsSubject === undefined));
    const sooner = [listed.get(image.imageDigest), isReleased ? undefined : before[i].action];
    if (action === 'KEEP' || sooner.includes(action) || sooner.includes('EXPIRE')) return [];
    return [{
      imageDigest: image.imageDigest,
      imageTags: image.imageTags ?? [],
      imagePushedAt: image.imagePushedAt,
      action,
      rulePriority,
      goesAt: new Date(Math.min(effectiveAt(i), until)).toISOString(),
    }];
  }).sort((a, b) => (a.goesAt! < b.goesAt! ? -1 : a.goesAt! > b.goesAt! ? 1 : a.imageDigest < b.imageDigest ? -1 : 1));
  return { ahead: withLaterExpiry(document, ahead), unreadIndexes: unread.map(({ imageDigest }) => imageDigest) };
}

/** Treats images that are being restored as restored now: that takes minutes, and then they count as the youngest. */
function restored(now: number): (image: Image) => Image {
  return (image) => (image.imageStatus === 'ACTIVATING' ? { ...image, imageStatus: 'ACTIVE', lastActivatedAt: new Date(now).toISOString() } : image);
}

/** Returns, by position of an image, the time at which its rule acts and no other image keeps it any longer. */
function effectiveTimes(document: PolicyDocument, images: readonly Image[], decisions: readonly Decision[], now: number): (i: number) => number {
  const rules = new Map(document.rules.map((rule) => [rule.rulePriority, rule]));
  const positionOf = new Map(images.map(({ imageDigest }, i) => [imageDigest, i]));
  const indexesOf = new Map<string, number[]>();
  images.forEach(({ childDigests }, i) => childDigests?.forEach((child) => indexesOf.set(child, [...indexesOf.get(child) ?? [], i])));

  const timeOf = (i: number, visited: ReadonlySet<number>): number => {
    if (visited.has(i)) return Infinity; // it would wait for itself, so another reason applies
    const path = new Set([...visited, i]);
    const { action, rulePriority, followsSubject } = decisions[i];
    const subject = positionOf.get(images[i].subjectManifestDigest ?? '');
    // A referrer is affected with its image, if that is affected before the referrer's own rule acts.
    const withSubject = subject !== undefined && [action, 'EXPIRE'].includes(decisions[subject].action) ? timeOf(subject, path) : Infinity;
    const byRule = followsSubject === undefined ? dueBy(rules.get(rulePriority ?? 0), images[i], now) : Infinity;
    const own = Math.min(byRule, withSubject);
    return Math.max(own, ...(indexesOf.get(images[i].imageDigest) ?? []).map((index) => timeOf(index, path)));
  };
  return (i) => timeOf(i, new Set());
}

function dueBy(rule: PolicyRule | undefined, image: Image, now: number): number {
  if (rule === undefined || rule.selection.countType === 'imageCountMoreThan') return now;
  return Math.max(now, ageStartOf(image, rule.selection.countType) + rule.selection.countNumber * DAY);
}
