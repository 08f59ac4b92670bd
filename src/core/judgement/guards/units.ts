import type { GuardSelection } from './guard';
import { compileTagTest } from '../../evaluation/candidates';
import { type Image, isIndex, subjectDigestsOf } from '../../evaluation/image';

/** Tells of an image whether it belongs to another one: as a part of an image index, or as a signature or other referrer. */
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
 * The images as people count them: an image index with its parts, or an image with its signatures, is one image.
 *
 * While the parts of an index are not known, every image without a tag may be one of them and is left out: a guard that
 * counts then objects too early rather than too late.
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
