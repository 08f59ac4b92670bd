import { affectedInAll, Evidence, Violation } from './evidence';
import { type Image, subjectDigestsOf } from '../../evaluation/image';
import type { AffectedImage } from '../affected-image';

/** Returns true for an image that a guard protects. */
export type Protects = (image: ProtectedImage) => boolean;

/** An image as the preview and the inventory describe it. */
export interface ProtectedImage {
  readonly imageDigest: string;
  readonly imageTags?: readonly string[];
  readonly imagePushedAt?: string;
  /** The moment from which the policy acts on it. Absent if it acts now or never. */
  readonly goesAt?: string;
}

/**
 * Objects to every affected image that is protected: by itself, as an index with a protected image in it, as part of a
 * protected index, or as a signature of a protected image.
 *
 * This holds for archiving too, because an archived image cannot be pulled.
 */
export function violationOfProtection(
  guardId: string, protects: Protects, evidence: Evidence, because: (images: readonly AffectedImage[]) => string,
): Violation | undefined {
  const { inventory } = evidence;
  const isProtected = inventory ? throughRelations(protects, inventory) : protects;
  // An image may have been tagged since the preview: both count.
  const isAsListed = (image: AffectedImage) => inventory?.has(image.imageDigest)
    && isProtected({ ...inventory.get(image.imageDigest)!, goesAt: image.goesAt });
  const images = affectedInAll(evidence).filter((image) => isProtected(image) || isAsListed(image));
  return images.length === 0 ? undefined : { guardId, because: because(images), images };
}

/**
 * An index protects its parts, and is protected with each of them, also through indexes of indexes. An image protects what
 * belongs to it: without its signature it cannot be verified.
 */
function throughRelations(protects: Protects, inventory: ReadonlyMap<string, Image>): Protects {
  const protectedWith = new Map<string, string[]>();
  const add = (from: string, to: string) => {
    const known = protectedWith.get(from);
    if (known) known.push(to);
    else protectedWith.set(from, [to]);
  };
  for (const image of inventory.values()) {
    const { imageDigest } = image;
    for (const child of image.childDigests ?? []) {
      add(imageDigest, child);
      add(child, imageDigest);
    }
    for (const subject of subjectDigestsOf(image)) add(subject, imageDigest);
  }
  if (protectedWith.size === 0) return protects;

  const reached = new Set<string>();
  const queue = [...protectedWith.keys()].filter((digest) => protects(inventory.get(digest) ?? { imageDigest: digest }));
  for (let digest = queue.pop(); digest !== undefined; digest = queue.pop()) {
    if (reached.has(digest)) continue;
    reached.add(digest);
    queue.push(...protectedWith.get(digest) ?? []);
  }
  return (image) => reached.has(image.imageDigest) || protects(image);
}
