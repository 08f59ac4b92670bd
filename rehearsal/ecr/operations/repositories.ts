import { ServiceError, invalidParameter } from '../../http/errors';
import type { Input } from '../../http/input';
import { decodeToken, encodeToken } from '../paging';
import type { TagMutability } from '../repository';
import { identity, mutabilityOnWire, repositoryOnWire } from '../wire';
import { Operation, Operations, repositoryOf } from './operation';

const NAME = /^(?:[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\/)*[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const MUTABILITIES: readonly TagMutability[] = ['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'];

const createRepository: Operation = (input, { registry }) => {
  const name = input.text('repositoryName', { min: 2, max: 256 });
  if (!NAME.test(name)) throw invalidParameter('repositoryName', `must satisfy regular expression '${NAME.source}'`);
  const encryption = input.optionalObject('encryptionConfiguration');
  const repository = registry.createRepository(name, {
    ...mutabilityFrom(input),
    scanOnPush: input.optionalObject('imageScanningConfiguration')?.flag('scanOnPush'),
    encryption: encryption && { encryptionType: encryption.text('encryptionType'), kmsKey: encryption.optionalText('kmsKey') },
    tags: Object.fromEntries(tagsFrom(input)),
  });
  return { repository: repositoryOnWire(repository) };
};

const describeRepositories: Operation = (input, { registry }) => {
  const registryId = input.optionalText('registryId');
  const names = input.optionalTexts('repositoryNames', { min: 1, max: 100 });
  const limit = input.optionalInteger('maxResults', { min: 1, max: 1000 });
  const token = input.optionalText('nextToken');
  if (names) {
    if (limit !== undefined || token !== undefined) throw invalidParameter('maxResults', 'cannot be used with repositoryNames');
    return { repositories: names.map((name) => repositoryOnWire(registry.repository(name, registryId))) };
  }

  const scope = ['DescribeRepositories'];
  const after = token === undefined ? '' : decodeToken(scope, token);
  const rest = registry.repositories.filter(({ name }) => name > String(after));
  const page = rest.slice(0, limit ?? 100);
  return {
    repositories: page.map(repositoryOnWire),
    nextToken: rest.length > page.length ? encodeToken(scope, page[page.length - 1].name) : undefined,
  };
};

const deleteRepository: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  if (repository.store.size > 0 && !input.flag('force')) {
    throw new ServiceError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${repository.registryId}' cannot be deleted because it still contains images`,
    );
  }
  context.registry.deleteRepository(repository.name);
  return { repository: repositoryOnWire(repository) };
};

const putImageTagMutability: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const { imageTagMutability, imageTagMutabilityExclusions } = mutabilityFrom(input);
  repository.imageTagMutability = imageTagMutability ?? (input.text('imageTagMutability') as TagMutability);
  repository.imageTagMutabilityExclusions = imageTagMutabilityExclusions;
  return { ...identity(repository), ...mutabilityOnWire(repository) };
};

const putImageScanningConfiguration: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  repository.scanOnPush = input.optionalObject('imageScanningConfiguration')?.flag('scanOnPush') ?? false;
  return { ...identity(repository), imageScanningConfiguration: { scanOnPush: repository.scanOnPush } };
};

const tagResource: Operation = (input, { registry }) => {
  const { tags } = registry.repositoryByArn(input.text('resourceArn'));
  const added = tagsFrom(input);
  if (new Set([...tags.keys(), ...added.map(([key]) => key)]).size > 50) {
    throw new ServiceError('TooManyTagsException', 'The maximum number of tags that can be added to a repository is 50');
  }
  added.forEach(([key, value]) => tags.set(key, value));
  return {};
};

const untagResource: Operation = (input, { registry }) => {
  const { tags } = registry.repositoryByArn(input.text('resourceArn'));
  input.texts('tagKeys').forEach((key) => tags.delete(key));
  return {};
};

const listTagsForResource: Operation = (input, { registry }) => {
  const { tags } = registry.repositoryByArn(input.text('resourceArn'));
  return { tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
};

function mutabilityFrom(input: Input) {
  const imageTagMutability = input.oneOf('imageTagMutability', MUTABILITIES);
  const filters = input.optionalObjects('imageTagMutabilityExclusionFilters', { min: 1, max: 5 }) ?? [];
  const excludes = imageTagMutability?.endsWith('_WITH_EXCLUSION') ?? false;
  if (excludes !== (filters.length > 0)) {
    throw invalidParameter('imageTagMutabilityExclusionFilters', 'is required for a mutability with exclusions and not allowed for any other');
  }
  return { imageTagMutability, imageTagMutabilityExclusions: filters.map((filter) => filter.text('filter', { min: 1, max: 128 })) };
}

function tagsFrom(input: Input): [string, string][] {
  return (input.optionalObjects('tags') ?? []).map((tag) => [tag.text('Key', { min: 1, max: 128 }), tag.text('Value', { max: 256 })]);
}

const describeRegistry: Operation = (_input, { registry }) => ({ registryId: registry.accountId, replicationConfiguration: { rules: [] } });

export const repositories: Operations = {
  DescribeRegistry: describeRegistry,
  CreateRepository: createRepository,
  DescribeRepositories: describeRepositories,
  DeleteRepository: deleteRepository,
  PutImageTagMutability: putImageTagMutability,
  PutImageScanningConfiguration: putImageScanningConfiguration,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};
