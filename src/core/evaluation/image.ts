/** What is known of one image. Times are ISO 8601 text, as the AWS CLI prints them. */
export interface Image {
  readonly imageDigest: string;
  readonly imageTags?: readonly string[];
  readonly imagePushedAt?: string;
  /** Absent when no pull was ever recorded. */
  readonly lastRecordedPullTime?: string;
  readonly lastArchivedAt?: string;
  /** When the image last came back from the archive. */
  readonly lastActivatedAt?: string;
  /** Absent means `ACTIVE`. `ACTIVATING`: on its way back from the archive. */
  readonly imageStatus?: string;
  readonly imageSizeInBytes?: number;
  readonly imageManifestMediaType?: string;
  /** Set on referrers (signatures, attestations): the image that they belong to. */
  readonly subjectManifestDigest?: string;
  /** Set on image indexes (manifest lists): the images that they refer to. */
  readonly childDigests?: readonly string[];
  /** Set on a part of an index that its index describes as the attestation of another part: it cannot run. */
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
