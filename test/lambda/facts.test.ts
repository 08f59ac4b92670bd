import { GateUnderTest, keepNewest, REPOSITORY_URI } from './gate-under-test';

/* The facts that the gate reads besides the preview: only those that a guard needs, and only if they can change the judgment. */

const MANY = { Id: 'max-images', Limit: '10000' };
const KEEP_ONE_UNTAGGED = JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 }, action: { type: 'expire' } }],
});

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('a', 'b', 'c'));

const calls = (operation: string) => gate.calls.filter((called) => called === operation).length;
const guardsOf = (digests: readonly string[]) => [
  ['protect-in-use', { Id: 'protect-in-use', Sources: ['ecs'] }, () => gate.runImages(...digests)],
  ['protect-digests', { Id: 'protect-digests', Digests: digests }, () => undefined],
] as const;

test('a task definition that only a rule or a schedule starts is in use between two runs', async () => {
  const { account } = gate.rehearsal.runtimes;
  account.clusters = [{ name: 'main', services: [], tasks: [] }];
  account.taskDefinitions = [{ name: 'nightly-report:7', images: [`${REPOSITORY_URI}:a`] }, { name: 'weekly:1', images: [`${REPOSITORY_URI}:b`] }];
  account.rules = [{ name: 'nightly-report', targets: [{ taskDefinition: 'nightly-report:7' }] }];
  account.schedules = [{ name: 'weekly', group: 'reports', state: 'DISABLED', target: { taskDefinition: 'weekly' } }];
  const properties = { Guards: [MANY, { Id: 'protect-in-use', Sources: ['ecs', 'lambda'] }] };
  expect(await gate.reasonOf(gate.run(properties))).toMatch(/^UnexpectedExpiry: .* protect-in-use: /);
  const [violation] = gate.report!.violations;
  expect(violation).toMatchObject({ guardId: 'protect-in-use', images: 2 });
  expect(JSON.stringify(gate.report)).toContain('EventBridge rule nightly-report (task nightly-report:7)');
  expect(JSON.stringify(gate.report)).toContain('schedule reports/weekly (disabled, task weekly:1)');

  account.rules = [];
  account.schedules = [];
  expect((await gate.run(properties)).Data.ExpiringImageCount).toBe(2);
});

test.each([
  ['limits need two calls', [MANY, { Id: 'max-percent', Percent: '99' }, { Id: 'max-archived', Limit: '0' }], []],
  ['protecting guards look for images that are being restored from the archive', [
    MANY, { Id: 'max-percent', Percent: '99' }, { Id: 'protect-in-use', Sources: ['ecs', 'lambda', 'inspector'] },
    { Id: 'protect-newest', Count: '1', Selection: { TagStatus: 'any' } },
  ], ['DescribeImages', 'DescribeImages']],
])('with nothing expiring, %s', async (_, Guards, more) => {
  const asked = gate.rehearsal.runtimes.calls.length;
  await gate.run({ LifecyclePolicyText: keepNewest(3), Guards });
  expect(gate.calls).toEqual(['Start', 'Get', ...more]);
  expect(gate.rehearsal.runtimes.calls).toHaveLength(asked);
});

test.each([
  ['max-images', MANY, 0],
  ['protect-tags', { Id: 'protect-tags', Patterns: ['x'] }, 2],
  ['protect-pushed-within', { Id: 'protect-pushed-within', Seconds: '1' }, 2],
  ['max-archived', { Id: 'max-archived', Limit: '0' }, 0],
  ['max-expiring', { Id: 'max-expiring', RulePriority: '1', Limit: '2' }, 0],
  ['max-percent', { Id: 'max-percent', Percent: '99' }, 2],
  ['protect-pulled-within', { Id: 'protect-pulled-within', Seconds: '1' }, 2],
  ['protect-newest', { Id: 'protect-newest', Count: '1', Selection: { TagStatus: 'any' } }, 2],
  ['keep-at-least', { Id: 'keep-at-least', Count: '1', Selection: { TagStatus: 'any' } }, 2],
  ['protect-digests', { Id: 'protect-digests', Digests: [`sha256:${'0'.repeat(64)}`] }, 2],
  ['protect-in-use', { Id: 'protect-in-use', Sources: ['ecs'] }, 2],
])('%s lists the images only if it needs them', async (_, guard, lists) => {
  // Later than all pushes and pulls.
  gate.clock.advance(gate.rehearsal.ecr.clock.now() + 1e9);
  expect((await gate.run({ Guards: [MANY, guard] })).Data.ExpiringImageCount).toBe(2);
  expect(calls('DescribeImages')).toBe(lists);
  expect(calls('BatchGetImage')).toBe(0);
});

