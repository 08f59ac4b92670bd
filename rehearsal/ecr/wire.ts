import type { ImageStore, StoredImage } from './image-store';
import type { AffectedImage } from './preview';
import type { Repository } from './repository';
import { ServiceError } from '../http/errors';
import type { Input } from '../http/input';

/** Converts a time to the wire format: seconds since 1970, with a fraction. */
export function epochSeconds(time: string | number): number {
  return (typeof time === 'number' ? time : Date.parse(time)) / 1000;
}

function optionalSeconds(time: string | number | undefined): number | undefined {
  return time === undefined ? undefined : epochSeconds(time);
}

/** Returns the members that most answers begin with. */
export function identity(repository: Repository) {
  return { registryId: repository.registryId, repositoryName: repository.name };
}

export function repositoryOnWire(repository: Repository) {
  return {
    repositoryArn: repository.arn,
    ...identity(repository),
    repositoryUri: repository.uri,
    createdAt: epochSeconds(repository.createdAt),
    ...mutabilityOnWire(repository),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  };
}

export function mutabilityOnWire({ imageTagMutability, imageTagMutabilityExclusions }: Repository) {
  return {
    imageTagMutability,
    ...(imageTagMutabilityExclusions.length > 0 && {
      imageTagMutabilityExclusionFilters: imageTagMutabilityExclusions.map((filter) => ({ filterType: 'WILDCARD', filter })),
    }),
  };
}

export function imageDetailOnWire(repository: Repository, { image, artifactMediaType }: StoredImage) {
  return {
    ...identity(repository),
    imageDigest: image.imageDigest,
    imageTags: image.imageTags,
    imageSizeInBytes: image.imageSizeInBytes,
    imagePushedAt: optionalSeconds(image.imagePushedAt),
    imageManifestMediaType: image.imageManifestMediaType,
    artifactMediaType,
    lastRecordedPullTime: optionalSeconds(image.lastRecordedPullTime),
    subjectManifestDigest: image.subjectManifestDigest,
    imageStatus: image.imageStatus ?? 'ACTIVE',
    lastArchivedAt: optionalSeconds(image.lastArchivedAt),
    lastActivatedAt: optionalSeconds(image.lastActivatedAt),
  };
}

export function previewResultOnWire({ image, action, rulePriority, storageClass }: AffectedImage) {
  return {
    imageTags: image.imageTags,
    imageDigest: image.imageDigest,
    imagePushedAt: optionalSeconds(image.imagePushedAt),
    action: action === 'EXPIRE' ? { type: action } : { type: action, targetStorageClass: 'ARCHIVE' },
    appliedRulePriority: rulePriority,
    storageClass,
  };
}

export interface ImageId {
  readonly imageDigest?: string;
  readonly imageTag?: string;
}

export interface ImageFailure {
  readonly imageId: ImageId;
  readonly failureCode: string;
  readonly failureReason: string;
}

export function imageIdFrom(input: Input): ImageId {
  return { imageDigest: input.optionalText('imageDigest'), imageTag: input.optionalText('imageTag', { min: 1, max: 300 }) };
}

/** Finds the image that an id names. Returns the failure of the batch operations if there is none. */
export function lookUp(store: ImageStore, imageId: ImageId): StoredImage | ImageFailure {
  const { imageDigest, imageTag } = imageId;
  const failure = (failureCode: string, failureReason: string) => ({ imageId, failureCode, failureReason });

  if (imageDigest === undefined && imageTag === undefined) {
    return failure('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  }
  if (imageDigest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(imageDigest)) {
    return failure('InvalidImageDigest', `Invalid request parameters: image digest '${imageDigest}' is not valid`);
  }
  const stored = imageDigest === undefined ? store.byTag(imageTag!) : store.get(imageDigest);
  if (!stored) return failure('ImageNotFound', 'Requested image not found');
  if (imageDigest !== undefined && imageTag !== undefined && !stored.image.imageTags?.includes(imageTag)) {
    return failure('ImageTagDoesNotMatchDigest', 'Requested image tag does not refer to the requested image digest');
  }
  return stored;
}

export function isFailure(found: StoredImage | ImageFailure): found is ImageFailure {
  return 'failureCode' in found;
}

export function imageNotFound(repository: Repository, { imageDigest, imageTag }: ImageId): ServiceError {
  return new ServiceError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} does not exist within ` +
    `the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
  );
}
