import type { Account, Coverage } from './account';
import { Operation, pageOf, parsed, Route, routed } from './operation';
import { ServiceError } from '../http/errors';
import type { Input } from '../http/input';

/** The operation of Amazon Inspector that finds images in use: REST, with the operation in the path. */
export const inspectorRoute: Route = ({ method, url, body }) =>
  (method === 'POST' && url.pathname === '/coverage/list' ? routed(LIST_COVERAGE, parsed(body)) : undefined);

const LIST_COVERAGE: Operation = {
  action: 'inspector2:ListCoverage',
  serve: (input, { account, pageSize }) => {
    // The answer to an account without Inspector is not documented; it may be an empty list instead.
    if (!account.coverage) throw new ServiceError('AccessDeniedException', 'Invoking account does not have access to list coverage', 403);
    const wanted = account.coverage.filter((coverage) => matchesFilters(coverage, account, input.optionalObject('filterCriteria')));
    const atMost = Math.min(input.optionalInteger('maxResults', { min: 1, max: 200 }) ?? 200, pageSize);
    const { items, nextToken } = pageOf(wanted, { scope: 'coverage', token: input.optionalText('nextToken'), atMost });
    return { coveredResources: items.map((coverage) => onWire(coverage, account)), nextToken };
  },
};

/** Returns true if the coverage matches all filters. The values of one filter are alternatives. */
function matchesFilters(coverage: Coverage, account: Account, criteria: Input | undefined): boolean {
  const { resourceType, accountId } = onWire(coverage, account);
  const values: Readonly<Record<string, string>> = { resourceType, accountId, ecrRepositoryName: coverage.repositoryName };
  return Object.keys(criteria?.json ?? {}).every((name) => {
    if (!(name in values)) throw new ServiceError('ValidationException', `the filter ${name} is not supported by the stand-in`);
    return criteria!.objects(name, { min: 1, max: 10 }).some((filter) => (filter.text('comparison') === 'EQUALS') === (filter.text('value') === values[name]));
  });
}

const SCANNED = { statusCode: 'ACTIVE', reason: 'SUCCESSFUL' };

function onWire({ repositoryName, digest, inUseCount = 0, scanStatus = SCANNED, accountId }: Coverage, account: Account) {
  const owner = accountId ?? account.accountId;
  const repositoryArn = `arn:aws:ecr:${account.region}:${owner}:repository/${repositoryName}`;
  const common = { accountId: owner, scanType: 'PACKAGE', scanStatus: omittable(scanStatus) };
  return digest === undefined
    ? {
      ...common,
      resourceType: 'AWS_ECR_REPOSITORY',
      resourceId: repositoryArn,
      resourceMetadata: { ecrRepository: { name: repositoryName, scanFrequency: 'CONTINUOUS_SCAN' } },
    }
    : { ...common, resourceType: 'AWS_ECR_CONTAINER_IMAGE', resourceId: `${repositoryArn}/${digest}`, resourceMetadata: { ecrImage: { tags: [], inUseCount: omittable(inUseCount) } } };
}

function omittable<T>(value: T | 'OMITTED'): T | undefined {
  return value === 'OMITTED' ? undefined : value;
}
