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
 * Who else may use a repository, and what nobody may do: statements for the common cases, and any of your own.
 *
 * A policy never changes; `combine` makes one of several. What ECR would refuse is refused at synthesis, and so is a Deny
 * that would keep the owner from changing the policy again.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
 */
export class RepositoryPolicy {
  /**
   * A policy of any statements, for what no helper is made for.
   *
   * Leave `resources` out: a repository policy is about its repository.
   *
   * @param statements copied as they are; the whole policy may have at most 10,240 characters
   */
  public static fromStatements(...statements: iam.PolicyStatement[]): RepositoryPolicy {
    const copies = statements.map((statement) => statement.copy());
    const problems = checkRepositoryPolicy(copies.map((statement) => knownJson(statement.toStatementJson()) as PolicyStatementJson));
    return problems.length === 0
      ? new RepositoryPolicy(copies)
      : rejectProblems('InvalidRepositoryPolicy', 'the repository policy', problems);
  }

  /**
   * All statements of these policies, in order.
   *
   * @param policies any number
   */
  public static combine(...policies: RepositoryPolicy[]): RepositoryPolicy {
    return new RepositoryPolicy(policies.flatMap(({ statements }) => statements));
  }

  /**
   * Other accounts may pull, as far as they allow it to their users and roles.
   *
   * @param accountIds at least one: 12 digits each, or tokens
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
   */
  public static crossAccountPull(...accountIds: string[]): RepositoryPolicy {
    return new RepositoryPolicy([helpers.crossAccount('pull', accountIds)]);
  }

  /**
   * Other accounts may push, as far as they allow it to their users and roles. To let them pull too, combine it with `crossAccountPull`.
   *
   * @param accountIds at least one: 12 digits each, or tokens
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
   */
  public static crossAccountPush(...accountIds: string[]): RepositoryPolicy {
    return new RepositoryPolicy([helpers.crossAccount('push', accountIds)]);
  }

  /**
   * Every account of an organization may pull.
   *
   * Lambda pulls for a function, not for its account: where functions use the images, `lambdaPull` is needed as well.
   *
   * @param organizationIds at least one, like `o-exampleorgid`
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
   */
  public static organizationPull(...organizationIds: string[]): RepositoryPolicy {
    return new RepositoryPolicy([helpers.organizationPull(organizationIds)]);
  }

  /**
   * Every account of an organizational unit may pull.
   *
   * @param paths at least one, like `o-exampleorgid/r-root/ou-root-exampleid/*`: with `/*` at the end for the unit and all
   * below it, with `/` for the unit alone
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
   */
  public static organizationalUnitPull(...paths: string[]): RepositoryPolicy {
    return new RepositoryPolicy([helpers.organizationalUnitPull(paths)]);
  }

  /**
   * Lambda functions of other accounts may use the images, in the region of the repository: Lambda knows no other.
   *
   * Two statements: one for the accounts, which create functions, and one for the Lambda service, which pulls again long after.
   *
   * @param accountIds at least one: 12 digits each, or tokens
   * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-xaccount-permissions
   */
  public static lambdaPull(...accountIds: string[]): RepositoryPolicy {
    return new RepositoryPolicy(helpers.lambdaPull(accountIds));
  }

  /**
   * CodeBuild may pull the images that builds of these projects run in, when a project pulls with CodeBuild's own credentials.
   *
   * @param options which projects
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html
   */
  public static codeBuildPull(options: CodeBuildPullOptions): RepositoryPolicy {
    return new RepositoryPolicy([helpers.codeBuildPull(options)]);
  }

  /**
   * Nobody may do anything without TLS. Who uses TLS is not concerned.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport
   */
  public static denyInsecureTransport(): RepositoryPolicy {
    return new RepositoryPolicy([helpers.denyInsecureTransport()]);
  }

  /**
   * Nobody but some roles may delete images or the repository, whatever else allows it.
   *
   * CloudFormation deletes with the role that deploys the stack: without that among the exempt ones, a stack with the
   * repository in it can be deleted only after the repository's policy was.
   *
   * @param options who may, all the same; default: nobody
   */
  public static denyDeletion(options: DenyDeletionOptions = {}): RepositoryPolicy {
    return new RepositoryPolicy([helpers.denyDeletion(options)]);
  }

  private constructor(private readonly statements: readonly iam.PolicyStatement[]) {}

  /** The policy as CDK's own type: a new document each time, free to be changed. */
  public toDocument(): iam.PolicyDocument {
    return new iam.PolicyDocument({ statements: this.copies() });
  }

  /**
   * Adds these statements to the policy of a repository of this app, L1 or L2.
   *
   * What is in its policy stays, and what comes later, such as CDK's grants, is added. The whole is checked when synthesis
   * ends. On an imported repository CDK can change nothing: there it has no effect, and a warning says so.
   *
   * @param repository any repository
   */
  public applyTo(repository: ecr.IRepositoryRef): void {
    addStatements(repository, this.copies());
  }

  /** CDK freezes statements that it has rendered, and merges them: never hand out our own. */
  private copies(): iam.PolicyStatement[] {
    return this.statements.map((statement) => statement.copy());
  }
}
