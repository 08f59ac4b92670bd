import { ServiceError, invalidParameter } from '../../http/errors';
import type { Input } from '../../http/input';
import type { StoredImage } from '../image-store';
import { decodeToken, encodeToken, firstAfter, hasTagStatus, TAG_STATUSES, TagStatus } from '../paging';
import type { Repository } from '../repository';
import { imageDetailOnWire, imageIdFrom, imageNotFound, isFailure, lookUp } from '../wire';
import { Operation, Operations, repositoryOf } from './operation';

const IMAGE_STATUSES = ['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY'] as const;
const DEFAULT_PAGE = 100;
const MAX_PAGE_SIZE = 1000;

const describeImages: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const filter = filterFrom(input);
  const ids = input.optionalObjects('imageIds', { min: 1, max: 100 });
  if (ids) return { imageDetails: describeByIds(repository, input, ids) };

  const limit = pageLimit(input);
  const token = input.optionalText('nextToken');
  const scope = ['DescribeImages', repository.id, filter.key];
  const all = repository.store.list();
  const page: StoredImage[] = [];
  const answer = () => ({ imageDetails: page.map((stored) => imageDetailOnWire(repository, stored)) });
  for (let i = token === undefined ? 0 : firstAfter(all, Number(decodeToken(scope, token))); i < all.length; i++) {
    if (!filter.accepts(all[i])) continue;
    // The page is full and another image matches, so another page follows.
    if (page.length === limit) return { ...answer(), nextToken: encodeToken(scope, page[limit - 1].seq) };
    page.push(all[i]);
  }
  return answer();
};

function describeByIds(repository: Repository, input: Input, ids: readonly Input[]) {
  if (input.optionalText('nextToken') !== undefined || input.json.maxResults !== undefined) {
    throw invalidParameter('imageIds', 'cannot be used with nextToken or maxResults');
  }
  // The default filter applies to lists only: an image that the request names is returned with any status [inferred].
  const filter = input.json.filter === undefined ? ALL_IMAGES : filterFrom(input);
  return ids.map(imageIdFrom).flatMap((id) => {
    const found = lookUp(repository.store, id);
    if (!isFailure(found)) return filter.accepts(found) ? [imageDetailOnWire(repository, found)] : [];
    if (found.failureCode === 'ImageNotFound') throw imageNotFound(repository, id);
    throw new ServiceError('InvalidParameterException', found.failureReason);
  });
}

/** Returns one entry per tag. A page can end between two tags of one image. */
const listImages: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const filter = filterFrom(input);
  const limit = pageLimit(input);
  const token = input.optionalText('nextToken');
  const scope = ['ListImages', repository.id, filter.key];
  const [seq, done] = token === undefined ? [0, 0] : String(decodeToken(scope, token)).split(':').map(Number);
  const all = repository.store.list();
  const imageIds: object[] = [];
  for (let i = firstAfter(all, seq - 1); i < all.length; i++) {
    if (!filter.accepts(all[i])) continue;
    const { imageDigest, imageTags } = all[i].image;
    const entries = imageTags ? imageTags.map((imageTag) => ({ imageDigest, imageTag })) : [{ imageDigest }];
    for (let entry = all[i].seq === seq ? done : 0; entry < entries.length; entry++) {
      if (imageIds.length === limit) return { imageIds, nextToken: encodeToken(scope, `${all[i].seq}:${entry}`) };
      imageIds.push(entries[entry]);
    }
  }
  return { imageIds };
};

interface ImageFilter {
  readonly key: string;
  accepts(stored: StoredImage): boolean;
}

const ALL_IMAGES: ImageFilter = { key: '', accepts: () => true };

function filterFrom(input: Input): ImageFilter {
  const filter = input.optionalObject('filter');
  const tagStatus: TagStatus = filter?.oneOf('tagStatus', TAG_STATUSES) ?? 'ANY';
  // Archived images are listed only on request.
  const imageStatus = filter?.oneOf('imageStatus', IMAGE_STATUSES) ?? 'ACTIVE';
  return {
    key: `${tagStatus}/${imageStatus}`,
    accepts: ({ image }) =>
      hasTagStatus(image.imageTags, tagStatus) && (imageStatus === 'ANY' || (image.imageStatus ?? 'ACTIVE') === imageStatus),
  };
}

function pageLimit(input: Input): number {
  return input.optionalInteger('maxResults', { min: 1, max: MAX_PAGE_SIZE }) ?? DEFAULT_PAGE;
}

export const images: Operations = {
  DescribeImages: describeImages,
  ListImages: listImages,
};
