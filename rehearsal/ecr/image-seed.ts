import { IMAGE_MEDIA_TYPE, INDEX_MEDIA_TYPE, sha256 } from './manifest';
import type { Image } from '../../src/core/evaluation/image';

/** An image to add to a repository directly, with any history. Times are milliseconds since 1970. */
export interface ImageSeed {
  readonly tags?: readonly string[];
  /** @default the time of the simulated clock */
  readonly pushedAt?: number;
  /** @default the image was never pulled */
  readonly lastPulledAt?: number;
  readonly archivedAt?: number;
  /** The time of the last restore from the archive. */
  readonly activatedAt?: number;
  /** @default `ARCHIVED` if `archivedAt` is later than any `activatedAt`, else `ACTIVE` */
  readonly status?: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING';
  /** @default 1,000,000 */
  readonly sizeInBytes?: number;
  /** The digests of the images that this image index refers to. */
  readonly children?: readonly string[];
  /** The digest of the image that this referrer (a signature, an attestation) belongs to. */
  readonly subject?: string;
  /** @default an OCI image, or an OCI index if it has children */
  readonly mediaType?: string;
  readonly artifactMediaType?: string;
  /** @default the digest of a generated manifest */
  readonly digest?: string;
}

/** Creates an image. The `serial` makes the manifest, and thus the digest, unique in the repository. */
export function imageFromSeed(seed: ImageSeed, serial: string, now: number): { image: Image; manifest: () => string } {
  const size = seed.sizeInBytes ?? 1_000_000;
  const mediaType = seed.mediaType ?? (seed.children ? INDEX_MEDIA_TYPE : IMAGE_MEDIA_TYPE);
  const manifest = () => JSON.stringify({
    schemaVersion: 2,
    mediaType,
    ...(seed.artifactMediaType && { artifactType: seed.artifactMediaType }),
    ...(seed.children
      ? { manifests: seed.children.map((digest) => ({ mediaType: IMAGE_MEDIA_TYPE, digest })) }
      : { layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: sha256(serial), size }] }),
    ...(seed.subject && { subject: { mediaType: IMAGE_MEDIA_TYPE, digest: seed.subject } }),
    annotations: { serial },
  });
  const image: Image = {
    imageDigest: seed.digest ?? sha256(manifest()),
    imageTags: seed.tags,
    imagePushedAt: new Date(seed.pushedAt ?? now).toISOString(),
    imageStatus: seed.status ?? statusFrom(seed),
    imageSizeInBytes: size,
    imageManifestMediaType: mediaType,
    ...time('lastRecordedPullTime', seed.lastPulledAt),
    ...time('lastArchivedAt', seed.archivedAt),
    ...time('lastActivatedAt', seed.activatedAt),
    ...(seed.children && { childDigests: seed.children }),
    ...(seed.subject && { subjectManifestDigest: seed.subject }),
  };
  return { image, manifest };
}

function statusFrom({ archivedAt, activatedAt }: ImageSeed): 'ACTIVE' | 'ARCHIVED' {
  return archivedAt !== undefined && archivedAt > (activatedAt ?? -Infinity) ? 'ARCHIVED' : 'ACTIVE';
}

function time(name: 'lastRecordedPullTime' | 'lastArchivedAt' | 'lastActivatedAt', at: number | undefined): Partial<Image> {
  return at === undefined ? {} : { [name]: new Date(at).toISOString() };
}
