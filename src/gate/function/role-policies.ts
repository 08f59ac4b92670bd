import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { gateFunctionOption } from './gate-function-options';
import type { GateRole } from './gate-role';
import { includeIf } from './late-decisions';
import { acknowledgePolicy, explainPolicy, WildcardStatement } from './nag-reasons';
import { layOut, Statement } from './policy-layout';
import { documentOf, INLINE_LIMIT, MANAGED_LIMIT, maxLength } from './policy-size';
import { addWarning } from '../../construct/warnings';

/**
 * The sizes for which policies are created, in characters. They leave room to the limits of IAM, because names can change until
 * synthesis, when no more policies can be created. A policy that turns out to be superfluous is left out.
 */
const PLANNED_INLINE_SIZE = 9_800;
const PLANNED_MANAGED_SIZE = 5_800;

/** The default quota of managed policies per role. */
const DEFAULT_QUOTA = 10;

interface Entry {
  readonly statement: Statement;
  readonly isNeeded: () => boolean;
}

interface Page {
  readonly policy: CfnResource;
  readonly plannedSize: number;
  readonly limit: number;
  readonly isInline: boolean;
}

/**
 * The policies of a role for hundreds of gates: one inline policy, then managed policies as needed.
 *
 * CDK also splits a role's policy, but it assumes 120 characters per ARN and splits only once, when aspects visit the role.
 * Statements that an aspect adds later stay inline, without a limit.
 */
export class RolePolicies {
  private readonly stack: Stack;
  private readonly entries: Entry[] = [];
  private readonly pages: Page[] = [];
  private readonly sids = new Set<string>();
  /** The number of characters that are planned for the last policy, and the statements in it without their resources. */
  private planned = { size: 0, keys: new Set<string>() };
  private readonly wildcards: WildcardStatement[] = [];
  private isReported = false;

  constructor(private readonly role: GateRole) {
    this.stack = Stack.of(role);
    role.node.addValidation({ validate: () => this.validate() });
  }

  /**
   * Adds statements. Statements with the same sid are added once. The statements of one call with the same resources are merged, so
   * that a long ARN is written once.
   */
  public allow(...statements: iam.PolicyStatement[]): void {
    const rendered: Statement[] = statements.map((statement) => statement.toStatementJson());
    for (const statement of mergeActions(rendered.filter(({ Sid }) => this.isNew(Sid)))) this.add({ statement, isNeeded: () => true });
  }

  /** Adds a statement that is in the template only if the condition holds when the template is written. */
  public allowIf(isNeeded: () => boolean, statement: iam.PolicyStatement): void {
    this.add({ statement: statement.toStatementJson(), isNeeded });
  }

  private isNew(sid: string | undefined): boolean {
    const known = sid !== undefined && this.sids.has(sid);
    if (sid !== undefined) this.sids.add(sid);
    return !known;
  }

  private add(entry: Entry): void {
    this.entries.push(entry);
    const { statement } = entry;
    const { Resource, ...rest } = this.stack.resolve(statement);
    const key = JSON.stringify(rest);
    const sizes = () => (this.planned.keys.has(key) ? maxLength([Resource].flat()) : maxLength({ ...rest, Resource: [Resource].flat() }) + 1);
    const last = this.pages[this.pages.length - 1];
    if (!last || this.planned.size + sizes() > last.plannedSize) this.addPage();
    this.planned.size += sizes();
    this.planned.keys.add(key);
    if (JSON.stringify(Resource ?? '').includes('*')) this.wildcards.push({ names: [statement.Sid, statement.Action].flat(), isNeeded: entry.isNeeded });
  }

