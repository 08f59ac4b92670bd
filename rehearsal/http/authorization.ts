import { ServiceError } from './errors';

/** Returns true if the caller may perform the action on the resource; the names are those of IAM policies. */
export type Authorize = (accessKeyId: string, action: string, resourceArn: string) => boolean;

/** Returns the ARN of the role or user that the access key belongs to, if it is known. */
export type PrincipalOf = (accessKeyId: string) => string | undefined;

export interface AuthorizedCall {
  readonly accountId: string;
  readonly accessKeyId: string;
  /** As IAM policies name it: `ecr:DescribeImages`. */
  readonly action: string;
  readonly resources: readonly string[];
}

/** Signatures are not verified: the access key only identifies the caller. */
export function accessKeyIn(authorization: string | undefined): string | undefined {
  return authorization?.match(/Credential=([^/,\s]+)\//)?.[1];
}

/** Throws the error that AWS returns if the caller may not perform the action on one of the resources. */
export function requireAuthorized(authorize: Authorize, { accountId, accessKeyId, action, resources }: AuthorizedCall, status = 400): void {
  const denied = resources.find((resource) => !authorize(accessKeyId, action, resource));
  if (denied === undefined) return;
  throw new ServiceError(
    'AccessDeniedException',
    `User: arn:aws:sts::${accountId}:assumed-role/${accessKeyId} is not authorized to perform: ${action} ` +
    `on resource: ${denied} because no identity-based policy allows the ${action} action`,
    status,
  );
}
