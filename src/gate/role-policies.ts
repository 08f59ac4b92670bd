import { Annotations, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { explainWildcards, WildcardReason } from './nag-reasons';

/**
 * The most characters that go onto a page, with room to the limits of IAM (10,240 for all inline policies of a role,
 * 6,144 for a managed one): names may still change until synthesis, and keys of report buckets need a statement inline.
 */
const INLINE_SIZE = 9_000;
export const MANAGED_SIZE = 5_800;
const INLINE_LIMIT = 10_240;
const MANAGED_LIMIT = 6_144;

/** How many managed policies a role may have before somebody has to raise a quota. */
const MANAGED_QUOTA = 10;

/** A statement as it stands in a policy, with tokens. */
export type Statement = ReturnType<iam.PolicyStatement['toStatementJson']>;

interface Page {
  /** By what they say but for their resources. */
  readonly statements: Map<string, Statement>;
  readonly policy: CfnResource;
  readonly capacity: number;
  readonly limit: number;
  readonly explained: Set<WildcardReason>;
  size: number;
}

/**
 * What a role may do for hundreds of gates: one inline policy, then managed ones as they are needed.
 *
 * CDK, too, splits a role's policy, but by a guess of 120 characters an ARN, and only once, when aspects pass the role:
 * statements that an aspect adds later stay inline, however many there are.
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
   * A statement with a sid stands in the role once, whoever asks for it. Those of one call that are about the same
   * resources become one, so that a long ARN is written once.
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

  /** What is allowed alike stands once on a page, with all of its resources. */
  private place(statement: Statement): void {
    const { Resource, ...alike } = statement;
    const key = JSON.stringify(alike);
    const resolved = this.stack.resolve(statement);
    const sizeOn = (candidate: Page) => (candidate.statements.has(key) ? longest([resolved.Resource].flat()) : longest(resolved) + 1);
    const last = this.pages[this.pages.length - 1];
    const page = last && last.size + sizeOn(last) <= last.capacity ? last : this.addPage();
    page.size += sizeOn(page);
    const known = page.statements.get(key);
    page.statements.set(key, known ? { ...known, Resource: [known.Resource, Resource].flat() } : statement);
    if (JSON.stringify(resolved.Resource).includes('*')) explainWildcards(page.policy, page.explained, [statement.Sid, statement.Action].flat());
  }

  /** Below the role in the tree, so that a function of this role waits for its policies. */
  private addPage(): Page {
    const number = this.pages.length + 1;
    const statements = new Map<string, Statement>();
    const props = {
      // Plain data on purpose: what CDK's own document has rendered once, for an aspect that looks at it, takes no more.
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
    const lasting = this.role.node.findAll().filter(isManagedPolicy).length - managed.length;
    // An update that changes a policy of attachments makes another one first.
    const most = managed.length + 2 * lasting;
    if (most > MANAGED_QUOTA) {
      Annotations.of(this.role).addWarningV2('cdk-ecr-lifecycle:manyManagedPolicies',
        `the gates of ${this.stack.node.path} need ${lasting > 0 ? 'up to ' : ''}${most} managed policies on one role, and its quota is ${MANAGED_QUOTA} ` +
        'unless it was raised; divide the repositories between more stacks, or give them shorter names');
    }
    return this.pages
      .filter(({ statements, limit }) => longest(this.stack.resolve(documentOf([...statements.values()]))) > limit)
      .map(({ policy, limit }) => `OversizedRolePolicy: ${policy.node.path} may have more than ${limit} characters, because repositories ` +
        'got longer names after their gates were made; name them before');
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

/** What a deployment may put in place of a pseudo parameter. */
const MAX_PSEUDO_PARAMETERS: Record<string, number> = {
  'AWS::AccountId': 12, 'AWS::Partition': 12, 'AWS::Region': 20, 'AWS::StackName': 128, 'AWS::URLSuffix': 20,
};
/** An ARN, a stack's id, a name. */
const MAX_REFERENCE_LENGTH = 256;

/** How many characters a resolved value may have as JSON when it is deployed. */
export function longest(value: any): number {
  if (typeof value === 'string') return JSON.stringify(value).length;
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + longest(item) + 1, 2);
  if ('Ref' in value) return (MAX_PSEUDO_PARAMETERS[value.Ref] ?? MAX_REFERENCE_LENGTH) + 2;
  const join = value['Fn::Join'];
  if (join && Array.isArray(join[1])) return join[1].reduce((sum: number, part: unknown) => sum + longest(part) - 2 + join[0].length, 2);
  if (Object.keys(value).some((key) => key.startsWith('Fn::'))) return MAX_REFERENCE_LENGTH + 2;
  return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + longest(item) + 4, 2);
}
