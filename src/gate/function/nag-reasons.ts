import { CfnResource } from 'aws-cdk-lib';

/*
 * Adds the reasons for cdk-nag's findings on this library's own resources to the template, as cdk-nag's metadata, so that users of
 * cdk-nag do not have to find them. Does not need cdk-nag. Each reason covers one finding.
 */

export interface WildcardReason {
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

/**
 * Adds the reason for the wildcards of a statement to the metadata of its policy.
 *
 * @param explained The reasons that the policy already has.
 * @param names The sid of the statement, and its actions.
 */
export function explainWildcards(policy: CfnResource, explained: Set<WildcardReason>, names: readonly (string | undefined)[]): void {
  const known = WILDCARD_REASONS.find(({ statement }) => names.includes(statement));
  if (known === undefined || explained.has(known)) return;
  explained.add(known);
  suppress(policy, [...explained].map(({ appliesTo, reason }) => ({ id: 'AwsSolutions-IAM5', reason, applies_to: [appliesTo] })));
}

/** Adds the reason for the runtime to the metadata of the gates' function. */
export function explainRuntime(lambdaFunction: CfnResource): void {
  suppress(lambdaFunction, [{
    id: 'AwsSolutions-L1',
    reason: 'CDK chooses the newest Node.js runtime that it knows the region to support. A newer aws-cdk-lib chooses a newer one.',
  }]);
}

function suppress(resource: CfnResource, rules: object[]): void {
  resource.addMetadata('cdk_nag', { rules_to_suppress: rules });
}
