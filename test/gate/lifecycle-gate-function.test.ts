import { App, Aspects, NestedStack, Stack, StackProps, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { gatesOf, ofType, POLICY, Resource, synthesize } from './gated-app';
import { LifecycleGuard, GatedRepository, InUseSource, LifecycleGateFunction, LifecyclePolicyAttachment, LifecyclePreviewGates } from '../../src';

const EXCLUSION = 'AWS::ECR::PullTimeUpdateExclusion';
const RULES = [{ maxImageCount: 5 }];
/** A guard whose gate reads the manifests of indexes. */
const READING = [LifecycleGuard.protectInUse(InUseSource.ecs())];

const newApp = () => new App({ analyticsReporting: false });
const shop = (scope: Construct, props: StackProps = {}) => new Stack(scope, 'Shop', props);
const gated = (stack: Stack, guards: LifecycleGuard[] = READING, id = 'Web') => new GatedRepository(stack, id, { lifecycleRules: RULES, guards });
const off = (scope: IConstruct) => LifecycleGateFunction.of(scope).configure({ excludePulls: false });
const on = (scope: IConstruct) => LifecycleGateFunction.of(scope).configure({ excludePulls: true });
interface Rendered {
  readonly Resources: Record<string, Resource>;
  readonly Conditions?: Record<string, unknown>;
}
const templateOf = (stack: Stack) => Template.fromStack(stack).toJSON() as Rendered;
const exclusionsOf = (app: App) => synthesize(app).map((resources) => ofType(EXCLUSION, resources).length);

describe('the pulls of the gates', () => {
  test('are excluded by the role of the function, once per stack, before any gate runs', () => {
    const stack = shop(newApp());
    gated(stack, [], 'First');
    gated(stack);
    gated(stack, READING, 'Last');
    const { Resources } = templateOf(stack);
    const [[id, { Properties }], ...more] = ofType(EXCLUSION, Resources);
    expect(more).toEqual([]);
    const [[role]] = ofType('AWS::IAM::Role', Resources);
    expect(Properties).toEqual({ PrincipalArn: { 'Fn::GetAtt': [role, 'Arn'] } });
    // The function depends on it, and each gate on the function. A DependsOn on a resource with a condition is not possible.
    const [[handler, { Properties: { Environment } }]] = ofType('AWS::Lambda::Function', Resources);
    expect(JSON.stringify(Environment)).toContain(JSON.stringify({ Ref: id }));
    for (const [, gate] of gatesOf(Resources)) {
      expect(gate.Properties.ServiceToken).toEqual({ 'Fn::GetAtt': [handler, 'Arn'] });
      expect(gate).not.toHaveProperty('DependsOn');
    }
  });

  test('are excluded for an attachment and for gates of a whole app', () => {
    const stack = shop(newApp());
    new LifecyclePolicyAttachment(stack, 'Attachment', {
      repository: ecr.Repository.fromRepositoryName(stack, 'Imported', 'shop/web'),
      lifecyclePolicy: POLICY(),
      guards: READING,
    });
    expect(ofType(EXCLUSION, templateOf(stack).Resources)).toHaveLength(1);

    const app = newApp();
    new ecr.Repository(shop(app), 'Web', { lifecycleRules: RULES });
    LifecyclePreviewGates.of(app).add({ guards: READING });
    expect(exclusionsOf(app)).toEqual([1]);
  });

  test('need no exclusion if no gate reads manifests', () => {
    const stack = shop(newApp());
    gated(stack, [LifecycleGuard.maxImages(3), LifecycleGuard.maxArchived(1)]);
    const { Resources, Conditions } = templateOf(stack);
    expect(ofType(EXCLUSION, Resources)).toEqual([]);
    expect(Conditions).toBeUndefined();
    expect(JSON.stringify(ofType('AWS::Lambda::Function', Resources))).not.toContain('PULL_TIME_UPDATE_EXCLUSION');
  });

  test.each<[string, StackProps, number, 'conditional' | 'unconditional' | undefined]>([
    ['an unknown region, with a condition that is evaluated at deployment', {}, 1, 'conditional'],
    ['a region that this aws-cdk-lib does not know', { env: { account: '123456789012', region: 'xx-new-1' } }, 1, 'conditional'],
    ['a commercial region', { env: { account: '123456789012', region: 'eu-central-1' } }, 1, 'unconditional'],
    ['China', { env: { account: '123456789012', region: 'cn-north-1' } }, 0, undefined],
    ['GovCloud', { env: { account: '123456789012', region: 'us-gov-west-1' } }, 0, undefined],
  ])('%s', (_, props, count, condition) => {
    const stack = shop(newApp(), props);
    gated(stack);
    const { Resources, Conditions = {} } = templateOf(stack);
    const exclusions = ofType(EXCLUSION, Resources) as Array<[string, Resource & { Condition?: string }]>;
    expect(exclusions).toHaveLength(count);
    const names = Object.keys(Conditions).filter((name) => name.includes('PullExclusion'));
    expect(names).toHaveLength(condition === 'conditional' ? 1 : 0);
    for (const [, exclusion] of exclusions) expect(exclusion.Condition).toBe(names[0]);
    for (const name of names) expect(Conditions[name]).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] });
  });
});

