import { CfnResource } from 'aws-cdk-lib';
import type { Statement } from './policy-layout';
import { acknowledge, wildcardFindings } from '../../construct/acknowledgments';

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
  // The last one, because it matches any resource: the bucket may be a reference.
  {
    statement: 's3:PutObject',
    appliesTo: { regex: '/^Resource::.*\\/\\*$/' },
    reason: 'Each run of a gate writes a report under a new key of the report bucket.',
  },
];

/** The packs that reject every inline policy of a role. */
const INLINE_POLICY_RULES = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => `${pack}-IAMNoInlinePolicy`);
const INLINE_POLICY_REASON = 'The policy belongs to this role alone and is deleted with it. It changes with the repositories of the stack, and a managed ' +
  'policy has less room for their names.';

const RUNTIME_RULE = 'AwsSolutions-L1';
const RUNTIME_REASON = 'CDK chooses the newest Node.js runtime that it knows the region to support. A newer aws-cdk-lib chooses a newer one.';

/** A statement with a wildcard that a policy may contain. */
export interface WildcardStatement {
  /** The sid of the statement, and its actions. */
  readonly names: readonly (string | undefined)[];
  readonly isNeeded: () => boolean;
}

/** Adds the reasons for the findings on a policy to its metadata, for cdk-nag 2. They are read when the metadata is. */
export function explainPolicy(policy: CfnResource, isInline: boolean, wildcards: () => readonly WildcardStatement[]): void {
  const inline = isInline ? INLINE_POLICY_RULES.map((id) => ({ id, reason: INLINE_POLICY_REASON })) : [];
  policy.addMetadata('cdk_nag', {
    get rules_to_suppress() {
      const names = new Set(wildcards().filter(({ isNeeded }) => isNeeded()).flatMap((statement) => statement.names));
      const reasons = new Map<string, { readonly applies_to: unknown[]; reason: string }>();
      for (const { appliesTo, reason } of WILDCARD_REASONS.filter(({ statement }) => names.has(statement))) {
        // Several statements may have the same resource, which is one finding.
        const known = reasons.get(JSON.stringify(appliesTo));
        if (known) known.reason += ` ${reason}`;
        else reasons.set(JSON.stringify(appliesTo), { applies_to: [appliesTo], reason });
      }
      return [...inline, ...[...reasons.values()].map((rule) => ({ id: 'AwsSolutions-IAM5', ...rule }))];
    },
  });
}

/**
 * Acknowledges the findings on a finished policy, for cdk-nag 3. It knows no patterns, so each resource with a wildcard is a finding
 * of its own.
 */
export function acknowledgePolicy(policy: CfnResource, isInline: boolean, statements: readonly Statement[]): void {
  if (isInline) for (const id of INLINE_POLICY_RULES) acknowledge(policy, id, INLINE_POLICY_REASON);
  const reasons = new Map<string, Set<string>>();
  for (const { Sid, Action, Resource } of statements) {
    const names = [Sid, Action].flat();
    const reason = WILDCARD_REASONS.find(({ statement }) => names.includes(statement))?.reason;
    if (reason === undefined) continue;
    for (const id of wildcardFindings([Resource].flat())) reasons.set(id, (reasons.get(id) ?? new Set()).add(reason));
  }
  for (const [id, given] of reasons) acknowledge(policy, id, [...given].join(' '));
}

/** Adds the reason for the runtime to the gates' function. */
export function explainRuntime(lambdaFunction: CfnResource): void {
  lambdaFunction.addMetadata('cdk_nag', { rules_to_suppress: [{ id: RUNTIME_RULE, reason: RUNTIME_REASON }] });
  acknowledge(lambdaFunction, RUNTIME_RULE, RUNTIME_REASON);
}
