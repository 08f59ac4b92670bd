import { App, Aws, CfnCondition, CfnParameter, CfnResource, Fn, Stack, Tags } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Rehearsal } from '../../rehearsal/rehearsal';
import { LifecycleGuard, GatedRepository, LifecyclePolicy, LifecyclePreviewGate, LifecyclePreviewGates } from '../../src';

/* Templates with a policy, name or repository that is not literal. The gate judges the policy that CloudFormation applies. */

const keepOnly = (countNumber: number) => JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber }, action: { type: 'expire' } }],
});
const [KEEP_ONE, KEEP_MANY] = [keepOnly(1), keepOnly(1000)];
const REPOSITORY = 'shop/web';
const guards = [LifecycleGuard.maxImages(50), LifecycleGuard.protectTags('release-*')];

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.start();
});
afterEach(() => rehearsal.stop());

const deploy = (build: (stack: Stack) => void, stackName = 'Shop') => rehearsal.deploy(stackName, build);
const expired = () => rehearsal.ecr.runLifecycle().flatMap(({ imageTags }) => imageTags);
const previews = () => rehearsal.ecr.calls.filter(({ operation }) => operation === 'StartLifecyclePolicyPreview').length;
const repositoryIn = (stackName: string) =>
  Object.values(rehearsal.cloudFormation.stack(stackName)!.resources).find(({ type }) => type === 'AWS::ECR::Repository')!;

function addReleases(repositoryName = REPOSITORY): void {
  const repository = rehearsal.ecr.registry.repository(repositoryName);
  for (let i = 0; i < 5; i++) repository.addImage({ tags: [`release-${i}`], pushedAt: rehearsal.ecr.clock.now() - (5 - i) * 1000 });
}

const condition = (stack: Stack, id: string, holds: boolean) => new CfnCondition(stack, id, { expression: Fn.conditionEquals(holds ? 'a' : 'b', 'a') });

type Declare = (stack: Stack, text: string) => CfnResource;
const conditional = (holds: boolean): Declare => (stack, text) => {
  const { logicalId } = condition(stack, 'On', holds);
  const [whenTrue, whenFalse] = holds ? [{ LifecyclePolicyText: text }, Aws.NO_VALUE] : [Aws.NO_VALUE, { LifecyclePolicyText: text }];
  return new ecr.CfnRepository(stack, 'Web', { repositoryName: REPOSITORY, lifecyclePolicy: Fn.conditionIf(logicalId, whenTrue, whenFalse) });
};
const FORMS: Array<[string, Declare]> = [
  ['Fn::If around the policy, true', conditional(true)],
  ['Fn::If around the policy, false', conditional(false)],
  ['a plain CfnResource', (stack, LifecyclePolicyText) => new CfnResource(stack, 'Web', {
    type: 'AWS::ECR::Repository', properties: { RepositoryName: REPOSITORY, LifecyclePolicy: { LifecyclePolicyText } },
  })],
  ['an override', (stack, text) => {
    const repository = new ecr.CfnRepository(stack, 'Web', { repositoryName: REPOSITORY });
    repository.addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', text);
    return repository;
  }],
];
const GATES: Array<[string, (stack: Stack, repository: CfnResource) => void]> = [
  ['a gate of its own', (stack, repository) => void new LifecyclePreviewGate(stack, 'Gate', { repository: repository as unknown as ecr.CfnRepository, guards })],
  ['gates for the whole app', (stack) => LifecyclePreviewGates.of(stack).add({ guards })],
];

describe.each(FORMS)('a policy by %s', (_form, declare) => {
  test.each(GATES)('with %s: no release expires', async (_gate, gate) => {
    const build = (text: string) => (stack: Stack) => gate(stack, declare(stack, text));
    expect((await deploy(build(KEEP_MANY))).status).toBe('CREATE_COMPLETE');
    expect(await rehearsal.livePolicy(REPOSITORY)).toBe(KEEP_MANY);
    addReleases();
    const { status, events } = await deploy(build(KEEP_ONE));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(events.find(({ reason, resourceType }) => resourceType === 'Custom::LifecyclePreviewGate' && reason)?.reason).toContain('protect-tags');
    expect(expired()).toEqual([]);
  });
});

