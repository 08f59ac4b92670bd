import { Aspects, AspectPriority, App, CfnResource, Stack, Stage, Tags } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { POLICY, REPOSITORY, WITH_POLICY, countsOf, gatesOf, isL1, isL2, newApp as newAppWith, ofType, synthesize, visiting } from './gated-app';
import { LifecyclePreviewGates } from '../../src';

/* Repositories and policies that are added after the call, by other aspects, or too late. Other aspects on the resources of gates. */

describe.each([true, false])('with aspect stabilization %p', (aspectStabilization) => {
  const newApp = () => newAppWith(aspectStabilization);

  describe('additions after the call are included', () => {
    test('repositories, stacks and rules', () => {
      const app = newApp();
      LifecyclePreviewGates.of(app).add();
      const stack = new Stack(app, 'Shop');
      new ecr.Repository(stack, 'Rule').addLifecycleRule({ maxImageCount: 5 });
      POLICY().applyTo(new ecr.Repository(stack, 'Applied'));
      new ecr.CfnRepository(stack, 'L1').lifecyclePolicy = { lifecyclePolicyText: POLICY().toText() };
      expect(countsOf(synthesize(app)[0])).toEqual({ Rule: 1, Applied: 1, L1: 1 });
    });

    test.each<[string, (node: IConstruct) => void]>([
      ['on the L2', (node) => isL2(node) && node.addLifecycleRule({ maxImageCount: 5 })],
      ['on the L1', (node) => isL1(node) && POLICY().applyTo(node)],
      ['on the stack', (node) => Stack.isStack(node) && node.node.findAll().filter(isL1).forEach((l1) => POLICY().applyTo(l1))],
    ])('policies that another aspect adds %s', (_, visit) => {
      const app = newApp();
      LifecyclePreviewGates.of(app).add();
      const stack = new Stack(app, 'Shop');
      new ecr.Repository(stack, 'Web');
      new ecr.Repository(stack, 'Api');
      Aspects.of(app).add(visiting(visit));
      Tags.of(app).add('owner', 'me');

      const [resources] = synthesize(app);
      expect(countsOf(resources)).toEqual({ Web: 1, Api: 1 });
      // Aspects visit a provider that is added this late, too.
      for (const [, { Properties }] of ofType('AWS::Lambda::Function', resources)) expect(Properties.Tags).toEqual([{ Key: 'owner', Value: 'me' }]);
    });

    test('a rule that is added after the gate reaches the repository and the gate', () => {
      const app = newApp();
      new ecr.Repository(new Stack(app, 'Shop'), 'Web', WITH_POLICY);
      LifecyclePreviewGates.of(app).add();
      Aspects.of(app).add(
        visiting((node) => isL2(node) && node.addLifecycleRule({ tagPrefixList: ['pr-'], maxImageCount: 5 })),
        { priority: AspectPriority.READONLY });
      const [resources] = synthesize(app);
      const [[, repository]] = ofType(REPOSITORY, resources);
      const text = repository.Properties.LifecyclePolicy.LifecyclePolicyText;
      expect(JSON.parse(text).rules).toHaveLength(2);
      expect(gatesOf(resources)[0][1].Properties.LifecyclePolicyText).toBe(text);
    });
  });

  describe('other aspects', () => {
    test.each<[string, boolean, (app: App) => IConstruct]>([
      ['gates of the app', true, (app) => app],
      ['gates of a construct', true, (app) => app.node.findChild('Shop').node.findChild('Deep')],
      ['policies that an aspect adds', false, (app) => app],
    ])('visit all added resources: %s', (_, hasPolicy, scopeOf) => {
      const app = newApp();
      const stack = new Stack(app, 'Shop');
      const deep = new Construct(stack, 'Deep');
      new ecr.Repository(deep, 'Web', hasPolicy ? WITH_POLICY : {});
      new Construct(stack, 'Last');
      const boundary = iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'limits');
      iam.PermissionsBoundary.of(app).apply(boundary);
      Tags.of(app).add('owner', 'me');
      LifecyclePreviewGates.of(scopeOf(app)).add();
      if (!hasPolicy) Aspects.of(app).add(visiting((node) => isL1(node) && POLICY().applyTo(node)));
      const visited = new Set<IConstruct>();
      Aspects.of(app).add(visiting((node) => visited.add(node)));

      const [resources] = synthesize(app);

      expect(gatesOf(resources)).toHaveLength(1);
      expect(JSON.stringify(app.node.findAll().flatMap(({ node }) => node.metadata))).not.toContain('ignoredAspect');
      const all = stack.node.findAll().filter(CfnResource.isCfnResource);
      const missed = all.filter((resource) => !visited.has(resource)).map(({ node }) => node.path);
      // Without the flag, CDK does not visit a gate whose policy was added on the L1. It has no tags and needs no permissions.
      expect(missed).toEqual(hasPolicy || aspectStabilization ? [] : ['Shop/Deep/Web/LifecyclePreviewGate/Resource/Default']);
      const roles = ofType('AWS::IAM::Role', resources).map(([, { Properties }]) => Properties);
      expect(roles).toHaveLength(1);
      for (const { PermissionsBoundary, Tags: tags } of roles) {
        expect(JSON.stringify(PermissionsBoundary)).toContain(':policy/limits');
        expect(tags).toEqual([{ Key: 'owner', Value: 'me' }]);
      }
      for (const type of ['AWS::Lambda::Function', 'AWS::Logs::LogGroup']) {
        for (const [, { Properties }] of ofType(type, resources)) expect(Properties.Tags).toEqual([{ Key: 'owner', Value: 'me' }]);
      }
    });

    test('work with many stacks', () => {
      const app = newApp();
      for (let i = 0; i < 110; i++) new ecr.Repository(new Stack(app, `Shop${i}`), 'Web', WITH_POLICY);
      LifecyclePreviewGates.of(app).add();
      expect(synthesize(app).map((resources) => gatesOf(resources).length)).toEqual(Array(110).fill(1));
    });
  });

  describe('synthesis fails for additions that are too late', () => {
    test('a stage with a repository that would be gated', () => {
      const app = newApp();
      LifecyclePreviewGates.of(app).add();
      new ecr.Repository(new Stack(new Stage(app, 'Prod'), 'Shop'), 'Web', WITH_POLICY);
      expect(() => app.synth()).toThrow('LateStage: LifecyclePreviewGates.of(…).add() does not reach the stage Prod in time, so Prod/Shop/Web/Resource has no gate');
    });

    test('a policy from an aspect with a later priority', () => {
      const app = newApp();
      new ecr.CfnRepository(new Stack(app, 'Shop'), 'Web');
      LifecyclePreviewGates.of(app).add();
      Aspects.of(app).add(visiting((node) => isL1(node) && POLICY().applyTo(node)), { priority: AspectPriority.READONLY });
      expect(() => app.synth()).toThrow('MissingGate: Shop/Web');
    });

    test('but not for a stage with its own gates', () => {
      const app = newApp();
      LifecyclePreviewGates.of(app).add();
      const stage = new Stage(app, 'Prod');
      new ecr.Repository(new Stack(stage, 'Shop'), 'Web', WITH_POLICY);
      LifecyclePreviewGates.of(stage).add();
      expect(synthesize(app).map(countsOf)).toEqual([{ Web: 1 }]);
    });
  });
});
