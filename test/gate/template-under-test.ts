import { App, AppProps, CfnCondition, CfnResource, Fn, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { GATE, REPOSITORY } from './gated-app';

/** A policy text. These tests do not judge it. */
export const keepOnly = (countNumber: number) => JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber }, action: { type: 'expire' } }],
});

export interface FinishedTemplate {
  readonly json: any;
  /** The first gate and the first repository. */
  readonly gate: any;
  readonly gateId: string;
  readonly repository: any;
  readonly repositoryId: string;
}

export function finishedTemplate(build: (stack: Stack) => unknown, props: StackProps = {}, appProps: AppProps = {}): FinishedTemplate {
  const stack = new Stack(new App({ analyticsReporting: false, ...appProps }), 'Shop', props);
  build(stack);
  return partsOf(Template.fromStack(stack).toJSON());
}

export function partsOf(json: any): FinishedTemplate {
  const first = (type: string): [string, any] => Object.entries<any>(json.Resources ?? {}).find(([, { Type }]) => Type === type) ?? ['', undefined];
  const [[gateId, gate], [repositoryId, repository]] = [first(GATE), first(REPOSITORY)];
  return { json, gate, gateId, repository, repositoryId };
}

export function cfnRepository(stack: Stack, props?: ecr.CfnRepositoryProps): ecr.CfnRepository {
  return new ecr.CfnRepository(stack, 'Web', props ?? { lifecyclePolicy: { lifecyclePolicyText: keepOnly(5) } });
}

/** Creates a repository as a plain `CfnResource`. */
export function plainResource(stack: Stack, properties: object = { LifecyclePolicy: { LifecyclePolicyText: keepOnly(5) } }): CfnResource {
  return new CfnResource(stack, 'Web', { type: REPOSITORY, properties: properties as Record<string, unknown> });
}

export function condition(stack: Stack, id = 'On'): CfnCondition {
  return new CfnCondition(stack, id, { expression: Fn.conditionEquals('a', 'a') });
}

/** Casts a value that the type of the L1 does not allow, but JavaScript and included templates do. */
export const asPolicy = (value: unknown) => value as ecr.CfnRepository.LifecyclePolicyProperty;
export const asRepository = (resource: CfnResource) => resource as unknown as ecr.CfnRepository;
