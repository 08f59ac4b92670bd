import type { Evidence, GuardId, Violation } from './guard';
import type { Image } from '../../evaluation/image';
import type { AffectedImage } from '../affected-image';

/** Says of one image whether a guard protects it. */
export type Protects = (image: ProtectedImage) => boolean;

/** What the preview and the inventory know of an image. */
export interface ProtectedImage {
  readonly imageDigest: string;
  readonly imageTags?: readonly string[];
  readonly imagePushedAt?: string;
}

/**
 * Objects to every affected image that is protected: by itself, as an index with a protected image in it, or as part of a
 * protected index.
 *
 * Holds for archiving too: an archived image cannot be pulled.
 */
export function violationOfProtection(
  guardId: GuardId, protects: Protects, evidence: Evidence, because: (images: readonly AffectedImage[]) => string,
): Violation | undefined {
  const { affected, inventory } = evidence;
  const isProtected = inventory ? throughIndexes(protects, inventory) : protects;
  const images = affected.filter((image) => isProtected(image));
  return images.length === 0 ? undefined : { guardId, because: because(images), images };
}

/** An index protects what it refers to, and is protected with it. Through indexes of indexes, too. */
function throughIndexes(protects: Protects, inventory: ReadonlyMap<string, Image>): Protects {
  const related = new Map<string, string[]>();
  const relate = (a: string, b: string) => {
    const known = related.get(a);
    if (known) known.push(b);
    else related.set(a, [b]);
  };
  for (const { imageDigest, childDigests } of inventory.values()) {
    for (const child of childDigests ?? []) {
      relate(imageDigest, child);
      relate(child, imageDigest);
    }
  }
  if (related.size === 0) return protects;

  const reached = new Set<string>();
  const queue = [...related.keys()].filter((digest) => protects(inventory.get(digest) ?? { imageDigest: digest }));
  for (let digest = queue.pop(); digest !== undefined; digest = queue.pop()) {
    if (reached.has(digest)) continue;
    reached.add(digest);
    queue.push(...related.get(digest) ?? []);
  }
  return (image) => reached.has(image.imageDigest) || protects(image);
}
