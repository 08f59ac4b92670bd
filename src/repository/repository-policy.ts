import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { addStatements } from './policy/apply';
import * as helpers from './policy/helper-statements';
import { knownJson } from './policy/known-json';
import type { CodeBuildPullOptions, DenyDeletionOptions } from './repository-policy-options';
import { rejectProblems } from '../construct/errors';
import type { PolicyStatementJson } from '../core/repository-policy/statement';
import { checkRepositoryPolicy } from '../core/repository-policy/validation';

/**
 * A resource policy of a repository, which grants or denies access to it.
 *
 * Combines predefined statements for common cases with any other statements. A policy is immutable. Use `combine` to create one policy from several.
 * Synthesis fails if ECR would reject the policy, or if a Deny would prevent the owner from changing the policy again.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 * @example
 * new GatedRepository(this, 'Repository', {
 *   repositoryPolicy: RepositoryPolicy.combine(
 *     RepositoryPolicy.crossAccountPull('111122223333'),
 *     RepositoryPolicy.denyInsecureTransport(),
 *   ),
 * });
 */
export class RepositoryPolicy {
  /**
   * Creates a policy from any statements.
   *
   * Leave out `resources`, because a repository policy always applies to its repository. The whole policy can have at most 10,240
   * characters.
   *
   * @param statements The statements, which are copied.
   */
  public static fromStatements(...statements: iam.PolicyStatement[]): RepositoryPolicy {
    const copies = statements.map((statement) => statement.copy());
    const problems = checkRepositoryPolicy(copies.map((statement) => knownJson(statement.toStatementJson()) as PolicyStatementJson));
    return problems.length === 0
      ? new RepositoryPolicy(copies)
      : rejectProblems('InvalidRepositoryPolicy', 'the repository policy', problems);
  }

  /**
   * Creates a policy with all statements of other policies, in order.
   *
   * @param policies The policies, any number.
   */
  public static combine(...policies: RepositoryPolicy[]): RepositoryPolicy {
    return new RepositoryPolicy(policies.flatMap(({ statements }) => statements));
  }

  /**
   * Allows other accounts to pull images.
   *
   * Those accounts must also grant this permission to their users and roles.
   *
   * @param accountIds The account ids, at least one. Each has 12 digits or is a token.
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
   */
  public static crossAccountPull(...accountIds: string[]): RepositoryPolicy {
    return new RepositoryPolicy([helpers.crossAccount('pull', accountIds)]);
  }

  /**
   * Allows other accounts to push images.
   *
   * Those accounts must also grant this permission to their users and roles. To allow them to pull, too, combine it with `crossAccountPull`.
   *
   * @param accountIds The account ids, at least one. Each has 12 digits or is a token.
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
   */
  public static crossAccountPush(...accountIds: string[]): RepositoryPolicy {
    return new RepositoryPolicy([helpers.crossAccount('push', accountIds)]);
  }

  /**
   * Allows all accounts of an organization to pull images.
   *
   * If Lambda functions use the images, `lambdaPull` is needed as well, because the Lambda service pulls the images, not the account.
   *
   * @param organizationIds The organization ids, at least one, such as `o-exampleorgid`.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
   */
  public static organizationPull(...organizationIds: string[]): RepositoryPolicy {
    return new RepositoryPolicy([helpers.organizationPull(organizationIds)]);
  }

  /**
   * Allows all accounts of an organizational unit to pull images.
   *
   * A path with `/*` at the end covers the unit and all units below it. A path with `/` at the end covers only the unit.
   *
   * @param paths The paths of the units, at least one, such as `o-exampleorgid/r-root/ou-root-exampleid/*`.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
   */
  public static organizationalUnitPull(...paths: string[]): RepositoryPolicy {
    return new RepositoryPolicy([helpers.organizationalUnitPull(paths)]);
  }

  /**
   * Allows Lambda functions of other accounts to use the images, in the region of the repository.
   *
   * Lambda does not support images of other regions. Adds one statement for the accounts, which create the functions, and one for the
   * Lambda service, which may pull the images again much later.
   *
   * @param accountIds The account ids, at least one. Each has 12 digits or is a token.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-xaccount-permissions
   */
  public static lambdaPull(...accountIds: string[]): RepositoryPolicy {
    return new RepositoryPolicy(helpers.lambdaPull(accountIds));
  }

  /**
   * Allows CodeBuild to pull the images that builds of these projects run in.
   *
   * It is needed for projects that pull with the credentials of CodeBuild, not with their service role.
   *
   * @param options The projects.
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html
   */
  public static codeBuildPull(options: CodeBuildPullOptions): RepositoryPolicy {
    return new RepositoryPolicy([helpers.codeBuildPull(options)]);
  }

  /**
   * Denies all requests that do not use TLS.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport
   */
  public static denyInsecureTransport(): RepositoryPolicy {
    return new RepositoryPolicy([helpers.denyInsecureTransport()]);
  }

  /**
   * Denies the deletion of images and of the repository, except by exempt roles.
   *
   * The denial overrides all statements that allow the deletion. CloudFormation deletes resources with the role that deploys the stack.
   * If that role is not exempt, the repository policy must be deleted before a stack with the repository can be deleted.
   *
   * @param options The exempt roles. Default: none.
   */
  public static denyDeletion(options: DenyDeletionOptions = {}): RepositoryPolicy {
    return new RepositoryPolicy([helpers.denyDeletion(options)]);
  }

  private constructor(private readonly statements: readonly iam.PolicyStatement[]) {}

  /**
   * Returns the policy as a policy document of CDK.
   *
   * Each call returns a new document that can be changed.
   */
  public toDocument(): iam.PolicyDocument {
    return new iam.PolicyDocument({ statements: this.copies() });
  }

  /**
   * Adds the statements to the policy of a repository of this app.
   *
   * The repository can be an L1 or an L2. Existing statements of its policy are kept, and statements that are added later, for example by
   * grants, are included. The whole policy is checked at the end of synthesis. On an imported repository the call has no effect but a
   * warning, because CDK cannot change its policy.
   *
   * @param repository The repository.
   */
  public applyTo(repository: ecr.IRepositoryRef): void {
    addStatements(repository, this.copies());
  }

  /** Copies the statements, because CDK freezes and merges the statements that it renders. */
  private copies(): iam.PolicyStatement[] {
    return this.statements.map((statement) => statement.copy());
  }
}
