import type { Image } from './image';

/** A tag by which clients tie a signature, an attestation or an index of referrers to an image: `sha256-<digest>.sig`. */
const DIGEST_TAG = /^sha256-([0-9a-f]{64})(?![0-9a-z])/;

/** Whether a tag names the image that this one belongs to, rather than this one. */
export function isDigestTag(tag: string): boolean {
  return DIGEST_TAG.test(tag);
}

/** The digest of the image that a signature or another referrer belongs to, by its manifest or by its tag. */
export function subjectDigestOf({ subjectManifestDigest, imageTags }: Image): string | undefined {
  if (subjectManifestDigest !== undefined) return subjectManifestDigest;
  for (const tag of imageTags ?? []) {
    const hex = DIGEST_TAG.exec(tag)?.[1];
    if (hex !== undefined) return `sha256:${hex}`;
  }
  return undefined;
}
