import { Resource, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { ROOT_PREFIX, templateProblems } from './creation-template-checks';
import { creationRole } from './creation-template-role';
import { finalProblems } from './policy/final-check';
import type { RepositoryCreationScenario } from './repository-creation-scenario';
import type { RepositoryPolicy } from './repository-policy';
import { describeProblems } from '../core/text/problem';
import { refuseProblems } from '../lifecycle/errors';
import type { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

/** What repositories will be like that ECR creates by itself. */
export interface RepositoryCreationTemplateProps {
  /**
   * The first part of the names of the repositories that the template is for: `docker-hub` stands for `docker-hub/…`.
   *
   * `RepositoryCreationTemplate.ROOT` stands for all that no other template is for. A registry has at most one template a
   * prefix; the longest prefix that fits wins.
   */
  readonly prefix: string;

  /** In which cases the template is used, at least one. */
  readonly appliedFor: RepositoryCreationScenario[];

  /**
   * Which images expire, and when. There is nothing to preview in a repository that does not exist yet, so that the
   * `maxExpiring` of its rules has no effect here.
   *
   * @default - images are kept for good
   */
  readonly lifecyclePolicy?: LifecyclePolicy;

  /**
   * Who else may use the repositories, and what nobody may do.
   *
   * @default - whoever the account's own policies allow to
   */
  readonly repositoryPolicy?: RepositoryPolicy;

  /**
   * How images are encrypted.
   *
   * @default - `KMS` with an `encryptionKey`, `AES256` without
   */
  readonly encryption?: ecr.RepositoryEncryption;

  /**
   * The key for `KMS` or `KMS_DSSE`.
   *
   * @default - the key of AWS for ECR, where a key is needed
   */
  readonly encryptionKey?: kms.IKeyRef;

  /**
   * Whether a tag can be moved to another image.
   *
   * @default TagMutability.MUTABLE
   */
  readonly imageTagMutability?: ecr.TagMutability;

  /**
   * Tags for which the opposite holds, 1 to 5 filters. For `IMMUTABLE_WITH_EXCLUSION` and `MUTABLE_WITH_EXCLUSION` only.
   *
   * @default - none
   */
  readonly imageTagMutabilityExclusionFilters?: ecr.ImageTagMutabilityExclusionFilter[];

  /**
   * The tags of the repositories, at most 50.
   *
   * @default - no tags
   */
  readonly resourceTags?: { [key: string]: string };

  /**
   * The role with which ECR creates the repositories, used as it is.
   *
   * @default - ECR's own service-linked role; where tags or KMS ask for more, a role that may do just what the template needs
   */
  readonly role?: iam.IRole;

  /**
   * What the template is for, at most 256 characters.
   *
   * @default - no description
   */
  readonly description?: string;
}

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
    if (problems.length > 0) refuseProblems('RepositoryCreationTemplateInvalid', `the template ${this.node.path}`, problems);
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
        .map((problem) => `RepositoryPolicyInvalid: the policy of ${this.node.path} has a problem: ${describeProblems([problem])}`),
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
