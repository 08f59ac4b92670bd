import type { FunctionConfiguration, Lambda } from '@aws-sdk/client-lambda';
import { allPages, Ask, asking, isDefined, unlessGone } from './asking';
import { ImageUse, RepositoryAddress, resolvedUseOf } from './image-use';
import type { Call } from '../call';
import { GateError } from '../errors';

/** The most that Lambda lists a call. */
const PAGE_SIZE = 50;

/**
 * The images of this repository that functions are made of: their latest code and every published version, since each
 * of them can be invoked. So which version an alias points to makes no difference.
 *
 * Lambda goes by the digest that a tag had when the function was deployed, and pulls it again only once the function has
 * been idle for weeks: an image may look unused for long, and still be needed.
 */
export async function lambdaUses(client: Lambda, call: Call, repository: RepositoryAddress): Promise<readonly ImageUse[]> {
  const ask = asking(call);
  const versions = await allPages((Marker) => ask('lambda:ListFunctions', async (options) => {
    const answer = await client.listFunctions({ FunctionVersion: 'ALL', MaxItems: PAGE_SIZE, Marker }, options);
    return { items: answer.Functions, nextToken: answer.NextMarker };
  }));
  const uses = await Promise.all(versions
    .filter(({ PackageType }) => PackageType === 'Image')
    .map((version) => useOfVersion(client, ask, version, repository)));
  return uses.filter(isDefined);
}

async function useOfVersion(
  client: Lambda, ask: Ask, { FunctionName, Version }: FunctionConfiguration, repository: RepositoryAddress,
): Promise<ImageUse | undefined> {
  const usedBy = `Lambda function ${FunctionName}${Version === '$LATEST' ? '' : ` version ${Version}`}`;
  const answer = await unlessGone(
    ask('lambda:GetFunction', (options) => client.getFunction({ FunctionName, Qualifier: Version }, options)), 'ResourceNotFoundException');
  if (!answer) return undefined;
  const uri = answer.Code?.ResolvedImageUri ?? answer.Code?.ImageUri;
  if (uri === undefined) {
    throw new GateError('UnknownImageUse', `lambda:GetFunction does not say which image the ${usedBy} is made of; try again`);
  }
  return resolvedUseOf(uri, undefined, repository, usedBy);
}
