import type * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { RepositoryPolicy } from './repository-policy';
import type { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

/** What makes ECR create a repository by itself. */
export enum RepositoryCreationScenario {
  /** An image is replicated to a registry that has no repository for it. */
  REPLICATION = 'REPLICATION',

  /** An image is pulled through the cache for the first time. */
  PULL_THROUGH_CACHE = 'PULL_THROUGH_CACHE',

  /** An image is pushed to a repository that does not exist. */
  CREATE_ON_PUSH = 'CREATE_ON_PUSH',
}

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
