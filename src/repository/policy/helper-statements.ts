import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { checkProjectName, listProblems, optionalListProblems, rejectInvalidInputs, valueProblems } from './helper-inputs';
import { checkAccount, checkArn, checkOrganization, checkPath } from '../../core/repository-policy/name-checks';
import type { CodeBuildPullOptions, DenyDeletionOptions } from '../repository-policy-options';

/* The statements that AWS documents for each case. */

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const PUSH = ['ecr:BatchCheckLayerAvailability', 'ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];
const LAMBDA_PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

export function crossAccount(access: 'pull' | 'push', accountIds: readonly string[]): iam.PolicyStatement {
  checkAccounts(access === 'pull' ? 'crossAccountPull' : 'crossAccountPush', accountIds);
  return new iam.PolicyStatement({ principals: accounts(accountIds), actions: access === 'pull' ? PULL : PUSH });
}

export function organizationPull(organizationIds: readonly string[]): iam.PolicyStatement {
  rejectInvalidInputs('organizationPull', listProblems('organizationIds', organizationIds, checkOrganization));
  return new iam.PolicyStatement({
    principals: [new iam.StarPrincipal()], actions: PULL, conditions: { StringEquals: { 'aws:PrincipalOrgID': oneOrMany(organizationIds) } },
  });
}

export function organizationalUnitPull(paths: readonly string[]): iam.PolicyStatement {
  rejectInvalidInputs('organizationalUnitPull', listProblems('paths', paths, checkPath));
  return new iam.PolicyStatement({
    principals: [new iam.StarPrincipal()], actions: PULL, conditions: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': oneOrMany(paths) } },
  });
}

/** Allows the account, which creates the function, and the service, which pulls the image, also weeks later when it reactivates the function. */
export function lambdaPull(accountIds: readonly string[]): iam.PolicyStatement[] {
  checkAccounts('lambdaPull', accountIds);
  // The image of a function must be in the region of the function.
  const functions = accountIds.map((id) => `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${id}:function:*`);
  return [
    new iam.PolicyStatement({ principals: accounts(accountIds), actions: LAMBDA_PULL }),
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
      actions: LAMBDA_PULL,
      conditions: { StringLike: { 'aws:sourceArn': oneOrMany(functions) } },
    }),
  ];
}

export function codeBuildPull({ projectNames, accountId = Aws.ACCOUNT_ID, region = Aws.REGION }: CodeBuildPullOptions): iam.PolicyStatement {
  rejectInvalidInputs('codeBuildPull', listProblems('projectNames', projectNames, checkProjectName), valueProblems('accountId', accountId, checkAccount));
  const projects = projectNames.map((name) => `arn:${Aws.PARTITION}:codebuild:${region}:${accountId}:project/${name}`);
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal('codebuild.amazonaws.com')],
    actions: PULL,
    conditions: { ArnLike: { 'aws:SourceArn': oneOrMany(projects) }, StringEquals: { 'aws:SourceAccount': accountId } },
  });
}

export function denyInsecureTransport(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['ecr:*'],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  });
}

export function denyDeletion({ exemptRoles = [], exemptRoleArns = [] }: DenyDeletionOptions): iam.PolicyStatement {
  rejectInvalidInputs('denyDeletion', optionalListProblems('exemptRoleArns', exemptRoleArns, checkArn));
  const exempt = [...exemptRoles.map(({ roleArn }) => roleArn), ...exemptRoleArns];
  return new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['ecr:BatchDeleteImage', 'ecr:DeleteRepository'],
    conditions: exempt.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': oneOrMany(exempt) } },
  });
}

function checkAccounts(helper: string, accountIds: readonly string[]): void {
  rejectInvalidInputs(helper, listProblems('accountIds', accountIds, checkAccount));
}

function accounts(ids: readonly string[]): iam.IPrincipal[] {
  return ids.map((id) => new iam.AccountPrincipal(id));
}

function oneOrMany(values: readonly string[]): string | string[] {
  return values.length === 1 ? values[0] : [...values];
}