test('a policy whose condition becomes true is judged; one whose condition becomes false is not', async () => {
  const build = (holds: boolean) => (stack: Stack) => {
    const { logicalId } = condition(stack, 'On', holds);
    const lifecyclePolicy = Fn.conditionIf(logicalId, { LifecyclePolicyText: KEEP_ONE }, Aws.NO_VALUE);
    const repository = new ecr.CfnRepository(stack, 'Web', { repositoryName: REPOSITORY, lifecyclePolicy });
    new LifecyclePreviewGate(stack, 'Gate', { repository, guards });
  };
  expect((await deploy(build(true))).status).toBe('CREATE_COMPLETE');
  expect((await deploy(build(false))).status).toBe('UPDATE_COMPLETE');
  expect(await rehearsal.livePolicy(REPOSITORY)).toBeUndefined();
  addReleases();
  expect((await deploy(build(true))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(expired()).toEqual([]);
});

describe('an update of the repository runs the gate, so a manually removed policy is judged before it is applied again', () => {
  const build = (change: (stack: Stack, repository: GatedRepository) => void) => (stack: Stack) => {
    change(stack, new GatedRepository(stack, 'Web', { repositoryName: REPOSITORY, lifecyclePolicy: LifecyclePolicy.fromText(KEEP_ONE), guards }));
  };

  test.each<[string, (to: string) => (stack: Stack, repository: GatedRepository) => void]>([
    ['a tag', (to) => (_, repository) => Tags.of(repository).add('team', to)],
    ['the default of a parameter', (to) => (stack, repository) => Tags.of(repository).add('team', new CfnParameter(stack, 'Team', { default: to }).valueAsString)],
    ['a condition', (to) => (stack, repository) => Tags.of(repository).add('team', Fn.conditionIf(condition(stack, 'On', to === 'red').logicalId, 'red', 'blue').toString())],
    ['the name of another resource', (to) => (stack, repository) => Tags.of(repository).add('topic', new sns.Topic(stack, 'Topic', { topicName: to }).topicName)],
  ])('%s', async (_, change) => {
    await deploy(build(change('red')));
    rehearsal.ecr.registry.repository(REPOSITORY).lifecyclePolicyText = undefined;
    addReleases();
    const before = previews();
    const { status } = await deploy(build(change('blue')));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(previews()).toBeGreaterThan(before);
  });

  test('an unchanged repository does not run the gate', async () => {
    await deploy(build(() => {}));
    addReleases();
    const before = previews();
    expect((await deploy(build((stack) => new sns.Topic(stack, 'Topic')))).status).toBe('UPDATE_COMPLETE');
    expect(previews()).toBe(before);
  });
});

describe('a repository with a condition', () => {
  const build = (made: boolean, text: string) => (stack: Stack) => {
    new sns.Topic(stack, 'Topic');
    const { node } = new GatedRepository(stack, 'Web', { repositoryName: REPOSITORY, lifecyclePolicy: LifecyclePolicy.fromText(text), guards });
    (node.defaultChild as CfnResource).cfnOptions.condition = condition(stack, 'On', made);
  };

  test('that is false passes, even if another stack has a repository of that name', async () => {
    rehearsal.ecr.registry.createRepository(REPOSITORY);
    addReleases();
    expect((await deploy(build(false, KEEP_ONE))).status).toBe('CREATE_COMPLETE');
    expect(previews()).toBe(0);
  });

  test('that becomes false removes the repository from the stack', async () => {
    await deploy(build(true, KEEP_MANY));
    addReleases();
    expect((await deploy(build(false, KEEP_ONE))).status).toBe('UPDATE_COMPLETE');
    expect(expired()).toEqual([]);
  });

  test('that becomes true is judged', async () => {
    await deploy(build(false, KEEP_ONE));
    rehearsal.ecr.registry.createRepository(REPOSITORY);
    addReleases();
    expect((await deploy(build(true, KEEP_ONE))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('a conditional name', () => {
  const build = (named: boolean, text: string) => (stack: Stack) => {
    const { logicalId } = condition(stack, 'HasName', named);
    const repositoryName = Fn.conditionIf(logicalId, REPOSITORY, Aws.NO_VALUE).toString();
    new GatedRepository(stack, 'Web', { repositoryName, lifecyclePolicy: LifecyclePolicy.fromText(text), guards });
  };

  test.each([true, false])('that is present: %p', async (named) => {
    expect((await deploy(build(named, KEEP_MANY))).status).toBe('CREATE_COMPLETE');
    const name = repositoryIn('Shop').physicalId!;
    expect(name === REPOSITORY).toBe(named);
    addReleases(name);
    expect((await deploy(build(named, KEEP_ONE))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await deploy(build(named, keepOnly(5)))).status).toBe('UPDATE_COMPLETE');
  });
});

test.each(['shop--prod', 'Shop'])('the role covers a generated name in the stack %s', async (stackName) => {
  const build = (count: number) => (stack: Stack) => {
    new GatedRepository(stack, 'Web', { lifecyclePolicy: LifecyclePolicy.fromText(keepOnly(count)), guards });
  };
  await deploy(build(1000), stackName);
  const { physicalId } = repositoryIn(stackName);
  expect(physicalId).toMatch(/^shop(-prod)?-web[0-9a-f]{8}-[0-9a-z]{12}$/);
  addReleases(physicalId);
  expect((await deploy(build(10), stackName)).status).toBe('UPDATE_COMPLETE');
});

// After `cdk import`, a stack has the repository as a resource, without a gate.
describe('a repository that was imported into the stack without its gate', () => {
  const imported = (stack: Stack) => {
    const repository = new ecr.Repository(stack, 'Web', { repositoryName: REPOSITORY });
    LifecyclePolicy.fromText(KEEP_MANY).applyTo(repository);
  };
  const gatedWith = (text: string) => (stack: Stack) => {
    new GatedRepository(stack, 'Web', { repositoryName: REPOSITORY, lifecyclePolicy: LifecyclePolicy.fromText(text), guards });
  };

  test('does not depend on a resource that cannot be imported', () => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
    imported(stack);
    const { Resources } = (stack as any)._toCloudFormation();
    expect(Object.values<any>(Resources).map(({ Type, DependsOn }) => [Type, DependsOn])).toEqual([['AWS::ECR::Repository', undefined]]);
  });

  test('gets its gate in the next deployment, which judges the policy', async () => {
    expect((await deploy(imported)).status).toBe('CREATE_COMPLETE');
    addReleases();
    expect((await deploy(gatedWith(KEEP_ONE))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await rehearsal.livePolicy(REPOSITORY)).toBe(KEEP_MANY);

    const { status, events } = await deploy(gatedWith(KEEP_MANY));
    expect(status).toBe('UPDATE_COMPLETE');
    expect(events.filter(({ status: step, resourceType }) => resourceType === 'AWS::ECR::Repository' && step.startsWith('DELETE'))).toEqual([]);
    expect((await deploy(gatedWith(KEEP_ONE))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(expired()).toEqual([]);
  });
});
