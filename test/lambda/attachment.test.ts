import { denied, GateUnderTest, keepNewest, PROPERTIES, REPOSITORY } from './gate-under-test';
import type { Fault } from '../../rehearsal/ecr/faults';
import type { GateEvent } from '../../src/lambda/event';

/* An attachment when things go wrong. Its whole life is in test/deployment/attachment.test.ts. */

const FOUND = keepNewest(999);
const OURS = keepNewest(100);
const NEXT = keepNewest(50);
const FOREIGN = keepNewest(998);
const PUT = 'PutLifecyclePolicy';
const THROTTLED: Fault = { kind: 'error', code: 'ThrottlingException' };

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => {
  gate.reset('a', 'b', 'c');
  live(FOUND);
});

const live = (text: string | undefined) => {
  gate.repository.lifecyclePolicyText = text;
};
const properties = (LifecyclePolicyText: string) => ({ Purpose: 'ATTACHMENT', LifecyclePolicyText });
let requests = 0;

function run(text: string, event: Partial<GateEvent> = {}) {
  return gate.run(properties(text), { RequestId: `request-${++requests}`, LogicalResourceId: 'Attachment', ...event });
}
const create = (text = OURS, event: Partial<GateEvent> = {}) => run(text, { RequestType: 'Create', PhysicalResourceId: undefined, ...event });
const remove = () => run(OURS, { RequestType: 'Delete' });
const outcomes = () => gate.logged.map(({ outcome }) => outcome).filter((outcome) => outcome !== undefined && outcome !== 'PASSED');
const policy = () => gate.repository.lifecyclePolicyText;
const memories = () => gate.rehearsal.ssm.parameters.size;

test('a Create puts the policy on after the judgement, and says what was there', async () => {
  const { PhysicalResourceId, Data } = await create();
  expect(PhysicalResourceId).toBe(`lifecycle-policy-attachment-Attachment-${REPOSITORY}`);
  expect(Data).toMatchObject({ ExpiringImageCount: 0 });
  expect(policy()).toBe(OURS);
  expect(gate.calls).toEqual(['Start', 'Get', 'GetLifecyclePolicy', PUT]);
  expect(gate.logged.at(-1)).toEqual({ outcome: 'ATTACHED', repositoryName: REPOSITORY, former: FOUND });
});

test('an event that comes twice is answered alike, and what was found is not forgotten', async () => {
  const first = await create(OURS, { RequestId: 'same' });
  expect(await create(OURS, { RequestId: 'same' })).toEqual(first);
  await remove();
  expect(policy()).toBe(FOUND);
});

describe('an event that is delivered again later on', () => {
  const FIRST = { OldResourceProperties: { ...PROPERTIES, ...properties(OURS) }, RequestId: 'first' };
  beforeEach(async () => {
    await create(OURS);
    await run(NEXT, FIRST);
  });

  test('after the next deployment: the newer policy stays', async () => {
    await run(keepNewest(40), { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) } });
    await run(NEXT, FIRST);
    expect(policy()).toBe(keepNewest(40));
    expect(outcomes().at(-1)).toBe('NOT_ATTACHED');
  });

  test.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'])('after its rollback, in %s: the former policy stays', async (status) => {
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS', status);
    await run(OURS, { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) } });
    expect(policy()).toBe(OURS);
    await run(NEXT, FIRST);
    expect(policy()).toBe(OURS);
    await remove();
    expect(policy()).toBe(FOUND);
  });

  test('a rollback, after the deployment that followed it: the newer policy stays', async () => {
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS');
    const rollback = { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) }, RequestId: 'rollback' };
    await run(OURS, rollback);
    await run(keepNewest(40), { OldResourceProperties: { ...PROPERTIES, ...properties(OURS) } });
    await run(OURS, rollback);
    expect(policy()).toBe(keepNewest(40));
  });

  test('a Delete: what others have put there since stays', async () => {
    await remove();
    live(FOREIGN);
    await remove();
    expect(policy()).toBe(FOREIGN);
  });
});