test('2,500 images are listed in pages of 1,000, including archived ones', async () => {
  gate.reset(...Array.from({ length: 2_400 }, (_, i) => `build-${i}`));
  for (let i = 0; i < 100; i++) gate.repository.addImage({ tags: [`old-${i}`], archivedAt: 1 });
  await gate.run({ LifecyclePolicyText: keepNewest(2_399), Guards: [MANY, { Id: 'max-percent', Percent: '0.04' }] });
  expect(calls('DescribeImages')).toBe(3 + 1);
});

describe('an index and its parts', () => {
  /** Adds four untagged images, of which the two oldest are for an index. */
  function setUp() {
    gate.reset();
    const now = gate.rehearsal.ecr.clock.now();
    const [one, two, , newest] = [4, 3, 2, 1].map((age) => gate.repository.addImage({ pushedAt: now - age * 1000 }));
    return { one, two, newest };
  }

  test.each(['protect-in-use', 'protect-digests'])('%s: a used index protects its parts', async (id) => {
    // The index is pushed after the preview. Otherwise ECR's own evaluation would keep its parts.
    const { one, two } = setUp();
    const started = { index: '' };
    gate.faults.add({
      operation: 'GetLifecyclePolicyPreview',
      fault: { kind: 'meanwhile', act: () => { started.index = gate.repository.addImage({ tags: ['v1'], children: [one, two], digest: `sha256:${'a'.repeat(64)}` }); } },
    });
    const [, guard, arrange] = guardsOf([`sha256:${'a'.repeat(64)}`]).find(([guardId]) => guardId === id)!;
    arrange();
    await gate.reasonOf(gate.run({ LifecyclePolicyText: KEEP_ONE_UNTAGGED, Guards: [MANY, guard] }));
    expect(gate.report!.images.filter(({ violates }) => violates.length > 0).map(({ imageDigest }) => imageDigest).sort()).toEqual([one, two].sort());
    expect(calls('BatchGetImage')).toBe(1);
  });

  test.each(['protect-in-use', 'protect-digests'])('%s: a used part protects its index', async (id) => {
    const { one } = setUp();
    const index = gate.repository.addImage({ tags: ['v1'], children: [one], pushedAt: 0 });
    const [, guard, arrange] = guardsOf([one]).find(([guardId]) => guardId === id)!;
    arrange();
    const KEEP_FOUR = keepNewest(4);
    const reason = await gate.reasonOf(gate.run({ LifecyclePolicyText: KEEP_FOUR, Guards: [MANY, guard] }));
    expect(reason).toContain(`${id}: 1 image`);
    expect(gate.report!.images.map(({ imageDigest }) => imageDigest)).toContain(index);
  });

  test('a used index protects an index that is a part of it', async () => {
    const { one } = setUp();
    const inner = gate.repository.addImage({ children: [one], pushedAt: 0 });
    const outer = `sha256:${'b'.repeat(64)}`;
    gate.faults.add({
      operation: 'GetLifecyclePolicyPreview',
      fault: { kind: 'meanwhile', act: () => { gate.repository.addImage({ tags: ['v2'], children: [inner], digest: outer }); } },
    });
    const guard = { Id: 'protect-digests', Digests: [outer] };
    expect(await gate.reasonOf(gate.run({ LifecyclePolicyText: keepNewest(4), Guards: [MANY, guard] }))).toContain('protect-digests: 1 image');
  });

  test('manifests are not read if no image is used, or if there is no index', async () => {
    const { one, newest } = setUp();
    gate.repository.addImage({ tags: ['v1'], children: [one], pushedAt: 0 });
    await gate.run({ LifecyclePolicyText: keepNewest(4), Guards: [MANY, { Id: 'protect-in-use', Sources: ['ecs'] }] });
    expect(calls('BatchGetImage')).toBe(0);
    gate.runImages(newest);
    gate.repository.store.remove(gate.repository.images.find(({ childDigests }) => childDigests)!.imageDigest);
    await gate.run({ LifecyclePolicyText: KEEP_ONE_UNTAGGED.replace('"countNumber":1', '"countNumber":3'), Guards: [MANY, { Id: 'protect-in-use', Sources: ['ecs'] }] });
    expect(calls('BatchGetImage')).toBe(0);
  });
});
