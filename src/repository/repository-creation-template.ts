import { Resource, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { prefixProblems, ROOT_PREFIX, templateProblems } from './creation-template-checks';
import { creationRole } from './creation-template-role';
import { checkDuplicatePrefix } from './duplicate-prefix';
import { finalErrors } from './policy/final-check';
import type { RepositoryCreationTemplateProps } from './repository-creation-template-props';
import type { RepositoryPolicy } from './repository-policy';
import { rejectProblems } from '../construct/errors';

/**
 * A template for repositories that ECR creates for replication, for the pull-through cache, or on a first push.
 *
 * ECR applies the template only when it creates a repository. Existing repositories do not change, even if the template changes.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 * @example
 * new RepositoryCreationTemplate(this, 'DockerHub', {
 *   prefix: 'docker-hub',
 *   appliedFor: [RepositoryCreationScenario.PULL_THROUGH_CACHE],
 *   lifecyclePolicy: LifecyclePolicy.fromRules(
 *     LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(30)) }),
 *   ),
 * });
 */
export class RepositoryCreationTemplate extends Resource implements ecr.IRepositoryCreationTemplateRef {
  /** The prefix of a template for all repositories that no other template applies to. */
  public static readonly ROOT = ROOT_PREFIX;

  /**
   * Imports a template that another app or another tool manages.
   *
   * @param scope The parent construct.
   * @param id The construct id.
   * @param prefix The prefix of the template, or `RepositoryCreationTemplate.ROOT`.
   */
  public static fromPrefix(scope: Construct, id: string, prefix: string): ecr.IRepositoryCreationTemplateRef {
    const problems = prefixProblems(prefix);
    if (problems.length > 0) rejectProblems('InvalidRepositoryCreationTemplate', `the imported template ${scope.node.path}/${id}`, problems);
    class Import extends Resource implements ecr.IRepositoryCreationTemplateRef {
      public readonly repositoryCreationTemplateRef = { prefix };
    }
    return new Import(scope, id);
  }

  /** The prefix of the template, as CloudFormation returns it. */
  public readonly prefix: string;

  /** The reference to the template for other constructs. */
  public readonly repositoryCreationTemplateRef: ecr.RepositoryCreationTemplateReference;

  /**
   * The role that ECR assumes to create repositories.
   *
   * Undefined if ECR uses its service-linked role.
   */
  public readonly role?: iam.IRole;

  /**
   * Creates a template in the registry of the stack's account and region.
   *
   * @param scope The parent construct.
   * @param id The construct id.
   * @param props The properties of the template.
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
    checkDuplicatePrefix(template);
    this.prefix = template.ref;
    this.repositoryCreationTemplateRef = template.repositoryCreationTemplateRef;
  }

  private policyText(policy?: RepositoryPolicy): string | undefined {
    const document = policy?.toDocument();
    if (!document || document.isEmpty) return undefined;
    const stack = Stack.of(this);
    this.node.addValidation({
      validate: () => finalErrors(stack, document, this),
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
