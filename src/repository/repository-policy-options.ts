import type * as iam from 'aws-cdk-lib/aws-iam';

/** Which CodeBuild projects may pull. */
export interface CodeBuildPullOptions {
  /**
   * The names of the projects, at least one; `*` stands for any run of characters.
   *
   * Write the name itself, not that of a project construct which uses an image of the repository: CloudFormation would
   * see a cycle.
   */
  readonly projectNames: string[];

  /**
   * The account of the projects: 12 digits, or a token.
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

/** Who may delete in spite of a denial. */
export interface DenyDeletionOptions {
  /**
   * Roles that may still delete, where their own policies allow it.
   *
   * @default - none but those of `exemptRoleArns`
   */
  readonly exemptRoles?: iam.IRole[];

  /**
   * ARNs of roles that may still delete; `*` stands for any run of characters.
   *
   * @default - none but those of `exemptRoles`
   */
  readonly exemptRoleArns?: string[];
}
