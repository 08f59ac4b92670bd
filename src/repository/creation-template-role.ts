import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ROOT_PREFIX } from './creation-template-checks';
import { RepositoryCreationScenario, type RepositoryCreationTemplateProps } from './repository-creation-template-props';
import { acknowledge, wildcardFindings } from '../construct/acknowledgments';

/**
 * Creates the role that ECR needs for tags and KMS. Returns undefined if the service-linked role of ECR is sufficient.
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
  // A role that exists already has no resource: see `iam.Role.customizeRoles`.
  if (role.node.defaultChild) explainWildcards(role.node.defaultChild as iam.CfnRole, statements);
  return role;
}

/** Gives the reasons for cdk-nag's findings: as metadata for version 2, and as acknowledgments for version 3. */
function explainWildcards(role: iam.CfnRole, statements: readonly iam.PolicyStatement[]): void {
  role.addMetadata('cdk_nag', { rules_to_suppress: WILDCARD_REASONS });
  const [ofRepositories, ofKeys] = WILDCARD_REASONS.map(({ reason }) => reason);
  role.node.addValidation({
    validate: () => {
      for (const { actions, resources } of statements) {
        const reason = actions.includes('ecr:CreateRepository') ? ofRepositories : ofKeys;
        for (const id of wildcardFindings(Stack.of(role).resolve(resources))) acknowledge(role, id, reason);
      }
      return [];
    },
  });
}

/** The reasons for cdk-nag's findings, as cdk-nag's metadata. */
const WILDCARD_REASONS = [
  {
    id: 'AwsSolutions-IAM5',
    reason: 'ECR uses this role to create repositories whose names are not known before. All names begin with the prefix of the template.',
    applies_to: [{ regex: '/^Resource::.*:ecr:.*:repository\\/.*\\*$/' }],
  },
  {
    id: 'AwsSolutions-IAM5',
    reason: 'AWS creates the AWS managed key for ECR when it is first needed, so its id is not known before. Set encryptionKey to allow only one key.',
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

/** Returns the ARN of the key, or a pattern: the id of the AWS managed key for ECR is not known before the key exists. */
function keyOf(scope: Construct, { encryptionKey }: RepositoryCreationTemplateProps): string {
  return encryptionKey?.keyRef.keyArn ?? Stack.of(scope).formatArn({ service: 'kms', resource: 'key', resourceName: '*' });
}
