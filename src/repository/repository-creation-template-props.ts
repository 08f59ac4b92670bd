import type * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { RepositoryPolicy } from './repository-policy';
import type { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

/** The events for which ECR creates a repository from a template. */
export enum RepositoryCreationScenario {
  /** An image is replicated to a registry that has no repository for it. */
  REPLICATION = 'REPLICATION',

  /** An image is pulled through the cache for the first time. */
  PULL_THROUGH_CACHE = 'PULL_THROUGH_CACHE',

  /** An image is pushed to a repository that does not exist. */
  CREATE_ON_PUSH = 'CREATE_ON_PUSH',
}

/** Properties of `RepositoryCreationTemplate`. */
export interface RepositoryCreationTemplateProps {
  /**
   * The prefix of the names of the repositories that the template applies to.
   *
   * `docker-hub` applies to `docker-hub/…`. `RepositoryCreationTemplate.ROOT` applies to all repositories that no other template
   * applies to. A registry can have one template per prefix, and the longest matching prefix takes precedence.
   */
  readonly prefix: string;

  /** The scenarios that the template applies to, at least one. */
  readonly appliedFor: RepositoryCreationScenario[];

  /**
   * The lifecycle policy of the repositories.
   *
   * A new repository contains no images to preview, so the `maxExpiring` of a rule has no effect here.
   *
   * @default - images do not expire
   */
  readonly lifecyclePolicy?: LifecyclePolicy;

  /**
   * The resource policy of the repositories, which grants or denies access.
   *
   * @default - only IAM policies in the account grant access
   */
  readonly repositoryPolicy?: RepositoryPolicy;

  /**
   * The encryption of the images.
   *
   * @default - `KMS` with an `encryptionKey`, `AES256` without one
   */
  readonly encryption?: ecr.RepositoryEncryption;

  /**
   * The key for `KMS` or `KMS_DSSE`.
   *
   * @default - the AWS managed key for ECR, if a key is needed
   */
  readonly encryptionKey?: kms.IKeyRef;

  /**
   * Controls whether a tag can be moved to another image.
   *
   * @default TagMutability.MUTABLE
   */
  readonly imageTagMutability?: ecr.TagMutability;

  /**
   * The filters for tags to which the opposite of `imageTagMutability` applies.
   *
   * 1 to 5 filters, only for `IMMUTABLE_WITH_EXCLUSION` and `MUTABLE_WITH_EXCLUSION`.
   *
   * @default - no filters
   */
  readonly imageTagMutabilityExclusionFilters?: ecr.ImageTagMutabilityExclusionFilter[];

  /**
   * The tags of the repositories, at most 50.
   *
   * @default - no tags
   */
  readonly resourceTags?: { [key: string]: string };

  /**
   * The role that ECR assumes to create the repositories.
   *
   * The role is used without changes.
   *
   * @default - the service-linked role of ECR, or a new role with the permissions that the template needs if it has tags or uses KMS
   */
  readonly role?: iam.IRole;

  /**
   * The description of the template, at most 256 characters.
   *
   * @default - no description
   */
  readonly description?: string;
}
