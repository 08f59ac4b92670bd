import { App, Aspects, AspectPriority, CfnOutput, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { GATE, POLICY, countsOf, isL1, newApp, synthesize, visiting } from './gated-app';
import { GatedRepository, LifecyclePreviewGate, LifecyclePreviewGates, RepositoryPolicy } from '../../src';

/* A repository without a lifecycle policy deploys no function. */

const PULL = RepositoryPolicy.organizationPull('o-exampleorgid');
const typesIn = (stack: Stack) => Object.values<{ Type: string }>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);

describe.each([true, false])('with aspect stabilization %p', (aspectStabilization) => {
  const newStack = () => new Stack(newApp(aspectStabilization), 'Shop');

  test.each<[string, (stack: Stack) => unknown]>([
    ['a GatedRepository', (stack) => new GatedRepository(stack, 'Web')],
    ['a GatedRepository with a repository policy', (stack) => new GatedRepository(stack, 'Web', { repositoryPolicy: PULL })],
    ['a repository under LifecyclePreviewGates', (stack) => {
      LifecyclePreviewGates.of(stack).add();
      PULL.applyTo(new ecr.Repository(stack, 'Web'));
    }],
    ['a repository with an explicit gate', (stack) => new LifecyclePreviewGate(stack, 'Gate', { repository: new ecr.Repository(stack, 'Web') })],
  ])('%s without a lifecycle policy is the only resource', (_, make) => {
    const stack = newStack();
    make(stack);
    expect(typesIn(stack)).toEqual(['AWS::ECR::Repository']);
  });

  test('a GatedRepository without a policy gets no warning', () => {
    const stack = newStack();
    new GatedRepository(stack, 'Web', { repositoryPolicy: PULL });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test.each<[string, (repository: GatedRepository, stack: Stack) => void]>([
    ['addLifecycleRule', (repository) => repository.addLifecycleRule({ maxImageCount: 5 })],
    ['applyTo', (repository) => POLICY().applyTo(repository)],
    ['the L1', (repository) => {
      (repository.node.defaultChild as ecr.CfnRepository).lifecyclePolicy = { lifecyclePolicyText: POLICY().toText() };
    }],
    ['an override', (repository) => {
      (repository.node.defaultChild as ecr.CfnRepository).addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', POLICY().toText());
    }],
    ['an aspect', (_, stack) => Aspects.of(stack).add(visiting((node) => isL1(node) && POLICY().applyTo(node)))],
  ])('a policy that is added later with %s is gated', (_, add) => {
    const stack = newStack();
    add(new GatedRepository(stack, 'Web'), stack);
    expect(countsOf(synthesize(stack.node.root as App)[0])).toEqual({ Web: 1 });
  });

  test('a policy from an aspect with a later priority fails synthesis', () => {
    const stack = newStack();
    new GatedRepository(stack, 'Web');
    Aspects.of(stack).add(visiting((node) => isL1(node) && POLICY().applyTo(node)), { priority: AspectPriority.READONLY });
    expect(() => (stack.node.root as App).synth()).toThrow('MissingGate: Shop/Web/Resource got its lifecycle policy too late for its gate');
  });

  test('a policy that only the finished template has fails synthesis', () => {
    class Shop extends Stack {
      public _toCloudFormation(): any {
        const template = (Stack.prototype as any)._toCloudFormation.call(this);
        for (const { Properties } of Object.values<any>(template.Resources)) Properties.LifecyclePolicy = { LifecyclePolicyText: POLICY().toText() };
        return template;
      }
    }
    const stack = new Shop(newApp(aspectStabilization), 'Shop');
    new GatedRepository(stack, 'Web', { repositoryName: 'shop/web' });
    expect(() => (stack.node.root as App).synth()).toThrow(/MissingGate at Shop\/Web\/Resource .*added too late/);
  });

  test('an attribute of the gate creates its resources', () => {
    const stack = newStack();
    new CfnOutput(stack, 'Count', { value: new GatedRepository(stack, 'Web').gate.expiringImageCount });
    expect(typesIn(stack)).toContain(GATE);
  });

  test('the logical ids do not depend on the time of the policy', () => {
    const idsOf = (make: (stack: Stack) => void) => {
      const stack = newStack();
      make(stack);
      return Object.keys(Template.fromStack(stack).toJSON().Resources).sort();
    };
    expect(idsOf((stack) => new GatedRepository(stack, 'Web').addLifecycleRule({ maxImageCount: 5 })))
      .toEqual(idsOf((stack) => new GatedRepository(stack, 'Web', { lifecycleRules: [{ maxImageCount: 5 }] })));
  });
});
