import { storageClassOfImage } from './candidates';
import type { Action, Decision } from './decision';
import type { Image } from './image';

const STAYS: Decision = { action: 'KEEP' };
const GRAVITY: Readonly<Record<Action, number>> = { KEEP: 0, TRANSITION: 1, EXPIRE: 2 };
const NONE: readonly number[] = [];

/**
 * Turns what the rules select into what happens, given how images refer to one another:
 * an image that a standing index refers to stays; a referrer goes with the image that it belongs to.
 *
 * Everything stands at first, and each image that goes may set others free: the children of its index, its referrers.
 * So images that refer to one another in a circle (broken data) stay.
 *
 * Whether ECR's preview lists a referenced image is not documented; the one execution on record selected such images
 * and then refused them (`ImageReferencedByManifestList`) [inferred].
 */
export function settleReferences(images: readonly Image[], selected: readonly Decision[]): Decision[] {
  if (!images.some((image) => image.childDigests?.length || image.subjectManifestDigest !== undefined)) return [...selected];

  const { childrenOf, indexesOf, subjectOf, referrersOf } = linksBetween(images);
  const standingIndexes = Uint32Array.from(indexesOf, (indexes) => indexes.length);
  const decisions = images.map(() => STAYS);

  /** What would happen to the image if no index referred to it. */
  const wanted = (i: number): Decision => {
    const own = selected[i];
    const subject = subjectOf[i];
    if (subject < 0) return own;
    const { action, rulePriority } = decisions[subject];
    const alreadyThere = action === 'TRANSITION' && storageClassOfImage(images[i]) === 'archive';
    if (alreadyThere || GRAVITY[action] <= GRAVITY[own.action]) return own;
    return { action, rulePriority, followsSubject: images[subject].imageDigest };
  };

  const open = [...images.keys()];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (standingIndexes[i] > 0) continue;
    const decision = wanted(i);
    // INVARIANT: a decision only ever gets graver. Hence this ends, and the order of the images does not matter.
    if (GRAVITY[decision.action] <= GRAVITY[decisions[i].action]) continue;
    decisions[i] = decision;
    for (const referrer of referrersOf[i]) open.push(referrer);
    // An archived index is still listed: it goes on standing.
    if (decision.action !== 'EXPIRE') continue;
    for (const child of childrenOf[i]) {
      standingIndexes[child] -= 1;
      if (standingIndexes[child] === 0) open.push(child);
    }
  }

  return decisions.map((decision, i) => {
    if (standingIndexes[i] === 0) return decision;
    const { action, rulePriority } = wanted(i);
    if (action === 'KEEP') return decision;
    const standing = indexesOf[i].filter((index) => decisions[index].action !== 'EXPIRE');
    return { action: 'KEEP', rulePriority, blockedByIndex: lowest(standing.map((index) => images[index].imageDigest)) };
  });
}

/** For each place in the list, the places that it has to do with. */
interface Links {
  readonly childrenOf: readonly (readonly number[])[];
  readonly indexesOf: readonly (readonly number[])[];
  /** -1: has no subject, or one that is not listed. */
  readonly subjectOf: readonly number[];
  readonly referrersOf: readonly (readonly number[])[];
}

function linksBetween(images: readonly Image[]): Links {
  const placeOf = new Map(images.map((image, i) => [image.imageDigest, i]));
  const childrenOf = images.map(({ childDigests }) => childDigests?.flatMap((child) => placeOf.get(child) ?? []) ?? NONE);
  const subjectOf = images.map(({ subjectManifestDigest: subject }) => (subject === undefined ? -1 : placeOf.get(subject) ?? -1));
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