describe('what goes wrong while the policy is put on', () => {
  test.each([
    ['throttling', PUT, THROTTLED, 3],
    ['a lost connection', PUT, { kind: 'reset' } as Fault, 2],
    ['a lost answer', PUT, { kind: 'reset', when: 'after' } as Fault, 1],
    ['a role that is not effective yet', PUT, denied('ecr:PutLifecyclePolicy'), 20],
    ['throttling while it reads', 'GetLifecyclePolicy', THROTTLED, 3],
  ])('%s is waited out', async (_, operation, fault, times) => {
    gate.hit(operation, fault, times);
    await create();
    expect(policy()).toBe(OURS);
    await remove();
    expect(policy()).toBe(FOUND);
  });

  test('a missing permission fails the deployment by name, and leaves nothing behind', async () => {
    gate.hit(PUT, denied('ecr:PutLifecyclePolicy'), 1_000);
    expect(await gate.reasonOf(create())).toContain('AccessDenied: not authorized to perform: ecr:PutLifecyclePolicy');
    expect(policy()).toBe(FOUND);
    expect(memories()).toBe(0);
  });

  test('an error over a policy that was put all the same: it is taken back', async () => {
    gate.hit(PUT, { kind: 'error', code: 'ValidationException', message: 'no' });
    gate.meanwhile('GetLifecyclePolicy', () => live(OURS), 1, 1);
    expect(await gate.reasonOf(create())).toContain('FailedJudgment: ValidationException: no');
    expect(policy()).toBe(FOUND);
  });

  test('an Update to another repository leaves nothing behind there, either', async () => {
    await create();
    const another = gate.rehearsal.ecr.registry.createRepository('shop/another');
    gate.hit(PUT, denied('ecr:PutLifecyclePolicy'), 1_000);
    const update = gate.run({ ...properties(OURS), RepositoryName: 'shop/another' }, {
      LogicalResourceId: 'Attachment', OldResourceProperties: { ...PROPERTIES, ...properties(OURS) },
    });
    expect(await gate.reasonOf(update)).toContain('AccessDenied');
    expect(another.lifecyclePolicyText).toBeUndefined();
    expect(memories()).toBe(1);
    gate.rehearsal.ecr.registry.deleteRepository('shop/another');
  });

  test('at the last moment it is taken back while there is time', async () => {
    gate.meanwhile(PUT, () => {
      gate.clock.advance(900_000 - 30_000 - 10_000 - 50 - gate.clock.now());
      gate.rehearsal.cloudFormation.faults.add({ operation: 'DescribeStacks', latencyMs: 2_000 });
    });
    expect(await gate.reasonOf(create())).toContain('ExceededDeadline: the time was up while putting the policy on "shop/web"');
    expect([policy(), memories()]).toEqual([FOUND, 0]);
  });

  test('a memory that is none is named', async () => {
    await create();
    gate.rehearsal.ssm.parameters.forEach((_, name, all) => all.set(name, 'packed:bm90aGluZw=='));
    expect(await gate.reasonOf(run(NEXT))).toMatch(/^UnreadableMemory: the parameter \/cdk-ecr-lifecycle\/Shop\/\S+ does not hold what/);
    expect(policy()).toBe(OURS);
  });

  test('without its memory nothing is put', async () => {
    gate.rehearsal.ssm.faults.add({ operation: 'PutParameter', times: 1_000, fault: denied('ssm:PutParameter') });
    expect(await gate.reasonOf(create())).toContain('AccessDenied: not authorized to perform: ssm:PutParameter');
    expect(policy()).toBe(FOUND);
    expect(gate.calls).not.toContain(PUT);
  });

  test('also under WARN: a policy that is not on the repository is no success', async () => {
    gate.hit(PUT, denied('ecr:PutLifecyclePolicy'), 1_000);
    const warned = gate.run({ ...properties(OURS), Enforcement: 'WARN' }, { RequestType: 'Create', PhysicalResourceId: undefined });
    expect(await gate.reasonOf(warned)).toContain('AccessDenied');
  });

  test('under WARN a judgement that took all its time leaves some to put the policy on', async () => {
    gate.repository.nextPreviews.push('IN_PROGRESS');
    await gate.run({ ...properties(OURS), Enforcement: 'WARN' }, { RequestType: 'Create', PhysicalResourceId: undefined });
    expect(outcomes()).toEqual(['WARNED', 'ATTACHED']);
    expect(policy()).toBe(OURS);
  });
});

