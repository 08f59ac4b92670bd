import { Resource, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ROOT_PREFIX, templateProblems } from './creation-template-checks';
import { creationRole } from './creation-template-role';
import { finalProblems } from './policy/final-check';
import type { RepositoryCreationTemplateProps } from './repository-creation-template-props';
import type { RepositoryPolicy } from './repository-policy';
import { rejectProblems } from '../construct/errors';
import { describeProblems } from '../core/text/problem';

/**
 * What repositories are like that ECR creates by itself: for replication, for the pull-through cache, on a first push.
 *
 * It acts only when a repository is created. Those that are there already stay as they are, also when the template changes.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 */
export class RepositoryCreationTemplate extends Resource {
  /** The prefix for all repositories that no other template is for. */
  public static readonly ROOT = ROOT_PREFIX;

  /** The prefix, as CloudFormation returns it. */
  public readonly prefix: string;

  /** The role with which ECR creates repositories; nothing where its service-linked role does. */
  public readonly role?: iam.IRole;

  /**
   * Declares the template in the registry of the stack's account and region.
   *
   * @param scope where it stands in the construct tree
   * @param id its id in the scope
   * @param props for which repositories, and what they will be like
   */
  constructor(scope: Construct, id: string, props: RepositoryCreationTemplateProps) {
    super(scope, id);
    const problems = templateProblems(props);
    if (problems.length > 0) rejectProblems('InvalidRepositoryCreationTemplate', `the template ${this.node.path}`, problems);
    this.role = props.role ?? creationRole(this, props);

    const template = new ecr.CfnRepositoryCreationTemplate(this, 'Resource', {
      prefix: props.prefix,
      appliedFor: [...props.appliedFor],
      description: props.description,
      customRoleArn: this.role?.roleArn,
      encryptionConfiguration: encryptionOf(props),
      imageTagMutability: props.imageTagMutability,
      imageTagMutabilityExclusionFilters: props.imageTagMutabilityExclusionFilters?.map((filter) => filter._render()),
      repositoryPolicy: this.policyText(props.repositoryPolicy),
      resourceTags: props.resourceTags && Object.entries(props.resourceTags).map(([key, value]) => ({ key, value })),
    });
    template.lifecyclePolicy = props.lifecyclePolicy?._bind(template).text;
    this.prefix = template.ref;
  }

  private policyText(policy?: RepositoryPolicy): string | undefined {
    const document = policy?.toDocument();
    if (!document || document.isEmpty) return undefined;
    const stack = Stack.of(this);
    this.node.addValidation({
      validate: () => finalProblems(stack, document)
        .map((problem) => `InvalidRepositoryPolicy: the policy of ${this.node.path} has a problem: ${describeProblems([problem])}`),
    });
    return stack.toJsonString(document);
  }
}

function encryptionOf(
  { encryption, encryptionKey }: RepositoryCreationTemplateProps,
): ecr.CfnRepositoryCreationTemplate.EncryptionConfigurationProperty | undefined {
  const type = encryption ?? (encryptionKey && ecr.RepositoryEncryption.KMS);
  return type && { encryptionType: type.value, kmsKey: encryptionKey?.keyRef.keyArn };
}
