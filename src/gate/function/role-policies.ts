import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { explainWildcards, WildcardReason } from './nag-reasons';
import { hasGeneratedKeys } from '../../construct/expression';
import { addWarning } from '../../construct/warnings';

/**
 * The sizes up to which a policy is filled, in characters. They leave room to the limits of IAM (10,240 for all inline policies of
 * a role, 6,144 for a managed policy): names can change until synthesis, and keys of report buckets need an inline statement.
 */
const INLINE_SIZE = 9_000;
export const MANAGED_SIZE = 5_800;
const INLINE_LIMIT = 10_240;
const MANAGED_LIMIT = 6_144;

/** The default quota of managed policies per role. */
const MAX_MANAGED_POLICIES = 10;

/** A statement as JSON, with tokens. */
export type Statement = ReturnType<iam.PolicyStatement['toStatementJson']>;

interface Page {
  /** The statements by their JSON without the resources. */
  readonly statements: Map<string, Statement>;
  readonly policy: CfnResource;
  readonly capacity: number;
  readonly limit: number;
  readonly explained: Set<WildcardReason>;
  size: number;
}

/**
 * The policies of a role for hundreds of gates: one inline policy, then managed policies as needed.
 *
 * CDK also splits a role's policy, but it assumes 120 characters per ARN and splits only once, when aspects visit the role.
 * Statements that an aspect adds later stay inline, without a limit.
 */
export class RolePolicies {
  private readonly stack: Stack;
  private readonly pages: Page[] = [];
  private readonly sids = new Set<string>();

  constructor(private readonly role: iam.Role) {
    this.stack = Stack.of(role);
    role.node.addValidation({ validate: () => this.validate() });
  }

  /**
   * Adds statements. Statements with the same sid are added once. The statements of one call with the same resources are merged, so
   * that a long ARN is written once.
   */
  public allow(...statements: iam.PolicyStatement[]): void {
    const rendered = statements.map((statement) => statement.toStatementJson());
    for (const statement of mergeActions(rendered.filter(({ Sid }) => this.isNew(Sid)))) this.place(statement);
  }

  private isNew(sid: string | undefined): boolean {
    const known = sid !== undefined && this.sids.has(sid);
    if (sid !== undefined) this.sids.add(sid);
    return !known;
  }

  /** Adds a statement to the last page, or to a new one if it is full. Statements that differ only in their resources are merged. */
  private place(statement: Statement): void {
    const { Resource, ...rest } = statement;
    const key = JSON.stringify(rest);
    const resolved = this.stack.resolve(statement);
    const sizeOn = (candidate: Page) => (candidate.statements.has(key) ? maxLength([resolved.Resource].flat()) : maxLength(resolved) + 1);
    const last = this.pages[this.pages.length - 1];
    const page = last && last.size + sizeOn(last) <= last.capacity ? last : this.addPage();
    page.size += sizeOn(page);
    const known = page.statements.get(key);
    page.statements.set(key, known ? { ...known, Resource: [known.Resource, Resource].flat() } : statement);
    if (JSON.stringify(resolved.Resource).includes('*')) explainWildcards(page.policy, page.explained, [statement.Sid, statement.Action].flat());
  }

  /** Adds a policy below the role in the tree, so that a function of this role depends on its policies. */
  private addPage(): Page {
    const number = this.pages.length + 1;
    const statements = new Map<string, Statement>();
    const props = {
      // Plain data on purpose: CDK's PolicyDocument accepts no more statements once it is rendered, for example by an aspect.
      policyDocument: Lazy.uncachedAny({ produce: () => documentOf([...statements.values()]) }),
      roles: [this.role.roleName],
    };
    const description = `Lifecycle preview gates of ${this.stack.node.path}, part ${number}`.slice(0, 1_000);
    const policy = number === 1
      ? new iam.CfnPolicy(this.role, 'Gates', { policyName: 'LifecyclePreviewGates', ...props })
      : new iam.CfnManagedPolicy(this.role, `Gates${number}`, { description, ...props });
    const [capacity, limit] = number === 1 ? [INLINE_SIZE, INLINE_LIMIT] : [MANAGED_SIZE, MANAGED_LIMIT];
    const page = { statements, policy, capacity, limit, explained: new Set<WildcardReason>(), size: 0 };
    this.pages.push(page);
    return page;
  }

  private validate(): string[] {
    const [, ...managed] = this.pages;
    const retained = this.role.node.findAll().filter(isManagedPolicy).length - managed.length;
    // An update that changes a policy of attachments first creates another one.
    const maxManaged = managed.length + 2 * retained;
    if (maxManaged > MAX_MANAGED_POLICIES) {
      addWarning(this.role, 'manyManagedPolicies',
        `the gates of ${this.stack.node.path} need ${retained > 0 ? 'up to ' : ''}${maxManaged} managed policies on one role, and the default quota is ${MAX_MANAGED_POLICIES}; ` +
        'split the repositories between more stacks, give them shorter names, or raise the quota');
    }
    return this.pages
      .filter(({ statements, limit }) => maxLength(this.stack.resolve(documentOf([...statements.values()]))) > limit)
      .map(({ policy, limit }) => `OversizedRolePolicy: ${policy.node.path} may have more than ${limit} characters, because repositories ` +
        'got longer names after their gates were created; set the names before');
  }
}

function isManagedPolicy(construct: IConstruct): boolean {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === iam.CfnManagedPolicy.CFN_RESOURCE_TYPE_NAME;
}

export function documentOf<T>(statements: readonly T[]) {
  return { Version: '2012-10-17', Statement: statements };
}

function mergeActions(statements: readonly Statement[]): Statement[] {
  const merged = new Map<string, Statement>();
  for (const { Action, ...rest } of statements) {
    const key = JSON.stringify(rest);
    const actions = new Set([merged.get(key)?.Action ?? [], Action].flat());
    merged.set(key, { Action: actions.size === 1 ? Action : [...actions], ...rest });
  }
  return [...merged.values()];
}

/** The maximum lengths of the values of pseudo parameters. */
const MAX_PSEUDO_PARAMETER_LENGTHS: Record<string, number> = {
  'AWS::AccountId': 12, 'AWS::Partition': 12, 'AWS::Region': 20, 'AWS::StackName': 128, 'AWS::URLSuffix': 20,
};
/** The maximum length of an ARN, a stack id or a name. */
const MAX_REFERENCE_LENGTH = 256;

/** Returns the maximum number of characters that a resolved value can have as JSON when it is deployed. */
export function maxLength(value: any): number {
  if (typeof value === 'string') return JSON.stringify(value).length;
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + maxLength(item) + 1, 2);
  if ('Ref' in value) return (MAX_PSEUDO_PARAMETER_LENGTHS[value.Ref] ?? MAX_REFERENCE_LENGTH) + 2;
  const join = value['Fn::Join'];
  if (join && Array.isArray(join[1])) return join[1].reduce((sum: number, part: unknown) => sum + maxLength(part) - 2 + join[0].length, 2);
  if (hasGeneratedKeys(value)) return MAX_REFERENCE_LENGTH + 2;
  return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + maxLength(item) + 4, 2);
}
