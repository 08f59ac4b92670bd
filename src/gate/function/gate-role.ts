import { CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { gateFunctionOption } from './gate-function-options';
import { includeIf, readLate } from './late-decisions';

/**
 * The role of the function. The role is not in the template if the user passes another one as an option, or if
 * `iam.Role.customizeRoles` names one that exists already.
 *
 * The option is read when the template is written, so other resources use `usedArn` and `usedName`.
 */
export class GateRole extends iam.Role {
  /** The ARN of the role that the function has. */
  public readonly usedArn: string;
  /** The name of the role that the function has. */
  public readonly usedName: string;
  /** Receives the statements that CDK's grants add to the role. */
  private allow?: (statement: iam.PolicyStatement) => void;

  constructor(scope: Construct, id: string) {
    super(scope, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const cfnRole = this.node.defaultChild as iam.CfnRole | undefined;
    // With CDK's report of all roles (`preventSynthesis: false`), the role exists, but `roleArn` does not refer to it.
    const own = { arn: () => cfnRole?.attrArn ?? this.roleArn, name: () => cfnRole?.ref ?? this.roleName };
    this.usedArn = Lazy.uncachedString({ produce: () => this.passed?.roleArn ?? own.arn() });
    this.usedName = Lazy.uncachedString({ produce: () => this.passed?.roleName ?? own.name() });
    // The policies of resources, such as keys, contain the principal.
    (this as { policyFragment: iam.PrincipalPolicyFragment }).policyFragment = new iam.ArnPrincipal(this.usedArn).policyFragment;
    if (!cfnRole) return;
    includeIf(cfnRole, () => this.passed === undefined);
    const boundary = () => gateFunctionOption(this, 'permissionsBoundary')?.managedPolicyArn;
    readLate(cfnRole, 'permissionsBoundary', boundary, Lazy.uncachedString({ produce: boundary }));
  }

  /** The role that the user passes as an option. */
  public get passed(): iam.IRole | undefined {
    return gateFunctionOption(this, 'role');
  }

  /** False if the role must not be changed, so that policies attached to it would be wrong or impossible. */
  public get acceptsPolicies(): boolean {
    const { passed } = this;
    if (passed === undefined) return CfnResource.isCfnResource(this.node.defaultChild!);
    return !isImmutable(passed) && !isPrecreated(passed);
  }

  /** Adds the statements to CDK's report of the policies that precreated roles need. */
  public report(statements: readonly object[]): void {
    const reported = this.passed ?? (isPrecreated(this) ? this : undefined);
    if (reported === undefined || !isPrecreated(reported)) return;
    for (const statement of statements) {
      const parsed = iam.PolicyStatement.fromJson(statement);
      if (reported === this) super.addToPrincipalPolicy(parsed);
      else reported.addToPrincipalPolicy(parsed);
    }
  }

  /** Returns the problems with a role that the user passes. */
  public problems(): string[] {
    const account = this.passed?.env.account;
    const own = Stack.of(this).account;
    if (account === undefined || Token.isUnresolved(account) || Token.isUnresolved(own) || account === own) return [];
    return [`RemoteRole: the role ${this.passed!.node.path} is in account ${account}, and the function of the gates in ${own}; use a role of this account`];
  }

  /** Passes the statements of grants to the policies of the gates. */
  public delegateTo(allow: (statement: iam.PolicyStatement) => void): void {
    this.allow = allow;
  }

  public override addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    if (!this.allow) return super.addToPrincipalPolicy(statement);
    this.allow(statement);
    return { statementAdded: true, policyDependable: this };
  }
}

/** True for `Role.fromRoleArn` with `mutable: false`, and for `withoutPolicyUpdates`. CDK marks them in no other way. */
function isImmutable(role: iam.IRole): boolean {
  return 'addGrantsToResources' in role;
}

/** True if `iam.Role.customizeRoles` replaces the role, or reports its policies. CDK marks such roles in no other way. */
function isPrecreated(role: iam.IRole): boolean {
  return 'policySynthesizer' in role || role.node.tryFindChild(`PrecreatedRole${role.node.id}`) !== undefined;
}
