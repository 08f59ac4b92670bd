import type { GuardSelection } from './selection';
import { compileTagTest } from '../../evaluation/candidates';
import { type Image, isIndex, subjectDigestsOf } from '../../evaluation/image';

/** Returns a test for images that belong to another image: parts of an image index, and signatures or other referrers. */
export function belongsToAnother(images: Iterable<Image>): (image: Image) => boolean {
  const digests = new Set<string>();
  const parts = new Set<string>();
  for (const { imageDigest, childDigests = [] } of images) {
    digests.add(imageDigest);
    for (const child of childDigests) if (child !== imageDigest) parts.add(child);
  }
  return (image) => parts.has(image.imageDigest)
    || subjectDigestsOf(image).some((subject) => subject !== image.imageDigest && digests.has(subject));
}

/**
 * Returns the images as people count them. An image index with its parts is one image, and so is an image with its signatures.
 *
 * While the parts of an index are unknown, every image without a tag may be one of them and is left out. A guard that counts
 * then objects too early rather than too late.
 */
export function countedAmong(images: readonly Image[]): Image[] {
  const belongs = belongsToAnother(images);
  const unreadIndex = images.some((image) => isIndex(image) && image.childDigests === undefined);
  return images.filter((image) => !belongs(image) && !(unreadIndex && (image.imageTags ?? []).length === 0 && !isIndex(image)));
}

export function selectedImages(selection: GuardSelection, images: Iterable<Image>): Image[] {
  const selects = compileTagTest({ ...selection, countType: 'imageCountMoreThan', countNumber: 1 });
  return [...images].filter(({ imageTags }) => selects(imageTags ?? []));
}

/** True if the image can be pulled. An archived image has to be restored first. */
export function isPullable({ imageStatus }: Image): boolean {
  return (imageStatus ?? 'ACTIVE') === 'ACTIVE';
}