describe('a rollback that begins meanwhile', () => {
  test('while the policy is judged: nothing is put', async () => {
    gate.stackStatuses.push('CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS');
    await create();
    expect(policy()).toBe(FOUND);
    expect(outcomes()).toEqual(['NOT_ATTACHED']);
    expect(memories()).toBe(0);
  });

  test.each<[GateEvent['RequestType'], string | undefined]>([['Create', undefined], ['Update', 'attachment-1']])(
    'while the policy of a %s is put on: it is taken back', async (RequestType, PhysicalResourceId) => {
      gate.stackStatuses.push('UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS');
      expect(await gate.reasonOf(run(NEXT, { RequestType, PhysicalResourceId }))).toContain('OvertakenByRollback');
      expect(policy()).toBe(FOUND);
    });

  test('and a deletion of the stack', async () => {
    gate.stackStatuses.push('CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS');
    await create();
    expect(policy()).toBe(FOUND);
  });
});

describe('the ways back never fail', () => {
  const rollBack = () => {
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS');
    return run(OURS, { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) } });
  };
  beforeEach(async () => {
    await create();
    await run(NEXT, { OldResourceProperties: { ...PROPERTIES, ...properties(OURS) } });
    gate.logged = [];
  });

  test('a rollback brings the former policy back', async () => {
    await rollBack();
    expect(policy()).toBe(OURS);
    expect(outcomes()).toEqual(['RESTORED']);
  });

  test.each<[string, () => void, string]>([
    ['the attachment\'s own', () => undefined, OURS],
    ['what somebody else put there in between', () => live(FOREIGN), FOREIGN],
  ])('one over two deployments, of which the first was left as it had failed, brings back %s', async (_, meanwhile, expected) => {
    meanwhile();
    const last = keepNewest(40);
    await run(last, { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) } });
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS');
    await run(OURS, { OldResourceProperties: { ...PROPERTIES, ...properties(last) } });
    expect(policy()).toBe(expected);
    await remove();
    expect(policy()).toBe(expected === OURS ? FOUND : FOREIGN);
  });

  test('one after a deployment that was blocked, and one before that was left as it had failed', async () => {
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS');
    await run(OURS, { OldResourceProperties: { ...PROPERTIES, ...properties(keepNewest(1)) } });
    expect(policy()).toBe(OURS);
  });

  test.each<[string, () => void]>([
    ['ECR denies it', () => gate.hit(PUT, denied('ecr:PutLifecyclePolicy'), 1_000)],
    ['ECR throttles for ever', () => gate.hit(PUT, THROTTLED, 10_000)],
    ['ECR does not answer what is live', () => gate.hit('GetLifecyclePolicy', { kind: 'error', code: 'ServerException', status: 500 }, 10_000)],
    ['the memory cannot be read', () => gate.rehearsal.ssm.faults.add({ operation: 'GetParameter', times: 1_000, fault: denied('ssm:GetParameter') })],
    ['the memory is no memory', () => gate.rehearsal.ssm.parameters.forEach((_, name, all) => all.set(name, 'packed:bm90aGluZw=='))],
    ['the repository is gone', () => gate.rehearsal.ecr.registry.deleteRepository(REPOSITORY)],
  ])('%s: it passes, and says in the log what did not come back', async (_, breakIt) => {
    breakIt();
    await expect(remove()).resolves.toMatchObject({ PhysicalResourceId: 'gate-1' });
    expect(outcomes()).toEqual(['NOT_RESTORED']);

    gate.logged = [];
    await rollBack();
    expect(outcomes()).toEqual(['NOT_RESTORED']);
  });

  test('a Delete with malformed properties passes', async () => {
    await expect(gate.run({ Purpose: 'OTHER' }, { RequestType: 'Delete' })).resolves.toBeDefined();
    expect(policy()).toBe(NEXT);
  });

  test('what somebody else put there stays, and that is said', async () => {
    live(FOREIGN);
    await remove();
    expect(policy()).toBe(FOREIGN);
    expect(gate.logged.at(-1)).toMatchObject({ outcome: 'LEFT_AS_IT_IS', because: expect.stringContaining('another process') });
    expect(memories()).toBe(0);
  });
});