  /** Adds a policy below the role in the tree, so that a function of this role depends on its policies. */
  private addPage(): void {
    const index = this.pages.length;
    const props = {
      // Plain data on purpose: CDK's PolicyDocument accepts no more statements once it is rendered, for example by an aspect.
      policyDocument: Lazy.uncachedAny({ produce: () => documentOf(this.statementsOn(index)) }),
      roles: [this.role.usedName],
    };
    const description = `Lifecycle preview gates of ${this.stack.node.path}, part ${index + 1}`.slice(0, 1_000);
    const policy = index === 0
      ? new iam.CfnPolicy(this.role, 'Gates', { policyName: 'LifecyclePreviewGates', ...props })
      : new iam.CfnManagedPolicy(this.role, `Gates${index + 1}`, { description, ...props });
    includeIf(policy, () => this.role.acceptsPolicies && this.statementsOn(index).length > 0);
    const [plannedSize, limit] = index === 0 ? [PLANNED_INLINE_SIZE, INLINE_LIMIT] : [PLANNED_MANAGED_SIZE, MANAGED_LIMIT];
    const isInline = index === 0;
    explainPolicy(policy, isInline, () => this.wildcards);
    this.pages.push({ policy, plannedSize, limit, isInline });
    this.planned = { size: maxLength(documentOf([])), keys: new Set() };
  }

  private statementsOn(index: number): Statement[] {
    return this.layOut()[index];
  }

  private layOut(): Statement[][] {
    const needed = this.entries.filter(({ isNeeded }) => isNeeded());
    return layOut(needed.map(({ statement }) => statement), this.pages.length, (value) => this.stack.resolve(value));
  }

  private validate(): string[] {
    const layout = this.layOut();
    const used = this.pages.map((page, i) => ({ ...page, statements: layout[i] })).filter(({ statements }) => statements.length > 0);
    if (!this.role.acceptsPolicies) {
      if (!this.isReported) this.role.report(layout.flat());
      this.isReported = true;
      return this.role.problems();
    }
    for (const { policy, isInline, statements } of used) acknowledgePolicy(policy, isInline, this.stack.resolve(statements));
    const oversized = used
      .filter(({ statements, limit }) => maxLength(documentOf(this.stack.resolve(statements))) > limit)
      .map(({ policy, limit }) => `OversizedRolePolicy: ${policy.node.path} may have more than ${limit} characters, because repositories ` +
        'got longer names after their gates were created; set the names before');
    return [...this.role.problems(), ...oversized, ...this.checkQuota(used.length - 1)];
  }

  /** An update that changes a policy of attachments first creates another one, and so needs twice their number for a moment. */
  private checkQuota(managed: number): string[] {
    const quota = gateFunctionOption(this.role, 'managedPolicyQuota') ?? DEFAULT_QUOTA;
    const retained = this.role.node.findAll().filter(isManagedPolicy).length - (this.pages.length - 1);
    const advice = 'split the repositories between more stacks, give them shorter names, or raise the quota and set managedPolicyQuota of LifecycleGateFunction';
    if (managed + retained > quota) {
      return [`ExceededPolicyQuota: the gates of ${this.stack.node.path} need ${managed + retained} managed policies on one role, and the quota of the account is ${quota}; ${advice}`];
    }
    if (managed + 2 * retained > quota) {
      addWarning(this.role, 'manyManagedPolicies',
        `the gates of ${this.stack.node.path} need up to ${managed + 2 * retained} managed policies on one role during an update, and the quota of the account is ${quota}; ${advice}`);
    }
    return [];
  }
}

function isManagedPolicy(construct: IConstruct): boolean {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === iam.CfnManagedPolicy.CFN_RESOURCE_TYPE_NAME;
}

function mergeActions(statements: readonly Statement[]): Statement[] {
  const merged = new Map<string, Statement>();
  for (const { Action, ...rest } of statements) {
    const key = JSON.stringify(rest);
    const actions = new Set([merged.get(key)?.Action ?? [], Action ?? []].flat());
    merged.set(key, { Action: actions.size === 1 ? Action : [...actions], ...rest });
  }
  return [...merged.values()];
}
