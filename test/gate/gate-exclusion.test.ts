import { App, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { POLICY, WITH_POLICY, countsOf, newApp as newAppWith, ofType, synthesize } from './gated-app';
import { GateExclusion, GatedRepository, LifecycleGuard, LifecyclePreviewGate, LifecyclePreviewGates, LifecyclePreviewGatesOptions } from '../../src';

/* Repositories without gates: excluded, in a scope that is switched off, or by gateEnabled. */

describe.each([true, false])('with aspect stabilization %p', (aspectStabilization) => {
  const newApp = () => newAppWith(aspectStabilization);

  /** An app with L2, L1 and tagged repositories. Returns the number of gates of each repository. */
  function gatesWith(exclude: (repositories: Record<string, ecr.Repository>) => GateExclusion[], add: LifecyclePreviewGatesOptions = {}) {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    const legacy = new Construct(stack, 'Legacy');
    const web = new ecr.Repository(stack, 'Web', WITH_POLICY);
    const api = new ecr.Repository(legacy, 'Api', WITH_POLICY);
    POLICY().applyTo(new ecr.CfnRepository(legacy, 'L1', { tags: [{ key: 'team', value: 'legacy' }] }));
    Tags.of(web).add('gate', 'off');
    LifecyclePreviewGates.of(app).add({ ...add, exclude: exclude({ web, api }) });
    return countsOf(synthesize(app)[0]);
  }

  test.each<[string, (repositories: Record<string, ecr.Repository>) => GateExclusion[], string[]]>([
    ['a repository', ({ web }) => [GateExclusion.repository(web)], ['Web']],
    ['the path of an L2', () => [GateExclusion.path('Shop/Web')], ['Web']],
    ['the path of a construct, as messages show it', () => [GateExclusion.path('/Shop/Legacy/')], ['LegacyApi', 'LegacyL1']],
    ['a pattern of one id', () => [GateExclusion.path('Shop/*/A*')], ['LegacyApi']],
    ['a pattern of any number of ids', () => [GateExclusion.path('**/Api')], ['LegacyApi']],
    ['a pattern below a construct', () => [GateExclusion.path('Shop/Legacy/**')], ['LegacyApi', 'LegacyL1']],
    ['a tag from Tags.of', () => [GateExclusion.tag('gate')], ['Web']],
    ['a tag with its value', () => [GateExclusion.tag('gate', 'off')], ['Web']],
    ['a tag of an L1', () => [GateExclusion.tag('team', 'legacy')], ['LegacyL1']],
    ['several', ({ web, api }) => [GateExclusion.repository(api), GateExclusion.repository(web)], ['LegacyApi', 'Web']],
  ])('excludes by %s', (_, exclude, expected) => {
    const gates = gatesWith(exclude);
    expect(Object.keys(gates)).toHaveLength(3);
    expect(Object.keys(gates).filter((id) => gates[id] === 0).sort()).toEqual(expected);
  });

  test.each<[string, () => GateExclusion[], string]>([
    ['a path', () => [GateExclusion.path('Shop/Wed')], 'UnusedExclusion: the path "Shop/Wed" is excluded, but no repository below the app matches it'],
    ['the beginning of an id', () => [GateExclusion.path('Shop/We')], 'UnusedExclusion: the path "Shop/We"'],
    ['a repository elsewhere', () => [GateExclusion.repository(new ecr.Repository(new Stack(undefined, 'Other'), 'Web'))], 'UnusedExclusion: the repository Other/Web'],
  ])('fails synthesis if %s matches nothing', (_, exclude, message) => {
    expect(() => gatesWith(exclude)).toThrow(message);
  });

  test('warns if a tag matches nothing', () => {
    const stack = new Stack(newApp(), 'Shop');
    new ecr.Repository(stack, 'Web', WITH_POLICY);
    LifecyclePreviewGates.of(stack.node.root).add({ exclude: [GateExclusion.tag('gate', 'of')] });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('the tag "gate" with the value "of" is excluded, but no repository.*unusedExclusion'));
  });

  test('a repository with its own gate cannot be excluded', () => {
    const app = newApp();
    const repository = new GatedRepository(new Stack(app, 'Shop'), 'Web', { lifecyclePolicy: POLICY() });
    LifecyclePreviewGates.of(app).add({ exclude: [GateExclusion.repository(repository)] });
    expect(() => app.synth()).toThrow('UnusedExclusion: the repository Shop/Web is excluded, but Shop/Web/Resource has its own gate; set gateEnabled to false');
  });

  test('a scope that is switched off gets no gates and no function, and a scope in it can be switched on', () => {
    const app = newApp();
    const dev = new Stage(app, 'Dev');
    for (const scope of [app, dev]) new ecr.Repository(new Stack(scope, 'Shop'), 'Web', WITH_POLICY);
    const inner = new Construct(dev.node.findChild('Shop'), 'Inner');
    new ecr.Repository(inner, 'Api', WITH_POLICY);
    new ecr.Repository(new Stack(dev, 'Plain'), 'Web', WITH_POLICY);
    LifecyclePreviewGates.of(app).add({ guards: [LifecycleGuard.maxImages(5)] });
    LifecyclePreviewGates.of(dev).add({ enabled: false });
    LifecyclePreviewGates.of(inner).add({ enabled: true });
    const templates = synthesize(app);
    expect(templates.map(countsOf).map((counts) => JSON.stringify(counts)).sort()).toEqual(['{"Web":0,"InnerApi":1}', '{"Web":0}', '{"Web":1}'].sort());
    expect(templates.map((resources) => ofType('AWS::Lambda::Function', resources).length).sort()).toEqual([0, 1, 1]);
  });

  test('gateEnabled: false leaves only the repository, also under LifecyclePreviewGates', () => {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    const guards = [LifecycleGuard.maxImages(5), LifecycleGuard.protectTags('release-*')];
    const repository = new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), guards, gateEnabled: false });
    LifecyclePreviewGates.of(app).add();
    expect(Object.values(synthesize(app)[0]).map(({ Type }) => Type)).toEqual(['AWS::ECR::Repository']);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('protectedTagsCanExpire'));
    expect(() => repository.gate).toThrow('DisabledGate: Shop/Web has no gate, because its gateEnabled is false');
  });

  test('gateEnabled: false can have an explicit gate', () => {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    new LifecyclePreviewGate(stack, 'Gate', { repository: new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), gateEnabled: false }) });
    expect(countsOf(synthesize(app)[0])).toEqual({ Web: 1 });
  });

  test('protectTagsForever still needs its proof without a gate', () => {
    const stack = new Stack(newApp(), 'Shop');
    new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), guards: [LifecycleGuard.protectTagsForever('release-*')], gateEnabled: false });
    expect(() => (stack.node.root as App).synth()).toThrow('UnprovenProtection: Shop/Web');
  });
});

