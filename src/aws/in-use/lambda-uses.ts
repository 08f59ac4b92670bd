import type { FunctionConfiguration, Lambda } from '@aws-sdk/client-lambda';
import { allPages, CallAction, isDefined, makeCallAction, unlessDeleted } from './call-action';
import { ImageUse, RepositoryAddress, resolvedUseOf } from './image-use';
import type { Call } from '../call';
import { GateError } from '../errors';

/** The maximum page size of Lambda. */
const PAGE_SIZE = 50;

/**
 * Returns the images of this repository that functions use: those of their latest code and of all published versions. Each
 * version can be invoked, so aliases make no difference.
 *
 * Lambda uses the digest that a tag had when the function was deployed, and pulls it again only after the function was idle for
 * weeks. So an image that was not pulled for a long time may still be needed.
 */
export async function lambdaUses(client: Lambda, call: Call, repository: RepositoryAddress): Promise<readonly ImageUse[]> {
  const callAction = makeCallAction(call);
  const versions = await allPages((Marker) => callAction('lambda:ListFunctions', async (options) => {
    const answer = await client.listFunctions({ FunctionVersion: 'ALL', MaxItems: PAGE_SIZE, Marker }, options);
    return { items: answer.Functions, nextToken: answer.NextMarker };
  }));
  const uses = await Promise.all(versions
    .filter(({ PackageType }) => PackageType === 'Image')
    .map((version) => useOfVersion(client, callAction, version, repository)));
  return uses.filter(isDefined);
}

async function useOfVersion(
  client: Lambda, callAction: CallAction, { FunctionName, Version }: FunctionConfiguration, repository: RepositoryAddress,
): Promise<ImageUse | undefined> {
  const usedBy = `Lambda function ${FunctionName}${Version === '$LATEST' ? '' : ` version ${Version}`}`;
  const answer = await unlessDeleted(
    callAction('lambda:GetFunction', (options) => client.getFunction({ FunctionName, Qualifier: Version }, options)), 'ResourceNotFoundException');
  if (!answer) return undefined;
  const uri = answer.Code?.ResolvedImageUri ?? answer.Code?.ImageUri;
  if (uri === undefined) {
    throw new GateError('UnknownImageUse', `lambda:GetFunction did not return the image of the ${usedBy}; try again`);
  }
  return resolvedUseOf(uri, undefined, repository, usedBy);
}
