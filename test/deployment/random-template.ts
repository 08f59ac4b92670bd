import { Aws, CfnCondition, CfnResource, Duration, Fn, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as sns from 'aws-cdk-lib/aws-sns';
import {
  ArchiveWhen, ExpireWhen, GatedRepository, ImageSelection, LifecycleGuard, LifecyclePolicy, LifecyclePreviewGate, LifecyclePreviewGates,
  LifecycleRule,
} from '../../src';
import type { PolicyDocument, PolicyRule } from '../../src/core/policy/policy-document';

/* A stack with a repository, a gate before it and a topic after it, in all forms of a template. */

export const REPOSITORY_NAME = 'shop/web';
export const TOPIC = 'Topic';

export const REPOSITORIES = ['GatedRepository', 'Repository', 'CfnRepository', 'CfnResource'] as const;
export const GATES = ['of its own', 'for the app'] as const;
export const NAMES = ['explicit', 'generated', 'conditional, given', 'conditional, left out'] as const;
export const POLICY_FORMS = ['typed', 'text', 'rules later', 'override', 'Fn::If around it, true', 'Fn::If around it, false', 'Fn::If around the text'] as const;

/** Changes that break the order of gate and repository, or hide the policy from the gate. */
export const BYPASSES: Readonly<Record<string, (repository: CfnResource) => void>> = {
  'another DependsOn': (repository) => repository.addOverride('DependsOn', 'Other'),
  'no DependsOn': (repository) => repository.addDeletionOverride('DependsOn'),
  'another type': (repository) => repository.addOverride('Type', 'AWS::ECR::PublicRepository'),
  'a transform': (repository) => repository.addPropertyOverride('LifecyclePolicy', { 'Fn::Transform': { Name: 'Policies' } }),
  'another registry': (repository) => repository.addPropertyOverride('LifecyclePolicy.RegistryId', '999999999999'),
};

export interface StackSpec {
  readonly repository: typeof REPOSITORIES[number];
  readonly gates: typeof GATES[number];
  readonly name: typeof NAMES[number];
  readonly policy: string;
  readonly policyForm: typeof POLICY_FORMS[number];
  /** True if the template has a policy. */
  readonly hasPolicy: boolean;
  /** The condition of the repository, if it has one. */
  readonly isMade: boolean | undefined;
  readonly team: string;
  readonly guards: readonly LifecycleGuard[];
  readonly bypass: string | undefined;
  readonly retains: boolean;
  readonly displayName: string;
}

export function declareStack(spec: StackSpec): (stack: Stack) => void {
  return (stack) => {
    const guards = [...spec.guards];
    const { repository, cfn } = declareRepository(stack, spec, guards);
    cfn.overrideLogicalId('Repository');
    cfn.applyRemovalPolicy(spec.retains ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    if (!spec.retains) cfn.addPropertyOverride('EmptyOnDelete', true);
    if (spec.isMade !== undefined) cfn.cfnOptions.condition = conditionThat(stack, 'IsMade', spec.isMade);
    const topic = new sns.CfnTopic(stack, TOPIC, { displayName: spec.displayName });
    if (spec.isMade === undefined) topic.addDependency(cfn);
    new CfnResource(stack, 'Other', { type: 'AWS::SNS::Topic' });

    if (spec.gates === 'for the app') LifecyclePreviewGates.of(stack).add({ guards });
    else if (spec.repository !== 'GatedRepository') new LifecyclePreviewGate(stack, 'Gate', { repository, guards });
    if (spec.hasPolicy) declarePolicy(stack, repository, cfn, spec);
    if (spec.repository === 'CfnResource') cfn.addPropertyOverride('Tags', [{ Key: 'team', Value: spec.team }]);
    else Tags.of(cfn).add('team', spec.team);
    if (spec.bypass !== undefined) BYPASSES[spec.bypass](cfn);
  };
}

interface Declared {
  readonly repository: ecr.IRepositoryRef;
  readonly cfn: CfnResource;
}

function declareRepository(stack: Stack, spec: StackSpec, guards: LifecycleGuard[]): Declared {
  const repositoryName = nameIn(stack, spec.name);
  switch (spec.repository) {
    case 'GatedRepository':
    case 'Repository': {
      const repository = spec.repository === 'Repository'
        ? new ecr.Repository(stack, 'Web', { repositoryName }) : new GatedRepository(stack, 'Web', { repositoryName, guards });
      return { repository, cfn: repository.node.defaultChild as CfnResource };
    }
    case 'CfnRepository': {
      const repository = new ecr.CfnRepository(stack, 'Web', { repositoryName });
      return { repository, cfn: repository };
    }
    case 'CfnResource': {
      const resource = new CfnResource(stack, 'Web', { type: 'AWS::ECR::Repository', properties: { RepositoryName: repositoryName } });
      return { repository: resource as unknown as ecr.IRepositoryRef, cfn: resource };
    }
  }
}

function nameIn(stack: Stack, name: StackSpec['name']): string | undefined {
  if (name === 'explicit') return REPOSITORY_NAME;
  if (name === 'generated') return undefined;
  const { logicalId } = conditionThat(stack, 'HasName', name === 'conditional, given');
  return Fn.conditionIf(logicalId, REPOSITORY_NAME, Aws.NO_VALUE).toString();
}

const conditionThat = (stack: Stack, id: string, holds: boolean) =>
  new CfnCondition(stack, id, { expression: Fn.conditionEquals(holds ? 'a' : 'b', 'a') });

/** Declares the policy after the gate, so that later rules are tested. */
function declarePolicy(stack: Stack, repository: ecr.IRepositoryRef, cfn: CfnResource, { policy, policyForm }: StackSpec): void {
  const { rules } = JSON.parse(policy) as PolicyDocument;
  const choose = (isTrue: boolean, value: unknown, other: unknown) => {
    const { logicalId } = conditionThat(stack, 'IsChosen', isTrue);
    return { 'Fn::If': [logicalId, ...(isTrue ? [value, other] : [other, value])] };
  };
  const noValue = { Ref: 'AWS::NoValue' };
  switch (policyForm) {
    case 'typed': return LifecyclePolicy.fromRules(...rules.map(typedRule)).applyTo(repository);
    case 'text': return LifecyclePolicy.fromText(policy).applyTo(repository);
    case 'rules later': return addRulesLater(repository, rules);
    case 'override': return cfn.addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', policy);
    case 'Fn::If around it, true': return cfn.addPropertyOverride('LifecyclePolicy', choose(true, { LifecyclePolicyText: policy }, noValue));
    case 'Fn::If around it, false': return cfn.addPropertyOverride('LifecyclePolicy', choose(false, { LifecyclePolicyText: policy }, noValue));
    case 'Fn::If around the text': return cfn.addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', choose(true, policy, keepAll()));
  }
}

const keepAll = () => LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.all() })).toText();

