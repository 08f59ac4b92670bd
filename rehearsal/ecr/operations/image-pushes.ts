import { ServiceError, invalidParameter } from '../../http/errors';
import type { StoredImage } from '../image-store';
import { Manifest, parseManifest, sha256 } from '../manifest';
import type { Repository } from '../repository';
import { identity, ImageFailure, ImageId, imageIdFrom, isFailure, lookUp } from '../wire';
import { Context, Operation, Operations, repositoryOf } from './operation';

const MAX_IMAGES = 100_000;
const MAX_TAGS = 1_000;
const DAY = 24 * 60 * 60 * 1000;

const putImage: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const text = input.text('imageManifest', { min: 1, max: 4_194_304 });
  const tag = input.optionalText('imageTag', { min: 1, max: 300 });
  if (tag !== undefined && !/^[A-Za-z0-9_][\w.-]*$/.test(tag)) throw invalidParameter('imageTag', 'Invalid image tag provided');
  const manifest = parseManifest(text);
  const digest = sha256(text);
  const stated = input.optionalText('imageDigest');
  if (stated !== undefined && stated !== digest) {
    throw new ServiceError('ImageDigestDoesNotMatchException', `The provided digest '${stated}' does not match the calculated digest '${digest}'`);
  }
  rejectTag(repository, tag, digest);

  if (!repository.store.get(digest)) {
    rejectImage(repository, manifest, context);
    const mediaType = input.optionalText('imageManifestMediaType') ?? manifest.mediaType;
    repository.store.add({
      imageDigest: digest,
      imagePushedAt: context.clock.iso(),
      imageStatus: 'ACTIVE',
      imageSizeInBytes: manifest.sizeInBytes,
      imageManifestMediaType: mediaType,
      ...(manifest.children.length > 0 && { childDigests: manifest.children }),
      ...(manifest.subject !== undefined && { subjectManifestDigest: manifest.subject }),
    }, () => text, manifest.artifactMediaType);
  }
  // An existing image keeps its push time: only the tag is new.
  if (tag !== undefined) repository.store.setTag(tag, digest);
  return { image: imageOnWire(repository, repository.store.get(digest)!, { imageDigest: digest, imageTag: tag }) };
};

function rejectTag(repository: Repository, tag: string | undefined, digest: string): void {
  const { store, name, registryId } = repository;
  const tags = store.get(digest)?.image.imageTags ?? [];
  if (store.get(digest) && (tag === undefined || tags.includes(tag))) {
    throw new ServiceError(
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${name}' in registry with id '${registryId}'`,
    );
  }
  if (tag !== undefined && store.byTag(tag) && repository.isTagImmutable(tag)) {
    throw new ServiceError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
  if (tags.length >= MAX_TAGS) throw new ServiceError('LimitExceededException', `An image cannot have more than ${MAX_TAGS} tags`);
}

function rejectImage({ store, layers, name }: Repository, manifest: Manifest, { requireLayers }: Context): void {
  if (store.size >= MAX_IMAGES) throw new ServiceError('LimitExceededException', `A repository cannot hold more than ${MAX_IMAGES} images`);
  const unknown = manifest.children.filter((child) => !store.get(child));
  if (unknown.length > 0) {
    throw new ServiceError('ReferencedImagesNotFoundException', `Images with digests '[${unknown.join(', ')}]' required for pushing image into repository with name '${name}' do not exist`);
  }
  const absent = requireLayers ? manifest.blobs.filter((blob) => !layers.get(blob)) : [];
  if (absent.length > 0) throw new ServiceError('LayersNotFoundException', `Layers with digests '[${absent.join(', ')}]' required for pushing image do not exist`);
}

/** Does not convert media types: returns the manifest as pushed, whatever types the client accepts. */
const batchGetImage: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const images: object[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of input.objects('imageIds', { min: 1, max: 100 }).map(imageIdFrom)) {
    const found = lookUp(repository.store, imageId);
    if (isFailure(found)) {
      failures.push(found);
    } else if ((found.image.imageStatus ?? 'ACTIVE') !== 'ACTIVE') {
      failures.push({ imageId, failureCode: 'ImageInaccessible', failureReason: 'The image is archived: restore it before pulling it' });
    } else {
      recordPull(repository, found, context);
      images.push(imageOnWire(repository, found, imageId));
    }
  }
  return { images, failures };
};

/** Updates the recorded pull time at most once per day: ECR does not record every pull, but refreshes the time at least daily. */
function recordPull({ store }: Repository, { image }: StoredImage, { clock, principalArn, registry }: Context): void {
  if (principalArn !== undefined && registry.pullExclusions.has(principalArn)) return;
  const last = image.lastRecordedPullTime;
  if (last !== undefined && clock.now() - Date.parse(last) < DAY) return;
  store.update(image.imageDigest, { lastRecordedPullTime: clock.iso() });
}

const batchDeleteImage: Operation = (input, context) => {
  const { store } = repositoryOf(input, context);
  const imageIds: ImageId[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of input.objects('imageIds', { min: 1, max: 100 }).map(imageIdFrom)) {
    const found = lookUp(store, imageId);
    if (isFailure(found)) {
      failures.push(found);
      continue;
    }
    const { imageDigest, imageTags = [] } = found.image;
    if (imageId.imageTag !== undefined && imageTags.length > 1) {
      store.removeTag(imageId.imageTag);
      imageIds.push({ imageDigest, imageTag: imageId.imageTag });
      continue;
    }
    // The request names the digest or the last tag, so the image itself is deleted.
    const indexes = store.indexesOf(imageDigest);
    if (indexes.length > 0) {
      const failureReason = `Requested image referenced by manifest list: [${indexes.join(', ')}]`;
      failures.push({ imageId, failureCode: 'ImageReferencedByManifestList', failureReason });
      continue;
    }
    store.remove(imageDigest);
    imageIds.push(...(imageTags.length > 0 ? imageTags.map((imageTag) => ({ imageDigest, imageTag })) : [{ imageDigest }]));
  }
  return { imageIds, failures };
};

function imageOnWire(repository: Repository, { image, manifest }: StoredImage, { imageTag }: ImageId) {
  return {
    ...identity(repository),
    imageId: { imageDigest: image.imageDigest, imageTag },
    imageManifest: manifest(),
    imageManifestMediaType: image.imageManifestMediaType,
  };
}

export const imagePushes: Operations = {
  PutImage: putImage,
  BatchGetImage: batchGetImage,
  BatchDeleteImage: batchDeleteImage,
};
