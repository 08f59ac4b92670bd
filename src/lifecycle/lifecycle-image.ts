/** The storage status of an image. */
export enum ImageStatus {
  /** The image can be pulled. */
  ACTIVE = 'ACTIVE',
  /** The image is archived and cannot be pulled. */
  ARCHIVED = 'ARCHIVED',
  /** The image is being restored from the archive and cannot be pulled yet. */
  ACTIVATING = 'ACTIVATING',
}

/**
 * What is known of an image, as ECR's `DescribeImages` says it. Times are ISO 8601 text, like `2026-01-31T12:00:00Z`;
 * without a zone they are UTC.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html
 */
export interface LifecycleImage {
  /** The digest of the manifest, like `sha256:…`. Each image once. */
  readonly imageDigest: string;

  /**
   * All its tags.
   *
   * @default - untagged
   */
  readonly imageTags?: string[];

  /**
   * When it was pushed.
   *
   * @default - not known, which is an error as soon as a rule has to know
   */
  readonly imagePushedAt?: string;

  /**
   * When a pull was last recorded.
   *
   * @default - never pulled
   */
  readonly lastRecordedPullTime?: string;

  /**
   * When it was last archived.
   *
   * @default - not known, which is an error as soon as a rule has to know
   */
  readonly lastArchivedAt?: string;

  /**
   * When it last came back from the archive.
   *
   * @default - it never was in the archive
   */
  readonly lastActivatedAt?: string;

  /**
   * The storage status of the image.
   *
   * @default ImageStatus.ACTIVE
   */
  readonly imageStatus?: ImageStatus;

  /**
   * Its size in bytes, as ECR bills it.
   *
   * @default - not known
   */
  readonly imageSizeInBytes?: number;

  /**
   * What kind of manifest it has.
   *
   * @default - not known
   */
  readonly imageManifestMediaType?: string;

  /**
   * Of a signature, an attestation or another referrer: the digest of the image that it belongs to.
   *
   * @default - it belongs to none
   */
  readonly subjectManifestDigest?: string;

  /**
   * Of an image index: the digests of the images that it refers to. `DescribeImages` does not say; `BatchGetImage` does.
   *
   * @default - it refers to none
   */
  readonly childDigests?: string[];
}
