/** The known facts about one image. Times are ISO 8601 text, as the AWS CLI prints them. */
export interface Image {
  readonly imageDigest: string;
  readonly imageTags?: readonly string[];
  readonly imagePushedAt?: string;
  /** Absent if no pull was ever recorded. */
  readonly lastRecordedPullTime?: string;
  readonly lastArchivedAt?: string;
  /** The time at which the image was last restored from the archive. */
  readonly lastActivatedAt?: string;
  /** Absent means `ACTIVE`. `ACTIVATING` means that the image is being restored from the archive. */
  readonly imageStatus?: string;
  readonly imageSizeInBytes?: number;
  readonly imageManifestMediaType?: string;
  /** The digest of the image that a referrer (signature, attestation) belongs to. Set on referrers only. */
  readonly subjectManifestDigest?: string;
  /** The digests of the images that an image index (manifest list) refers to. Set on indexes only. */
  readonly childDigests?: readonly string[];
  /** True if an index describes the image as the attestation of another part, so that it cannot run. */
  readonly isAttestation?: boolean;
}

const INDEXES: readonly (string | undefined)[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** True for an image index, also called a manifest list. */
export function isIndex(image: Image | undefined): boolean {
  return image?.childDigests !== undefined || INDEXES.includes(image?.imageManifestMediaType);
}

/** A tag with which clients attach a signature, an attestation or an index of referrers to an image: `sha256-<digest>.sig`. */
const DIGEST_TAG = /^sha256-([0-9a-f]{64})(?![0-9a-z])/;

/** True for a tag that spells the digest of the image that the tagged image belongs to. */
export function isDigestTag(tag: string): boolean {
  return DIGEST_TAG.test(tag);
}

/**
 * Returns the digests of the images that a signature or another referrer belongs to, according to its manifest and its tags.
 *
 * One artifact can belong to several images: two images with the same list of parts share it.
 */
export function subjectDigestsOf({ subjectManifestDigest, imageTags = [] }: Pick<Image, 'subjectManifestDigest' | 'imageTags'>): string[] {
  const byTag = imageTags.flatMap((tag) => DIGEST_TAG.exec(tag)?.[1] ?? []).map((hex) => `sha256:${hex}`);
  return subjectManifestDigest === undefined ? byTag : [subjectManifestDigest, ...byTag];
}