test.each<[string, () => GateExclusion]>([
  ['an empty path', () => GateExclusion.path('/')],
  ['an empty key', () => GateExclusion.tag('')],
  ['a path with a token', () => GateExclusion.path(new Stack().region)],
])('rejects %s', (_, make) => {
  expect(make).toThrow('InvalidExclusion');
});

test('rejects an imported repository', () => {
  expect(() => GateExclusion.repository(ecr.Repository.fromRepositoryName(new Stack(), 'Imported', 'team/app'))).toThrow('ImportedRepository');
});

test('other exclusions are other options, and the same ones are not', () => {
  const app = new App({ analyticsReporting: false });
  const add = (options: LifecyclePreviewGatesOptions) => () => LifecyclePreviewGates.of(app).add(options);
  add({ exclude: [GateExclusion.tag('a')] })();
  add({ exclude: [GateExclusion.tag('a')], enabled: true })();
  expect(add({ exclude: [GateExclusion.tag('a', 'b')] })).toThrow('ConflictingGateOptions');
  expect(add({ exclude: [GateExclusion.tag('a')], enabled: false })).toThrow('ConflictingGateOptions');
});

describe('of() without add()', () => {
  test.each<[string, (app: App) => Construct]>([['app', (app) => app], ['stack', (app) => new Stack(app, 'Shop')]])('fails synthesis on the %s', (_, scopeOf) => {
    const app = new App({ analyticsReporting: false });
    LifecyclePreviewGates.of(scopeOf(app));
    expect(() => app.synth()).toThrow('UnusedGates: LifecyclePreviewGates.of(…) has no effect on');
  });

  test('is fine if another call adds the gates', () => {
    const app = new App({ analyticsReporting: false });
    LifecyclePreviewGates.of(app);
    LifecyclePreviewGates.of(app).add();
    LifecyclePreviewGates.of(app);
    expect(() => app.synth()).not.toThrow();
  });
});
