import { denied, GateUnderTest, keepNewest, PROPERTIES, REPOSITORY } from './gate-under-test';

/* The state of the stack is read first, because a gate must never block a rollback. */

const POLICY = PROPERTIES.LifecyclePolicyText;

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('a', 'b', 'c'));

const outcomes = () => gate.logged.map(({ outcome }) => outcome);
const rollback = (properties: object = {}) => gate.run(properties, { StackId: gate.rolledBackStackId });

describe('CloudFormation throttles', () => {
  const throttled = (times: number) => gate.rehearsal.cloudFormation.faults.add({ operation: 'DescribeStacks', code: 'Throttling', times });
  /** Throttles for more than a minute of the gate's own retries, after those of the SDK. */
  const throttledForLong = () => {
    throttled(30);
    gate.clock.onSleep = (times) => times === 1 && gate.clock.advance(70_000);
  };

  test.each([
    ['with the default timeout', {}],
    ['with the minimum timeout, which is for the judgment only', { TimeoutSeconds: '60' }],
    ['with malformed properties', { TimeoutSeconds: 'soon' }],
    ['with WARN', { TimeoutSeconds: '60', Enforcement: 'WARN' }],
  ])('a rollback passes after the throttling: %s', async (_, properties) => {
    throttledForLong();
    await rollback(properties);
    expect(outcomes()).toEqual(['PASSED']);
    expect(gate.clock.now()).toBeGreaterThan(60_000);
  });

  test('the timeout of the judgment begins after the throttling', async () => {
    throttledForLong();
    gate.repository.nextPreviews.push('IN_PROGRESS');
    const reason = await gate.reasonOf(gate.run({ TimeoutSeconds: '60' }));
    expect(reason).toContain('ExceededDeadline: timed out while waiting');
    expect(gate.clock.now()).toBeGreaterThan(120_000);
  });

  test('for all of the Lambda\'s time: the gate still answers in time', async () => {
    throttled(100_000);
    expect(await gate.reasonOf(rollback())).toContain('ExceededDeadline');
    expect(gate.clock.now()).toBeLessThanOrEqual(900_000 - 30_000);
  });
});

describe('CloudFormation permanently denies the state of the stack', () => {
  const deny = (...operations: string[]) => operations.forEach((operation) => gate.rehearsal.cloudFormation.faults.add({
    operation, code: 'AccessDenied', status: 403, times: 1_000, message: 'explicit deny in a service control policy',
  }));
  const isLive = (text: string | undefined) => {
    gate.repository.lifecyclePolicyText = text;
  };
  beforeEach(() => deny('DescribeStacks'));

  test('after the usual retries, a policy that is live already passes, because nothing changes', async () => {
    isLive(JSON.stringify(JSON.parse(POLICY), null, 2));
    await rollback();
    expect(gate.logged.at(-1)).toEqual({ outcome: 'PASSED', because: expect.stringMatching(/live policy of "shop\/web" already; AccessDenied: explicit deny/) });
    expect(gate.clock.now()).toBeGreaterThan(25_000);
    expect(gate.calls).toEqual(['GetLifecyclePolicy']);
  });

  test.each<[string, object, string[]]>([
    ['no policy to apply', { LifecyclePolicyText: undefined }, []],
    ['no repository of that name', { RepositoryName: 'shop/none' }, ['GetLifecyclePolicy']],
    ['no repository of that logical id', { RepositoryName: undefined, RepositoryLogicalId: 'Web' }, []],
  ])('%s passes as well', async (_, properties, calls) => {
    await rollback(properties);
    expect(gate.calls).toEqual(calls);
  });

  test.each<[string, () => void, object, string]>([
    ['another policy is live', () => isLive(keepNewest(2)), {}, 'the live policy of "shop/web" is not the one to be applied'],
    ['no policy is live', () => isLive(undefined), {}, 'the live policy of "shop/web" is not the one to be applied'],
    ['the live policy cannot be read', () => { isLive(POLICY); gate.hit('GetLifecyclePolicy', denied('ecr:GetLifecyclePolicy'), 1_000); }, {}, 'cannot read the live policy'],
    ['the generated name cannot be looked up', () => deny('DescribeStackResource'), { RepositoryName: undefined, RepositoryLogicalId: 'Web' }, 'cannot look up the generated name'],
  ])('%s: the gate fails closed, with the reason', async (_, arrange, properties, because) => {
    arrange();
    const reason = await gate.reasonOf(gate.run(properties));
    expect(reason).toMatch(/^DeniedStackState: the gate cannot read whether the stack is rolling back, and /);
    expect(reason).toContain(because);
    expect(reason).toContain('allow cloudformation:DescribeStacks for its role (AccessDenied: explicit deny in a service control policy');
    expect(gate.calls).not.toContain('Start');
  });

  test('malformed properties fail with the denial, because they pass during a rollback', async () => {
    expect(await gate.reasonOf(rollback({ TimeoutSeconds: 'soon' }))).toContain('AccessDenied: explicit deny');
  });

  describe.each(['OptInRequired', 'ExpiredToken', 'ValidationError'])('a call that fails permanently with %s', (code) => {
    beforeEach(() => {
      const { faults } = gate.rehearsal.cloudFormation;
      faults.clear();
      faults.add({ operation: 'DescribeStacks', code, status: 403, times: 1_000 });
    });

    test('passes if the policy is live already', async () => {
      isLive(POLICY);
      await rollback();
      expect(gate.logged.at(-1)).toEqual({ outcome: 'PASSED', because: expect.stringContaining('live policy of "shop/web" already') });
    });

    test('fails closed otherwise, with the original error', async () => {
      isLive(keepNewest(2));
      expect(await gate.reasonOf(gate.run())).toContain(`FailedJudgment: ${code}`);
      expect(gate.calls).not.toContain('Start');
    });
  });

  describe('an attachment', () => {
    const ATTACHMENT = { Purpose: 'ATTACHMENT' };

    test('whose policy is live already passes without a change', async () => {
      isLive(POLICY);
      await rollback(ATTACHMENT);
      expect(gate.calls).toEqual(['GetLifecyclePolicy']);
      expect(gate.rehearsal.ssm.parameters.size).toBe(0);
    });

    test.each([['whose policy is not live', REPOSITORY], ['without its repository', 'shop/none']])('%s fails', async (_, RepositoryName) => {
      isLive(keepNewest(2));
      expect(await gate.reasonOf(gate.run({ ...ATTACHMENT, RepositoryName }))).toContain('DeniedStackState');
      expect(gate.repository.lifecyclePolicyText).toBe(keepNewest(2));
    });

    test('under WARN does not apply a policy that it cannot restore', async () => {
      isLive(keepNewest(2));
      expect(await gate.reasonOf(gate.run({ ...ATTACHMENT, Enforcement: 'WARN' }))).toContain('AccessDenied');
      expect(gate.repository.lifecyclePolicyText).toBe(keepNewest(2));
    });
  });
});
