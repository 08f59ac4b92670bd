import { storageClassOfImage } from './candidates';
import type { Action, Decision } from './decision';
import type { Image } from './image';

const KEPT: Decision = { action: 'KEEP' };
const SEVERITY: Readonly<Record<Action, number>> = { KEEP: 0, TRANSITION: 1, EXPIRE: 2 };
const NONE: readonly number[] = [];

/**
 * Turns the selections of the rules into decisions, taking references between images into account: an image is kept as long
 * as a remaining index refers to it, and a referrer is affected together with the image that it belongs to.
 *
 * All images are kept at first. Each affected image can release others: the children of an index, and its own referrers. So
 * images that refer to each other in a circle (corrupt data) are kept.
 *
 * It is not documented whether ECR's preview lists a referenced image. The only execution on record selected such images
 * and then failed to delete them (`ImageReferencedByManifestList`) [inferred].
 */
export function settleReferences(images: readonly Image[], selected: readonly Decision[]): Decision[] {
  if (!images.some((image) => image.childDigests?.length || image.subjectManifestDigest !== undefined)) return [...selected];

  const { childrenOf, indexesOf, subjectOf, referrersOf } = linksBetween(images);
  const remainingIndexes = Uint32Array.from(indexesOf, (indexes) => indexes.length);
  const decisions = images.map(() => KEPT);

  /** Returns the decision on the image as if no index referred to it. */
  const wanted = (i: number): Decision => {
    const own = selected[i];
    const subject = subjectOf[i];
    if (subject < 0) return own;
    const { action, rulePriority } = decisions[subject];
    const isArchived = action === 'TRANSITION' && storageClassOfImage(images[i]) === 'archive';
    if (isArchived || SEVERITY[action] <= SEVERITY[own.action]) return own;
    return { action, rulePriority, followsSubject: images[subject].imageDigest };
  };

  const open = [...images.keys()];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (remainingIndexes[i] > 0) continue;
    const decision = wanted(i);
    // INVARIANT: a decision only becomes more severe. So the loop ends, and the order of the images does not matter.
    if (SEVERITY[decision.action] <= SEVERITY[decisions[i].action]) continue;
    decisions[i] = decision;
    for (const referrer of referrersOf[i]) open.push(referrer);
    // An archived index is still listed, so it still keeps its children.
    if (decision.action !== 'EXPIRE') continue;
    for (const child of childrenOf[i]) {
      remainingIndexes[child] -= 1;
      if (remainingIndexes[child] === 0) open.push(child);
    }
  }

  return decisions.map((decision, i) => {
    if (remainingIndexes[i] === 0) return decision;
    const { action, rulePriority } = wanted(i);
    if (action === 'KEEP') return decision;
    const remaining = indexesOf[i].filter((index) => decisions[index].action !== 'EXPIRE');
    return { action: 'KEEP', rulePriority, blockedByIndex: lowest(remaining.map((index) => images[index].imageDigest)) };
  });
}

/** The relations of each image. Images are given as positions in the list. */
interface Links {
  readonly childrenOf: readonly (readonly number[])[];
  readonly indexesOf: readonly (readonly number[])[];
  /** The position is -1 if the image has no subject, or if the subject is not listed. */
  readonly subjectOf: readonly number[];
  readonly referrersOf: readonly (readonly number[])[];
}

function linksBetween(images: readonly Image[]): Links {
  const positionOf = new Map(images.map((image, i) => [image.imageDigest, i]));
  const childrenOf = images.map(({ childDigests }) => childDigests?.flatMap((child) => positionOf.get(child) ?? []) ?? NONE);
  const subjectOf = images.map(({ subjectManifestDigest: subject }) => (subject === undefined ? -1 : positionOf.get(subject) ?? -1));
  return {
    childrenOf,
    indexesOf: backwards(childrenOf),
    subjectOf,
    referrersOf: backwards(subjectOf.map((subject) => (subject < 0 ? NONE : [subject]))),
  };
}

function backwards(links: readonly (readonly number[])[]): (readonly number[])[] {
  const back: (readonly number[])[] = links.map(() => NONE);
  links.forEach((targets, from) => targets.forEach((to) => {
    if (back[to] === NONE) back[to] = [from];
    else (back[to] as number[]).push(from);
  }));
  return back;
}

function lowest(digests: readonly string[]): string {
  return digests.reduce((low, digest) => (digest < low ? digest : low));
}
