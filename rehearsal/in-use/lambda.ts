import type { Account, FunctionVersion } from './account';
import { Operation, pageOf, queryOf, Route, routed } from './operation';
import { ServiceError } from '../http/errors';

const PATH = '/2015-03-31/functions';

/** The maximum page size of Lambda, whatever the request asks for. */
const MAX_PAGE_SIZE = 50;

const OPERATIONS: Readonly<Record<'ListFunctions' | 'GetFunction', Operation>> = {
  ListFunctions: {
    action: 'lambda:ListFunctions',
    serve: (input, { account, pageSize }) => {
      const all = input.oneOf('FunctionVersion', ['ALL']) === 'ALL';
      const versions = account.functions.filter(({ version }) => all || version === '$LATEST');
      const atMost = Math.min(Number(input.optionalText('MaxItems') ?? MAX_PAGE_SIZE), MAX_PAGE_SIZE, pageSize);
      const { items, nextToken } = pageOf(versions, { scope: `functions, ${all}`, token: input.optionalText('Marker'), atMost });
      return { Functions: items.map((version) => configurationOf(account, version)), NextMarker: nextToken ?? null };
    },
  },
  GetFunction: {
    action: 'lambda:GetFunction',
    resources: (input, account) => [arnOf(account, input.text('FunctionName'), input.optionalText('Qualifier'))],
    serve: (input, { account }) => {
      const [name, qualifier] = [input.text('FunctionName'), input.optionalText('Qualifier') ?? '$LATEST'];
      const found = account.functions.find((candidate) => candidate.name === name && candidate.version === qualifier);
      if (!found) throw new ServiceError('ResourceNotFoundException', `Function not found: ${arnOf(account, name, qualifier)}`, 404);
      const { imageUri, resolvedImageUri } = found;
      return {
        Configuration: configurationOf(account, found),
        Code: isImage(found)
          ? { RepositoryType: 'ECR', ImageUri: imageUri, ResolvedImageUri: resolvedImageUri }
          : { RepositoryType: 'S3', Location: 'https://example.com/code.zip' },
      };
    },
  },
};

/** The operations of AWS Lambda that find the images of functions: REST, with the operation in the method and the path. */
export const lambdaRoute: Route = (request) => {
  const { method, url } = request;
  if (method === 'GET' && url.pathname.replace(/\/$/, '') === PATH) return routed(OPERATIONS.ListFunctions, queryOf(request));
  const [, FunctionName] = new RegExp(`^${PATH}/([^/]+)$`).exec(url.pathname) ?? [];
  if (method !== 'GET' || FunctionName === undefined) return undefined;
  return routed(OPERATIONS.GetFunction, { ...queryOf(request), FunctionName: decodeURIComponent(FunctionName) });
};

function isImage({ imageUri, resolvedImageUri }: FunctionVersion): boolean {
  return imageUri !== undefined || resolvedImageUri !== undefined;
}

function configurationOf(account: Account, version: FunctionVersion): object {
  return {
    FunctionName: version.name,
    FunctionArn: arnOf(account, version.name, version.version),
    Version: version.version,
    PackageType: isImage(version) ? 'Image' : 'Zip',
  };
}

function arnOf({ region, accountId }: Account, name: string, qualifier?: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;
}
