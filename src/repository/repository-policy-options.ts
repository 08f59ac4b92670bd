import type * as iam from 'aws-cdk-lib/aws-iam';

/** Options for `RepositoryPolicy.codeBuildPull`. */
export interface CodeBuildPullOptions {
  /**
   * The names of the projects, at least one.
   *
   * `*` matches any number of characters. Use a literal name. The name of a project construct that uses an image of the repository
   * would create a cycle in the template.
   */
  readonly projectNames: string[];

  /**
   * The account of the projects.
   *
   * 12 digits, or a token.
   *
   * @default - the account of the repository
   */
  readonly accountId?: string;

  /**
   * The region of the projects.
   *
   * @default - the region of the repository
   */
  readonly region?: string;
}

/** Options for `RepositoryPolicy.denyDeletion`. */
export interface DenyDeletionOptions {
  /**
   * The roles that can still delete, if their own policies allow it.
   *
   * @default - only the roles of `exemptRoleArns`
   */
  readonly exemptRoles?: iam.IRole[];

  /**
   * The ARNs of roles that can still delete, if their own policies allow it.
   *
   * `*` matches any number of characters.
   *
   * @default - only the roles of `exemptRoles`
   */
  readonly exemptRoleArns?: string[];
}
