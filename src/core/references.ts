import type { Decision } from './decision';
import type { Image } from './image';

/**
 * Turns what the rules select into what happens, given how images refer to one another:
 * an image that a standing index refers to stays; a referrer goes with the image that it belongs to.
 *
 * Whether ECR's preview lists a referenced image is not documented; the one execution on record selected such images
 * and then refused them (`ImageReferencedByManifestList`) [inferred].
 */
export function settleReferences(images: readonly Image[], selected: readonly Decision[]): Decision[] {
  const indexesOf = indexesByChild(images);
  const withBlocks = indexesOf.size === 0 ? [...selected] : blockReferenced(images, selected, indexesOf);
  return followSubjects(images, withBlocks);
}

function indexesByChild(images: readonly Image[]): Map<string, number[]> {
  const indexesOf = new Map<string, number[]>();
  images.forEach((image, i) => {
    for (const child of image.childDigests ?? []) {
      const known = indexesOf.get(child);
      if (known) known.push(i);
      else indexesOf.set(child, [i]);
    }
  });
  return indexesOf;
}

function blockReferenced(
  images: readonly Image[], selected: readonly Decision[], indexesOf: ReadonlyMap<string, readonly number[]>,
): Decision[] {
  const settled = new Array<Decision | undefined>(images.length);

  /** An index stands unless it expires itself; an archived one is still listed. */
  const stands = (i: number) => settle(i).action !== 'EXPIRE';

  const settle = (i: number): Decision => {
    const known = settled[i];
    if (known) return known;
    const decision = selected[i];
    // Until it is settled it counts as standing, which also ends a circle of references in broken data.
    settled[i] = { action: 'KEEP' };
    const index = decision.action === 'KEEP' ? undefined : indexesOf.get(images[i].imageDigest)?.find(stands);
    const outcome: Decision = index === undefined
      ? decision
      : { action: 'KEEP', rulePriority: decision.rulePriority, blockedByIndex: images[index].imageDigest };
    settled[i] = outcome;
    return outcome;
  };

  return images.map((_, i) => settle(i));
}

function followSubjects(images: readonly Image[], decisions: Decision[]): Decision[] {
  if (!images.some((image) => image.subjectManifestDigest !== undefined)) return decisions;
  const placeOf = new Map(images.map((image, i) => [image.imageDigest, i]));
  const done = new Array<boolean>(images.length).fill(false);

  const follow = (i: number): Decision => {
    const subject = images[i].subjectManifestDigest;
    const place = subject === undefined ? undefined : placeOf.get(subject);
    if (done[i] || place === undefined || decisions[i].action !== 'KEEP') return decisions[i];
    done[i] = true;
    const lead = follow(place);
    if (lead.action !== 'KEEP') {
      decisions[i] = { action: lead.action, rulePriority: lead.rulePriority, followsSubject: subject };
    }
    return decisions[i];
  };

  images.forEach((_, i) => follow(i));
  return decisions;
}
