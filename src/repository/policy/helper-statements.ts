import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { HelperInputs } from './helper-inputs';
import type { CodeBuildPullOptions, DenyDeletionOptions } from '../repository-policy-options';

/** What AWS documents for each case, as statements. */

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const PUSH = ['ecr:BatchCheckLayerAvailability', 'ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];
const LAMBDA_PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

export function crossAccount(access: 'pull' | 'push', accountIds: readonly string[]): iam.PolicyStatement {
  checkAccounts(access === 'pull' ? 'crossAccountPull' : 'crossAccountPush', accountIds);
  return new iam.PolicyStatement({ principals: accounts(accountIds), actions: access === 'pull' ? PULL : PUSH });
}

export function organizationPull(organizationIds: readonly string[]): iam.PolicyStatement {
  new HelperInputs('organizationPull').organizations('organizationIds', organizationIds).refuse();
  return new iam.PolicyStatement({
    principals: [new iam.StarPrincipal()], actions: PULL, conditions: { StringEquals: { 'aws:PrincipalOrgID': oneOrMany(organizationIds) } },
  });
}

export function organizationalUnitPull(paths: readonly string[]): iam.PolicyStatement {
  new HelperInputs('organizationalUnitPull').paths('paths', paths).refuse();
  return new iam.PolicyStatement({
    principals: [new iam.StarPrincipal()], actions: PULL, conditions: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': oneOrMany(paths) } },
  });
}

/** The account creates the function, the service pulls the image, also weeks later when it activates the function again. */
export function lambdaPull(accountIds: readonly string[]): iam.PolicyStatement[] {
  checkAccounts('lambdaPull', accountIds);
  // A function's image has to be in the function's own region.
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
  new HelperInputs('codeBuildPull').projects('projectNames', projectNames).account('accountId', accountId).refuse();
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
  new HelperInputs('denyDeletion').arns('exemptRoleArns', exemptRoleArns).refuse();
  const exempt = [...exemptRoles.map(({ roleArn }) => roleArn), ...exemptRoleArns];
  return new iam.PolicyStatement({
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['ecr:BatchDeleteImage', 'ecr:DeleteRepository'],
    conditions: exempt.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': oneOrMany(exempt) } },
  });
}

function checkAccounts(helper: string, accountIds: readonly string[]): void {
  new HelperInputs(helper).accounts('accountIds', accountIds).refuse();
}

function accounts(ids: readonly string[]): iam.IPrincipal[] {
  return ids.map((id) => new iam.AccountPrincipal(id));
}

function oneOrMany(values: readonly string[]): string | string[] {
  return values.length === 1 ? values[0] : [...values];
}