/** Adds rules with CDK's own method if the repository has it and it supports the rules. */
function addRulesLater(repository: ecr.IRepositoryRef, rules: PolicyDocument['rules']): void {
  if (repository instanceof ecr.Repository && rules.every(({ action, selection }) => action.type === 'expire' && selection.storageClass === undefined)) {
    rules.forEach((rule) => repository.addLifecycleRule(cdkRule(rule)));
    return;
  }
  const policy = LifecyclePolicy.fromRules(typedRule(rules[0]));
  policy.applyTo(repository);
  rules.slice(1).forEach((rule) => policy.addRule(typedRule(rule)));
}

function cdkRule({ rulePriority, selection }: PolicyRule): ecr.LifecycleRule {
  const { tagStatus, tagPatternList, countType, countNumber } = selection;
  return {
    rulePriority,
    tagStatus: tagStatus as ecr.TagStatus,
    ...(tagPatternList && { tagPatternList: [...tagPatternList] }),
    ...(countType === 'imageCountMoreThan' ? { maxImageCount: countNumber } : { maxImageAge: Duration.days(countNumber) }),
  };
}

function typedRule({ rulePriority, selection, action }: PolicyRule): LifecycleRule {
  const { tagStatus, tagPatternList = [], countType, countNumber } = selection;
  const images = tagStatus === 'tagged' ? ImageSelection.tagged(tagPatternList[0]) : tagStatus === 'untagged' ? ImageSelection.untagged() : ImageSelection.all();
  const days = () => Duration.days(countNumber);
  if (countType === 'sinceImageTransitioned') return LifecycleRule.expireArchived({ rulePriority, images, sinceImageTransitioned: days() });
  if (action.type === 'expire') {
    const when = countType === 'imageCountMoreThan' ? ExpireWhen.imageCountMoreThan(countNumber) : ExpireWhen.sinceImagePushed(days());
    return LifecycleRule.expire({ rulePriority, images, when });
  }
  const when = countType === 'imageCountMoreThan' ? ArchiveWhen.imageCountMoreThan(countNumber) : ArchiveWhen.sinceImagePulled(days());
  return LifecycleRule.archive({ rulePriority, images, when });
}
