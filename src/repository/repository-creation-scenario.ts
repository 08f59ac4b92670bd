/** What makes ECR create a repository by itself. */
export enum RepositoryCreationScenario {
  /** An image is replicated to a registry that has no repository for it. */
  REPLICATION = 'REPLICATION',

  /** An image is pulled through the cache for the first time. */
  PULL_THROUGH_CACHE = 'PULL_THROUGH_CACHE',

  /** An image is pushed to a repository that does not exist. */
  CREATE_ON_PUSH = 'CREATE_ON_PUSH',
}
