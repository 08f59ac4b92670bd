import * as fs from 'fs';
import * as path from 'path';
import { App, CfnResource, Duration, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Construct } from 'constructs';
import { POLICY, REPOSITORY, Resource, Resources, WITH_POLICY, countsOf, gatesOf, gatingOf, newApp as newAppWith, ofType, synthesize } from './gated-app';
import { LifecycleGuard, GateEnforcement, GatedRepository, LifecyclePreviewGate, LifecyclePreviewGates } from '../../src';

describe.each([true, false])('with aspect stabilization %p', (aspectStabilization) => {
  const newApp = () => newAppWith(aspectStabilization);

  describe('gates', () => {
    test('L2 and L1, in stacks, nested stacks and stages', () => {
      const app = newApp();
      const stage = new Stage(new Construct(app, 'Environments'), 'Prod');
      for (const scope of [app, stage]) {
        const stack = new Stack(scope, 'Shop');
        new ecr.Repository(stack, 'L2', WITH_POLICY);
        POLICY().applyTo(new ecr.CfnRepository(new Construct(stack, 'Deep'), 'L1'));
        new ecr.Repository(new NestedStack(stack, 'Nested'), 'Inner', WITH_POLICY);
      }
      LifecyclePreviewGates.of(app).add();

      const templates = synthesize(app);
      expect(templates).toHaveLength(4);
      for (const resources of templates) {
        expect(Object.values(countsOf(resources))).toEqual(ofType(REPOSITORY, resources).map(() => 1));
        expect(gatesOf(resources)).toHaveLength(ofType(REPOSITORY, resources).length);
        // A stack and its nested stack each have a provider.
        expect(ofType('AWS::Lambda::Function', resources)).toHaveLength(1);
      }
      const shop = app.node.findChild('Shop');
      expect(shop.node.findChild('L2').node.tryFindChild('LifecyclePreviewGate')).toBeInstanceOf(LifecyclePreviewGate);
      expect(shop.node.findChild('Deep').node.tryFindChild('L1LifecyclePreviewGate')).toBeInstanceOf(LifecyclePreviewGate);
    });

    test('repositories of an included template', () => {
      const app = newApp();
      const templateFile = path.join(fs.mkdtempSync(path.join(app.outdir, 'include-')), 'included.json');
      fs.writeFileSync(templateFile, JSON.stringify({
        Resources: { Web: { Type: REPOSITORY, Properties: { LifecyclePolicy: { LifecyclePolicyText: POLICY().toText() } } } },
      }));
      new CfnInclude(new Stack(app, 'Shop'), 'Included', { templateFile });
      LifecyclePreviewGates.of(app).add();
      const resources = Template.fromStack(app.node.findChild('Shop') as Stack).toJSON().Resources;
      expect(countsOf(resources)).toEqual({ Web: 1 });
      expect(gatesOf(resources)[0][1].Properties.LifecyclePolicyText).toBe(POLICY().toText());
    });

    // The logical id must be read from the L1: the stack does not know an id that is overridden or included.
    test('a repository with an overridden logical id', () => {
      const app = newApp();
      const cfn = new ecr.CfnRepository(new Stack(app, 'Shop'), 'Api', { lifecyclePolicy: { lifecyclePolicyText: POLICY().toText() } });
      cfn.overrideLogicalId('Renamed');
      LifecyclePreviewGates.of(app).add();
      expect(gatesOf(synthesize(app)[0])[0][1].Properties.RepositoryLogicalId).toBe('Renamed');
    });

    test('no repository that has no policy, is imported, or already has a gate anywhere in the tree', () => {
      const app = newApp();
      const stack = new Stack(app, 'Shop');
      new ecr.Repository(stack, 'NoPolicy');
      ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app');
      new GatedRepository(stack, 'Gated', { lifecyclePolicy: POLICY() });
      const byHand = new ecr.Repository(stack, 'ByHand', WITH_POLICY);
      new LifecyclePreviewGate(new Construct(stack, 'Elsewhere'), 'Gate', { repository: byHand });
      LifecyclePreviewGates.of(app).add({ guards: [LifecycleGuard.maxImages(7)] });

      const [resources] = synthesize(app);
      expect(countsOf(resources)).toEqual({ NoPolicy: 0, Gated: 1, ByHand: 1 });
      expect(gatesOf(resources).map(([, { Properties }]) => Properties.Guards)).toEqual([[], []]);
    });

    test('add no resource to a stack without gates', () => {
      const templateOf = (gated: boolean) => {
        const app = newApp();
        new ecr.Repository(new Stack(app, 'Shop'), 'NoPolicy');
        if (gated) LifecyclePreviewGates.of(app).add();
        return synthesize(app);
      };
      expect(templateOf(true)).toEqual(templateOf(false));
    });

    test('only repositories below the scope', () => {
      const app = newApp();
      const stack = new Stack(app, 'Shop');
      const scope = new Construct(stack, 'Scope');
      new ecr.Repository(stack, 'Outside', WITH_POLICY);
      new ecr.Repository(scope, 'Inside', WITH_POLICY);
      const itself = new ecr.Repository(stack, 'Itself', WITH_POLICY);
      LifecyclePreviewGates.of(scope).add();
      LifecyclePreviewGates.of(itself).add();
      expect(countsOf(synthesize(app)[0])).toEqual({ Outside: 0, ScopeInside: 1, Itself: 1 });
    });

    test('change existing resources only by the dependency', () => {
      const templateOf = (gated: boolean) => {
        const app = newApp();
        const stack = new Stack(app, 'Shop');
        new ecr.Repository(stack, 'Web', WITH_POLICY);
        const cfn = new ecr.CfnRepository(stack, 'Api', { lifecyclePolicy: { lifecyclePolicyText: POLICY().toText() } });
        cfn.node.addDependency(new CfnResource(stack, 'Other', { type: 'AWS::SNS::Topic' }));
        if (gated) LifecyclePreviewGates.of(app).add();
        return synthesize(app)[0];
      };
      const [before, after] = [templateOf(false), templateOf(true)];
      for (const [id, resource] of Object.entries(before)) {
        const { DependsOn, ...rest } = after[id];
        expect({ ...rest, ...(resource.DependsOn ? { DependsOn: ['Other'] } : {}) }).toEqual(resource);
        expect(DependsOn ?? []).toEqual(expect.arrayContaining(resource.DependsOn ?? []));
      }
    });
  });

  describe('nested scopes', () => {
    type Call = [scope: 'app' | 'stack' | 'deep', limit: number];
    function templatesOf(calls: Call[]): Resources[] {
      const app = newApp();
      const stack = new Stack(app, 'Shop');
      const deep = new Construct(stack, 'Deep');
      const scopes = { app, stack, deep };
      new ecr.Repository(stack, 'Web', WITH_POLICY);
      new ecr.Repository(deep, 'Api', WITH_POLICY);
      new ecr.Repository(new Stack(app, 'Other'), 'Tools', WITH_POLICY);
      for (const [scope, limit] of calls) LifecyclePreviewGates.of(scopes[scope]).add({ guards: [LifecycleGuard.maxImages(limit)] });
      return synthesize(app);
    }
    const CALLS: Call[] = [['app', 1], ['stack', 2], ['deep', 3]];

    test('the options of the innermost scope apply, and no repository has two gates', () => {
      const limits = Object.assign({}, ...templatesOf(CALLS).map(gatingOf));
      const guards = Object.entries<Resource[]>(limits).map(([id, gates]) => [id, gates.map(({ Properties }) => Properties.Guards[0].Limit)]);
      expect(Object.fromEntries(guards)).toEqual({ Tools: ['1'], Web: ['2'], DeepApi: ['3'] });
    });

    test('the order of the calls does not matter, and calls can be repeated', () => {
      const text = (calls: Call[]) => JSON.stringify(templatesOf(calls));
      expect(text([...CALLS].reverse())).toBe(text(CALLS));
      expect(text([CALLS[1], CALLS[2], CALLS[0], CALLS[1], CALLS[0]])).toBe(text(CALLS));
    });

    test('rejects different options for one scope', () => {
      expect(() => templatesOf([['stack', 1], ['stack', 2]])).toThrow('ConflictingGateOptions: LifecyclePreviewGates of Shop already have other options');
      expect(() => templatesOf([['app', 1], ['app', 2]])).toThrow('ConflictingGateOptions: LifecyclePreviewGates of the app');
    });
  });

  test('each gate has the guards and all other options', () => {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    for (const id of ['Web', 'Api']) new ecr.Repository(stack, id, WITH_POLICY);
    LifecyclePreviewGates.of(stack).add({
      guards: [LifecycleGuard.maxImages(50), LifecycleGuard.protectTags('release-*')],
      enforcement: GateEnforcement.WARN,
      approvedPreview: '0123456789abcdef',
      timeout: Duration.minutes(5),
      trigger: 'commit-1',
    });
    const gates = gatesOf(synthesize(app)[0]);
    expect(gates).toHaveLength(2);
    for (const [, { Properties }] of gates) {
      expect(Properties).toMatchObject({
        Guards: [{ Id: 'max-images', Limit: '50' }, { Id: 'protect-tags', Patterns: ['release-*'] }],
        Enforcement: 'WARN',
        ApprovedPreview: '0123456789abcdef',
        TimeoutSeconds: '300',
        Trigger: 'commit-1',
      });
    }
  });

  test('two syntheses are identical to the byte', () => {
    const text = () => {
      const app = newApp();
      const stack = new Stack(app, 'Shop');
      for (const id of ['Web', 'Api', 'Tools']) new ecr.Repository(stack, id, WITH_POLICY);
      POLICY().applyTo(new ecr.CfnRepository(stack, 'L1'));
      LifecyclePreviewGates.of(app).add({ guards: [LifecycleGuard.maxImages(5)] });
      return JSON.stringify(synthesize(app));
    };
    expect(text()).toBe(text());
  });
});

describe('misuse', () => {
  test.each([
    [{ approvedPreview: 'ABC' }, 'InvalidFingerprint'],
    [{ timeout: Duration.seconds(30) }, 'InvalidTimeout'],
  ])('rejects %j at the call', (options, code) => {
    expect(() => LifecyclePreviewGates.of(new App({ analyticsReporting: false })).add(options)).toThrow(code);
  });

  test('rejects a second gate that is added explicitly', () => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
    const repository = new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY() });
    expect(() => new LifecyclePreviewGate(stack, 'Second', { repository }))
      .toThrow('DuplicateGate: Shop/Second is a second gate for Shop/Web/Resource, which already has Shop/Web/Gate');
  });
});
