import { EcrError } from './errors';
import type { JsonObject } from './input';

/** Whether this caller may do this to this resource; the names are those of IAM policies. */
export type Authorize = (accessKeyId: string, action: string, resourceArn: string) => boolean;

/** The ARN of the role or user that has this access key, if it is known. */
export type PrincipalOf = (accessKeyId: string) => string | undefined;

/** Signatures are not checked: the access key only tells callers apart. */
export function accessKeyIn(authorization: string | undefined): string | undefined {
  return authorization?.match(/Credential=([^/,\s]+)\//)?.[1];
}

export interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** Throws what AWS answers to a caller that may not. */
export function requireAuthorized(authorize: Authorize, accessKeyId: string, operation: string, input: JsonObject, account: Account): void {
  const action = `ecr:${operation}`;
  for (const resource of resourcesOf(operation, input, account)) {
    if (authorize(accessKeyId, action, resource)) continue;
    throw new EcrError(
      'AccessDeniedException',
      `User: arn:aws:sts::${account.accountId}:assumed-role/${accessKeyId} is not authorized to perform: ${action} ` +
      `on resource: ${resource} because no identity-based policy allows the ${action} action`,
    );
  }
}

function resourcesOf(operation: string, input: JsonObject, { accountId, region }: Account): string[] {
  if (operation === 'GetAuthorizationToken') return ['*'];
  if (typeof input.resourceArn === 'string') return [input.resourceArn];
  const names: readonly unknown[] = Array.isArray(input.repositoryNames) ? input.repositoryNames : [input.repositoryName ?? '*'];
  return names.map((name) => `arn:aws:ecr:${region}:${accountId}:repository/${String(name)}`);
}
