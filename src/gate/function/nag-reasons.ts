import { CfnResource } from 'aws-cdk-lib';
import type { ResolvedStatement } from './policy-layout';
import { acknowledge, acknowledgeWildcards } from '../../construct/acknowledgements';

/*
 * Gives the reasons for cdk-nag's findings on this library's own resources, so that users of cdk-nag do not have to find them. Does
 * not need cdk-nag. Each reason covers one finding.
 */

interface WildcardReason {
  /** The sid of the statement with the wildcard, or its first action. */
  readonly statement: string;
  readonly appliesTo: string | { readonly regex: string };
  readonly reason: string;
}

const WILDCARD_REASONS: readonly WildcardReason[] = [
  {
    statement: 'ecr:StartLifecyclePolicyPreview',
    appliesTo: { regex: '/^Resource::.*:repository\\/.+\\*$/' },
    reason: 'CloudFormation generates the name of this repository from the name of the deployed stack, which may differ from the name that ' +
      'CDK knows, and a random suffix. The gate must not refer to the repository, which depends on it.',
  },
  {
    statement: 's3:PutObject',
    appliesTo: { regex: '/^Resource::.*\\/\\*$/' },
    reason: 'Each run of a gate writes a report under a new key of the report bucket.',
  },
  {
    statement: 'AttachmentMemory',
    appliesTo: { regex: '/^Resource::.*:parameter\\/cdk-ecr-lifecycle\\/.*\\*$/' },
    reason: 'Only parameters of this stack, in which the attachments remember the policies that they found. There is one parameter per repository, ' +
      'whose name may be known only at deployment.',
  },
  {
    statement: 'VpcAccess',
    appliesTo: 'Resource::*',
    reason: 'Lambda creates the network interfaces of the function in the VPC with these actions, and AWS supports no narrower resource for listing them.',
  },
  {
    statement: 'Tracing',
    appliesTo: 'Resource::*',
    reason: 'AWS supports no narrower resource for sending traces to AWS X-Ray.',
  },
  {
    statement: 'InspectorCoverage',
    appliesTo: 'Resource::*',
    reason: 'Read-only: AWS supports no narrower resource for ListCoverage.',
  },
  {
    statement: 'EcsListing',
    appliesTo: 'Resource::*',
    reason: 'Read-only: AWS supports no narrower resource for listing clusters, services and tasks, and for DescribeTaskDefinition.',
  },
  {
    statement: 'EcsReading',
    appliesTo: { regex: '/^Resource::.*:ecs:.*:[a-z-]+\\/\\*$/' },
    reason: 'Read-only: the gate reads all services and tasks of the region to find those that run an image.',
  },
  {
    statement: 'EventListing',
    appliesTo: 'Resource::*',
    reason: 'Read-only: AWS supports no narrower resource for listing event buses, rules and schedules.',
  },
  {
    statement: 'EventRules',
    appliesTo: { regex: '/^Resource::.*:events:.*:rule\\/\\*$/' },
    reason: 'Read-only: the gate reads all rules of the region to find those that start a task.',
  },
  {
    statement: 'Schedules',
    appliesTo: { regex: '/^Resource::.*:scheduler:.*:schedule\\/\\*\\/\\*$/' },
    reason: 'Read-only: the gate reads all schedules of the region to find those that start a task.',
  },
  {
    statement: 'LambdaListing',
    appliesTo: 'Resource::*',
    reason: 'Read-only: AWS supports no narrower resource for ListFunctions.',
  },
  {
    statement: 'LambdaReading',
    appliesTo: { regex: '/^Resource::.*:lambda:.*:function:\\*$/' },
    reason: 'Read-only: the gate reads all functions of the region to find those that run an image.',
  },
];

/** The packs that reject every inline policy of a role. */
const INLINE_POLICY_RULES = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => `${pack}-IAMNoInlinePolicy`);
const INLINE_POLICY_REASON = 'The policy belongs to this role alone and is deleted with it. It changes with the repositories of the stack, and a managed ' +
  'policy has less room for their names.';

const RUNTIME_RULE = 'AwsSolutions-L1';
const RUNTIME_REASON = 'CDK chooses the newest Node.js runtime that it knows the region to support. A newer aws-cdk-lib chooses a newer one.';

/** The reasons on one policy: for cdk-nag 2 as metadata of the resource, and for cdk-nag 3 as acknowledgements, which CDK reports. */
export class PolicyReasons {
  private readonly rules = new Map<string, { readonly id: string; readonly reason: string; readonly applies_to?: readonly unknown[] }>();
  private isInline = false;

  constructor(private readonly policy: CfnResource) {}

  /** Adds the reason for an inline policy. */
  public addInlinePolicy(): void {
    this.isInline = true;
    for (const id of INLINE_POLICY_RULES) this.rules.set(id, { id, reason: INLINE_POLICY_REASON });
    suppress(this.policy, [...this.rules.values()]);
  }

  /** Adds the reasons for the wildcards of statements. */
  public addWildcards(names: readonly string[]): void {
    for (const { statement, appliesTo, reason } of WILDCARD_REASONS) {
      if (names.includes(statement)) this.rules.set(statement, { id: 'AwsSolutions-IAM5', reason, applies_to: [appliesTo] });
    }
    if (this.rules.size > 0) suppress(this.policy, [...this.rules.values()]);
  }

  /** Acknowledges the findings of the finished policy. cdk-nag 3 knows no patterns, so each resource with a wildcard has its own. */
  public acknowledge(statements: readonly ResolvedStatement[]): void {
    if (this.isInline) for (const id of INLINE_POLICY_RULES) acknowledge(this.policy, id, INLINE_POLICY_REASON);
    for (const { Sid, Action, Resource } of statements) {
      const names = [Sid, Action].flat();
      const reason = WILDCARD_REASONS.find(({ statement }) => names.includes(statement))?.reason;
      if (reason !== undefined) acknowledgeWildcards(this.policy, [Resource].flat(), reason);
    }
  }
}

/** Adds the reason for the runtime to the gates' function. */
export function explainRuntime(lambdaFunction: CfnResource): void {
  suppress(lambdaFunction, [{ id: RUNTIME_RULE, reason: RUNTIME_REASON }]);
  acknowledge(lambdaFunction, RUNTIME_RULE, RUNTIME_REASON);
}

function suppress(resource: CfnResource, rules: object[]): void {
  resource.addMetadata('cdk_nag', { rules_to_suppress: rules });
}
