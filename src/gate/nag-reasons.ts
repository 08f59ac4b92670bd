import { CfnResource } from 'aws-cdk-lib';

/*
 * Why this library's own resources are as they are, said in the template in the words of cdk-nag's metadata, so that who
 * runs cdk-nag over an app does not have to find out. Nothing of cdk-nag is needed for it. Each reason covers one finding.
 */

export interface WildcardReason {
  /** The statement with the wildcard: its sid, or what it allows. */
  readonly statement: string;
  readonly appliesTo: string | { readonly regex: string };
  readonly reason: string;
}

const WILDCARD_REASONS: readonly WildcardReason[] = [
  {
    statement: 'ecr:StartLifecyclePolicyPreview',
    appliesTo: { regex: '/^Resource::.*:repository\\/.+\\*$/' },
    reason: 'CloudFormation generates the name of this repository from the name of the deployed stack, which may be another one than ' +
      'CDK knows, and a random suffix; the gate must not refer to the repository, which depends on it.',
  },
  {
    statement: 's3:PutObject',
    appliesTo: { regex: '/^Resource::.*\\/\\*$/' },
    reason: 'Each judgement writes a report under a new key of the bucket that was given for reports.',
  },
  {
    statement: 'AttachmentMemory',
    appliesTo: { regex: '/^Resource::.*:parameter\\/cdk-ecr-lifecycle\\/.*\\*$/' },
    reason: 'Parameters of this stack alone, in which the attachments remember the policies they found: one a repository, whose name a ' +
      'deployment may know first.',
  },
  {
    statement: 'EcsListing',
    appliesTo: 'Resource::*',
    reason: 'Reading only: AWS takes no narrower resource for listing clusters, services and tasks and for DescribeTaskDefinition.',
  },
  {
    statement: 'EcsReading',
    appliesTo: { regex: '/^Resource::.*:ecs:.*:[a-z-]+\\/\\*$/' },
    reason: 'Reading only: which services and tasks run an image is what the gate has to find out, so it reads all of the region.',
  },
  {
    statement: 'EventListing',
    appliesTo: 'Resource::*',
    reason: 'Reading only: AWS takes no resource for listing event buses, rules and schedules.',
  },
  {
    statement: 'EventRules',
    appliesTo: { regex: '/^Resource::.*:events:.*:rule\\/\\*$/' },
    reason: 'Reading only: the gate reads all rules of the region to find those that start a task.',
  },
  {
    statement: 'Schedules',
    appliesTo: { regex: '/^Resource::.*:scheduler:.*:schedule\\/\\*\\/\\*$/' },
    reason: 'Reading only: the gate reads all schedules of the region to find those that start a task.',
  },
  {
    statement: 'LambdaListing',
    appliesTo: 'Resource::*',
    reason: 'Reading only: AWS takes no resource for ListFunctions.',
  },
  {
    statement: 'LambdaReading',
    appliesTo: { regex: '/^Resource::.*:lambda:.*:function:\\*$/' },
    reason: 'Reading only: which functions run an image is what the gate has to find out, so it reads all of the region.',
  },
];

/**
 * Puts the reason for the wildcards of a statement onto its policy.
 *
 * @param explained what the policy says already
 * @param names the statement's sid, and what it allows
 */
export function explainWildcards(policy: CfnResource, explained: Set<WildcardReason>, names: readonly (string | undefined)[]): void {
  const known = WILDCARD_REASONS.find(({ statement }) => names.includes(statement));
  if (known === undefined || explained.has(known)) return;
  explained.add(known);
  suppress(policy, [...explained].map(({ appliesTo, reason }) => ({ id: 'AwsSolutions-IAM5', reason, applies_to: [appliesTo] })));
}

/** For the function of the gates. */
export function explainRuntime(lambdaFunction: CfnResource): void {
  suppress(lambdaFunction, [{
    id: 'AwsSolutions-L1',
    reason: 'CDK chooses the newest Node.js runtime that the region is known to have; a newer aws-cdk-lib brings a newer one.',
  }]);
}

function suppress(resource: CfnResource, rules: object[]): void {
  resource.addMetadata('cdk_nag', { rules_to_suppress: rules });
}
