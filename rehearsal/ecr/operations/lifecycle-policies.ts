import { ServiceError, invalidParameter } from '../../http/errors';
import { decodeToken, encodeToken, hasTagStatus, TAG_STATUSES } from '../paging';
import { lifecyclePolicyFrom } from '../policy';
import type { Preview } from '../preview';
import type { Repository } from '../repository';
import { epochSeconds, identity, ImageId, imageIdFrom, previewResultOnWire } from '../wire';
import { Operation, Operations, repositoryOf } from './operation';

const MAX_PAGE_SIZE = 100;

const putLifecyclePolicy: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  repository.lifecyclePolicyText = input.text('lifecyclePolicyText');
  return { ...identity(repository), lifecyclePolicyText: repository.lifecyclePolicyText };
};

const getLifecyclePolicy: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  return { ...identity(repository), lifecyclePolicyText: livePolicy(repository).text, ...lastEvaluated(repository) };
};

const deleteLifecyclePolicy: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const answer = { ...identity(repository), lifecyclePolicyText: livePolicy(repository).text, ...lastEvaluated(repository) };
  repository.lifecyclePolicyText = undefined;
  return answer;
};

const startLifecyclePolicyPreview: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const text = input.optionalText('lifecyclePolicyText');
  const policy = text === undefined ? livePolicy(repository) : lifecyclePolicyFrom(text);
  if (repository.preview?.status === 'IN_PROGRESS') {
    throw new ServiceError(
      'LifecyclePolicyPreviewInProgressException',
      `The previous lifecycle policy preview request for the repository with name '${repository.name}' in the registry with id '${repository.registryId}' has not completed. Please try again later`,
    );
  }
  repository.startPreview(policy);
  // The answer is IN_PROGRESS even if the preview is complete at once: clients read the result separately.
  return { ...identity(repository), lifecyclePolicyText: policy.text, status: 'IN_PROGRESS' };
};

const getLifecyclePolicyPreview: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const limit = input.optionalInteger('maxResults', { min: 1, max: MAX_PAGE_SIZE });
  const token = input.optionalText('nextToken');
  const tagStatus = input.optionalObject('filter')?.oneOf('tagStatus', TAG_STATUSES) ?? 'ANY';
  const ids = input.optionalObjects('imageIds', { min: 1, max: 100 })?.map(imageIdFrom);
  if (ids && (limit !== undefined || token !== undefined)) {
    throw invalidParameter('imageIds', 'cannot be used with nextToken or maxResults');
  }
  const { preview } = repository;
  if (!preview) {
    throw new ServiceError(
      'LifecyclePolicyPreviewNotFoundException',
      `There is no lifecycle policy preview for the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
    );
  }
  const scope = ['GetLifecyclePolicyPreview', repository.id, preview.id, tagStatus];
  const from = token === undefined ? 0 : Number(decodeToken(scope, token));
  const head = { ...identity(repository), lifecyclePolicyText: preview.policyText, status: preview.status };
  // A preview without results has no summary [inferred: the documentation does not say].
  if (preview.status !== 'COMPLETE') return { ...head, previewResults: [] };

  const results = preview.results(tagStatus);
  const page = ids
    ? resultsFor(preview, ids).filter(({ image }) => hasTagStatus(image.imageTags, tagStatus))
    : results.slice(from, from + (limit ?? MAX_PAGE_SIZE));
  const next = from + page.length;
  return {
    ...head,
    previewResults: page.map(previewResultOnWire),
    nextToken: !ids && next < results.length ? encodeToken(scope, next) : undefined,
    summary: summaryOf(preview),
  };
};

/** Returns no result for images that the policy does not act on, even if the request names them. */
function resultsFor(preview: Preview, ids: readonly ImageId[]) {
  return ids
    .map(({ imageDigest, imageTag }) => preview.resultFor(imageDigest ?? imageTag ?? ''))
    .filter((result) => result !== undefined);
}

/** Returns the summary of the whole preview, regardless of the page and the filter. */
function summaryOf({ expiring, transitioning }: Preview) {
  return {
    expiringImageTotalCount: expiring,
    ...(transitioning > 0 && {
      transitioningImageTotalCounts: [{ targetStorageClass: 'ARCHIVE', imageTotalCount: transitioning }],
    }),
  };
}

function livePolicy(repository: Repository) {
  if (repository.lifecyclePolicy) return repository.lifecyclePolicy;
  throw new ServiceError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${repository.registryId}'`,
  );
}

function lastEvaluated({ lastEvaluatedAt }: Repository) {
  return lastEvaluatedAt === undefined ? {} : { lastEvaluatedAt: epochSeconds(lastEvaluatedAt) };
}

export const lifecyclePolicies: Operations = {
  PutLifecyclePolicy: putLifecyclePolicy,
  GetLifecyclePolicy: getLifecyclePolicy,
  DeleteLifecyclePolicy: deleteLifecyclePolicy,
  StartLifecyclePolicyPreview: startLifecyclePolicyPreview,
  GetLifecyclePolicyPreview: getLifecyclePolicyPreview,
};
