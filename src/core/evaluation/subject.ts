import type { Image } from './image';

/** A tag by which clients tie a signature, an attestation or an index of referrers to an image: `sha256-<digest>.sig`. */
const DIGEST_TAG = /^sha256-([0-9a-f]{64})(?![0-9a-z])/;

/** True for a tag that names the image which this one belongs to, rather than this one. */
export function isDigestTag(tag: string): boolean {
  return DIGEST_TAG.test(tag);
}

/**
 * The digests of the images that a signature or another referrer belongs to, by its manifest and by its tags. One artifact may
 * belong to several images: two images with the same list of parts share it.
 */
export function subjectDigestsOf({ subjectManifestDigest, imageTags = [] }: Pick<Image, 'subjectManifestDigest' | 'imageTags'>): string[] {
  const byTag = imageTags.flatMap((tag) => DIGEST_TAG.exec(tag)?.[1] ?? []).map((hex) => `sha256:${hex}`);
  return subjectManifestDigest === undefined ? byTag : [subjectManifestDigest, ...byTag];
}