describe('excludePulls: false', () => {
  test.each<[string, (app: App, stack: Stack) => void]>([
    ['of the stack, before the gates', (_, stack) => { off(stack); gated(stack); }],
    ['of the stack, after the gates', (_, stack) => { gated(stack); off(stack); }],
    ['of the app', (app, stack) => { gated(stack); off(app); }],
    ['of the app, by an aspect', (app, stack) => { gated(stack); Aspects.of(app).add({ visit: (node) => node === app && off(app) }); }],
    ['of the stack, which overrides the app', (app, stack) => { on(app); gated(stack); off(stack); }],
    ['set last', (_, stack) => { gated(stack); on(stack); off(stack); }],
    ['kept by a call without the option', (_, stack) => { gated(stack); off(stack); LifecycleGateFunction.of(stack).configure({}); }],
    ['kept by a call with undefined', (_, stack) => { gated(stack); off(stack); LifecycleGateFunction.of(stack).configure({ excludePulls: undefined }); }],
  ])('%s', (_, build) => {
    const app = newApp();
    const stack = shop(app);
    build(app, stack);
    const { Resources, Conditions } = templateOf(stack);
    expect(ofType(EXCLUSION, Resources)).toEqual([]);
    expect(Conditions).toBeUndefined();
    expect(gatesOf(Resources)).toHaveLength(1);
    expect(JSON.stringify(ofType('AWS::Lambda::Function', Resources))).not.toContain('PULL_TIME_UPDATE_EXCLUSION');
  });

  test('of a stage applies only to its stacks and nested stacks, unless they override it', () => {
    const app = newApp();
    const stage = new Stage(app, 'Prod');
    const outer = new Stack(stage, 'Outer');
    gated(outer);
    gated(new NestedStack(outer, 'Nested'));
    const other = new Stack(stage, 'Other');
    gated(other);
    gated(shop(app));
    off(stage);
    on(other);
    expect(exclusionsOf(app).sort()).toEqual([0, 0, 1, 1]);
  });
});

describe('misuse', () => {
  test('a scope that is neither a stack, a stage nor an app', () => {
    const part = new Construct(shop(newApp()), 'Part');
    expect(() => LifecycleGateFunction.of(part)).toThrow('InvalidScope: LifecycleGateFunction takes a stack, a stage or an app, and Shop/Part is none of them');
  });

  test('a call after the template was written', () => {
    const app = newApp();
    const stage = new Stage(app, 'Prod');
    gated(shop(stage));
    stage.synth();
    expect(() => off(app)).toThrow('LateConfiguration');
    // Other stacks can still be configured.
    const other = new Stack(app, 'Other');
    gated(other);
    off(other);
    expect(ofType(EXCLUSION, templateOf(other).Resources)).toEqual([]);
  });
});
