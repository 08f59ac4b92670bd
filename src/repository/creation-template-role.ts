import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ROOT_PREFIX } from './creation-template-checks';
import { RepositoryCreationScenario, type RepositoryCreationTemplateProps } from './repository-creation-template-props';

/**
 * The role that ECR needs for tags and for KMS, which its service-linked role may not set; nothing where that will do.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-custom.html
 */
export function creationRole(scope: Construct, props: RepositoryCreationTemplateProps): iam.IRole | undefined {
  const hasTags = Object.keys(props.resourceTags ?? {}).length > 0;
  if (!hasTags && !usesKms(props)) return undefined;
  const actions = ['ecr:CreateRepository'];
  if (props.appliedFor.includes(RepositoryCreationScenario.REPLICATION)) actions.push('ecr:ReplicateImage');
  if (hasTags) actions.push('ecr:TagResource');
  const statements = [new iam.PolicyStatement({ actions, resources: [repositoriesOf(scope, props.prefix)] })];
  if (usesKms(props)) {
    statements.push(new iam.PolicyStatement({
      actions: ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'], resources: [keyOf(scope, props)],
    }));
  }
  const role = new iam.Role(scope, 'Role', {
    description: 'Lets ECR create repositories from a template',
    assumedBy: new iam.ServicePrincipal('ecr.amazonaws.com'),
    inlinePolicies: { CreateRepositories: new iam.PolicyDocument({ statements }) },
  });
  (role.node.defaultChild as iam.CfnRole).addMetadata('cdk_nag', { rules_to_suppress: WILDCARD_REASONS });
  return role;
}

/** In the words of cdk-nag's metadata, so that who runs it over an app does not have to find out. */
const WILDCARD_REASONS = [
  {
    id: 'AwsSolutions-IAM5',
    reason: 'ECR creates repositories with this role whose names are known only then; all begin with the prefix of the template.',
    applies_to: [{ regex: '/^Resource::.*:ecr:.*:repository\\/.*\\*$/' }],
  },
  {
    id: 'AwsSolutions-IAM5',
    reason: 'AWS makes its own key for ECR when it is first needed: its id is not known before. Give an encryptionKey to have one key only.',
    applies_to: [{ regex: '/^Resource::.*:kms:.*:key\\/\\*$/' }],
  },
];

function usesKms({ encryption, encryptionKey }: RepositoryCreationTemplateProps): boolean {
  return encryptionKey !== undefined || (encryption !== undefined && encryption.value !== ecr.RepositoryEncryption.AES_256.value);
}

function repositoriesOf(scope: Construct, prefix: string): string {
  const resourceName = prefix === ROOT_PREFIX ? '*' : `${prefix.replace(/\/$/, '')}/*`;
  return Stack.of(scope).formatArn({ service: 'ecr', resource: 'repository', resourceName });
}

/** The id of AWS's own key for ECR is not known before it exists. */
function keyOf(scope: Construct, { encryptionKey }: RepositoryCreationTemplateProps): string {
  return encryptionKey?.keyRef.keyArn ?? Stack.of(scope).formatArn({ service: 'kms', resource: 'key', resourceName: '*' });
}
