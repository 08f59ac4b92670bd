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
 * The facts about an image that ECR's `DescribeImages` returns.
 *
 * Times are ISO 8601 text with an offset from UTC, such as `2026-01-31T12:00:00Z`. A date without a time is its beginning in UTC.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html
 */
export interface LifecycleImage {
  /**
   * The digest of the manifest, such as `sha256:…`.
   *
   * A list of images contains each digest once.
   */
  readonly imageDigest: string;

  /**
   * All tags of the image.
   *
   * @default - untagged
   */
  readonly imageTags?: string[];

  /**
   * The time of the push.
   *
   * @default - unknown, which is an error if a rule needs it
   */
  readonly imagePushedAt?: string;

  /**
   * The time of the last recorded pull.
   *
   * @default - never pulled
   */
  readonly lastRecordedPullTime?: string;

  /**
   * The time when the image was last archived.
   *
   * @default - unknown, which is an error if a rule needs it
   */
  readonly lastArchivedAt?: string;

  /**
   * The time when the image was last restored from the archive.
   *
   * @default - the image was never restored
   */
  readonly lastActivatedAt?: string;

  /**
   * The storage status of the image.
   *
   * @default ImageStatus.ACTIVE
   */
  readonly imageStatus?: ImageStatus;

  /**
   * The size of the image in bytes, as ECR bills it.
   *
   * @default - unknown
   */
  readonly imageSizeInBytes?: number;

  /**
   * The media type of the manifest.
   *
   * @default - unknown
   */
  readonly imageManifestMediaType?: string;

  /**
   * The digest of the image that a signature, an attestation or another referrer belongs to.
   *
   * @default - the image is not a referrer
   */
  readonly subjectManifestDigest?: string;

  /**
   * The digests of the images that an image index refers to.
   *
   * `BatchGetImage` returns them, `DescribeImages` does not.
   *
   * @default - the image refers to no other images
   */
  readonly childDigests?: string[];
}
