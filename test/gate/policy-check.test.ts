import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations as Given, Match } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Annotations } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { asRepository, plainResource } from './template-under-test';
import {
  ExpireWhen, GatedRepository, ImageSelection, LifecyclePolicy, LifecyclePolicyAttachment, LifecyclePreviewGate, LifecyclePreviewGates, LifecycleRule,
} from '../../src';

/* The policy of a gated repository is checked at synthesis, no matter how it is written. */

const textOf = (countNumber: number) => JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber }, action: { type: 'expire' } }],
});
const l1 = (stack: Stack, count: number) => new ecr.CfnRepository(stack, 'Web', { lifecyclePolicy: { lifecyclePolicyText: textOf(count) } });
const rules = (count: number): ecr.LifecycleRule[] => [{ maxImageAge: Duration.days(count) }];

/** Each declares a policy that expires every image by its age, and returns the repository. */
const PLACES: [string, (stack: Stack, count: number) => IConstruct][] = [
  ['lifecycleRules of a GatedRepository', (stack, count) => new GatedRepository(stack, 'Web', { lifecycleRules: rules(count) })],
  ['lifecycleRules of a repository without its gate', (stack, count) => new GatedRepository(stack, 'Web', { lifecycleRules: rules(count), gateEnabled: false })],
  ['addLifecycleRule of a GatedRepository', (stack, count) => {
    const repository = new GatedRepository(stack, 'Web');
    repository.addLifecycleRule(rules(count)[0]);
    return repository;
  }],
  ['an override on a GatedRepository with a typed policy', (stack, count) => {
    const repository = new GatedRepository(stack, 'Web', {
      lifecyclePolicy: LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(3) })),
    });
    (repository.node.defaultChild as ecr.CfnRepository).addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', textOf(count));
    return repository;
  }],
  ['the gate of an L1', (stack, count) => {
    const repository = l1(stack, count);
    new LifecyclePreviewGate(stack, 'Gate', { repository });
    return repository;
  }],
  ['the gate of a plain CfnResource', (stack, count) => {
    const repository = plainResource(stack, { LifecyclePolicy: { LifecyclePolicyText: textOf(count) } });
    new LifecyclePreviewGate(stack, 'Gate', { repository: asRepository(repository) });
    return repository;
  }],
  ['LifecyclePreviewGates over an L2', (stack, count) => {
    LifecyclePreviewGates.of(stack).add();
    return new ecr.Repository(stack, 'Web', { lifecycleRules: rules(count) });
  }],
  ['LifecyclePreviewGates over an L1', (stack, count) => {
    LifecyclePreviewGates.of(stack).add();
    return l1(stack, count);
  }],
];

const newStack = () => new Stack(new App({ analyticsReporting: false }), 'Shop');
const warningsIn = (stack: Stack) => Given.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
const synthesize = (stack: Stack) => () => (stack.node.root as App).synth();

describe.each(PLACES)('%s', (_, make) => {
  test('is refused with all problems, once', () => {
    const stack = newStack();
    make(stack, 0);
    expect(synthesize(stack)).toThrow(/InvalidLifecyclePolicy: the lifecycle policy of Shop\/Web(\/Resource)? has a problem:\n {2}- InvalidCountNumber at rules\[\d\][^]*$/);
    expect(synthesize(stack)).not.toThrow(/InvalidCountNumber[^]*InvalidCountNumber/);
  });

  test('gets the warnings of a typed policy, once', () => {
    const stack = newStack();
    make(stack, 5);
    const [{ id, message }] = LifecyclePolicy.fromText(textOf(5)).lint();
    expect(warningsIn(stack)).toEqual([`${message} [ack: cdk-ecr-lifecycle:${id}]`]);
  });

  test.each<[string, (repository: IConstruct) => IConstruct]>([
    ['repository', (repository) => repository], ['stack', ({ node }) => node.scope!], ['app', ({ node }) => node.root],
  ])('its warnings can be acknowledged on the %s', (__, scopeOf) => {
    const stack = newStack();
    Annotations.of(scopeOf(make(stack, 5))).acknowledgeWarning('cdk-ecr-lifecycle:ageCatchAll', 'a cache');
    expect(warningsIn(stack)).toEqual([]);
  });
});

test('a list that is meant as AND gets no warning under a gate either', () => {
  const stack = newStack();
  new GatedRepository(stack, 'Web', {
    lifecyclePolicy: LifecyclePolicy.fromRules(
      LifecycleRule.expire({ images: ImageSelection.taggedWithAllOf('v*', '*-arm'), when: ExpireWhen.imageCountMoreThan(5) })),
  });
  expect(warningsIn(stack)).toEqual([]);
});

test.each<[string, (stack: Stack) => unknown]>([
  ['an empty policy', (stack) => new GatedRepository(stack, 'Web', { lifecyclePolicy: LifecyclePolicy.fromRules() })],
  ['the empty policy of an attachment', (stack) => new LifecyclePolicyAttachment(stack, 'Web', {
    repository: ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app'), lifecyclePolicy: LifecyclePolicy.fromRules(),
  })],
  ['a parameter in a rule of CDK, which CDK writes as text', (stack) => new GatedRepository(stack, 'Web', {
    lifecycleRules: [{ maxImageCount: new CfnParameter(stack, 'Images', { type: 'Number' }).valueAsNumber }],
  })],
])('refuses %s', (_, make) => {
  const stack = newStack();
  make(stack);
  expect(synthesize(stack)).toThrow(/Validation failed[^]*\[Shop\/Web[^]*InvalidLifecyclePolicy: /);
});

test.each<[string, (stack: Stack) => string]>([
  ['a parameter', (stack) => new CfnParameter(stack, 'Policy').valueAsString],
  ['a text with a parameter', (stack) => stack.toJsonString({ rules: [new CfnParameter(stack, 'Count').valueAsString] })],
  ['a dynamic reference', () => '{{resolve:ssm:/shop/policy:3}}'],
])('leaves %s to the deployment', (_, text) => {
  const stack = newStack();
  new LifecyclePreviewGate(stack, 'Gate', { repository: new ecr.CfnRepository(stack, 'Web', { lifecyclePolicy: { lifecyclePolicyText: text(stack) } }) });
  expect(warningsIn(stack)).toEqual([]);
});

test('a repository without any gate is not checked', () => {
  const stack = newStack();
  l1(stack, 0);
  expect(synthesize(stack)).not.toThrow();
});
