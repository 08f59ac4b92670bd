import { denied, GateUnderTest, keepNewest, PROPERTIES, REPOSITORY } from './gate-under-test';
import type { Fault } from '../../rehearsal/http/faults';
import type { GateEvent } from '../../src/lambda/event';

/* Faults of an attachment. For its whole life see test/deployment/attachment.test.ts. */

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

test('a Create applies the policy after the judgment, and logs the former one', async () => {
  const { PhysicalResourceId, Data } = await create();
  expect(PhysicalResourceId).toBe(`lifecycle-policy-attachment-Attachment-${REPOSITORY}`);
  expect(Data).toMatchObject({ ExpiringImageCount: 0 });
  expect(policy()).toBe(OURS);
  expect(gate.calls).toEqual(['Start', 'Get', 'GetLifecyclePolicy', PUT]);
  expect(gate.logged.at(-1)).toEqual({ outcome: 'ATTACHED', repositoryName: REPOSITORY, former: FOUND });
});

test('an event that is delivered twice has the same answer, and the found policy is remembered', async () => {
  const first = await create(OURS, { RequestId: 'same' });
  expect(await create(OURS, { RequestId: 'same' })).toEqual(first);
  await remove();
  expect(policy()).toBe(FOUND);
});

describe('an event that is delivered again later', () => {
  const FIRST = { OldResourceProperties: { ...PROPERTIES, ...properties(OURS) }, RequestId: 'first' };
  beforeEach(async () => {
    await create(OURS);
    await run(NEXT, FIRST);
  });

  test('after the next deployment: the newer policy is kept', async () => {
    await run(keepNewest(40), { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) } });
    await run(NEXT, FIRST);
    expect(policy()).toBe(keepNewest(40));
    expect(outcomes().at(-1)).toBe('NOT_ATTACHED');
  });

  test.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'])('after its rollback, in %s: the former policy is kept', async (status) => {
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS', status);
    await run(OURS, { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) } });
    expect(policy()).toBe(OURS);
    await run(NEXT, FIRST);
    expect(policy()).toBe(OURS);
    await remove();
    expect(policy()).toBe(FOUND);
  });

  test('a rollback, after the deployment that followed it: the newer policy is kept', async () => {
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS');
    const rollback = { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) }, RequestId: 'rollback' };
    await run(OURS, rollback);
    await run(keepNewest(40), { OldResourceProperties: { ...PROPERTIES, ...properties(OURS) } });
    await run(OURS, rollback);
    expect(policy()).toBe(keepNewest(40));
  });

  test('a Delete: the policy of another process since is kept', async () => {
    await remove();
    live(FOREIGN);
    await remove();
    expect(policy()).toBe(FOREIGN);
  });
});

describe('a fault while the policy is applied', () => {
  test.each([
    ['throttling', PUT, THROTTLED, 3],
    ['a lost connection', PUT, { kind: 'reset' } as Fault, 2],
    ['a lost answer', PUT, { kind: 'reset', when: 'after' } as Fault, 1],
    ['a role that is not effective yet', PUT, denied('ecr:PutLifecyclePolicy'), 20],
    ['throttling while it reads', 'GetLifecyclePolicy', THROTTLED, 3],
  ])('%s is retried', async (_, operation, fault, times) => {
    gate.hit(operation, fault, times);
    await create();
    expect(policy()).toBe(OURS);
    await remove();
    expect(policy()).toBe(FOUND);
  });

  test('a missing permission fails the deployment with its name, and everything is restored', async () => {
    gate.hit(PUT, denied('ecr:PutLifecyclePolicy'), 1_000);
    expect(await gate.reasonOf(create())).toContain('AccessDenied: not authorized to perform: ecr:PutLifecyclePolicy');
    expect(policy()).toBe(FOUND);
    expect(memories()).toBe(0);
  });

  test('a policy that was applied in spite of an error is restored', async () => {
    gate.hit(PUT, { kind: 'error', code: 'ValidationException', message: 'no' });
    gate.meanwhile('GetLifecyclePolicy', () => live(OURS), 1, 1);
    expect(await gate.reasonOf(create())).toContain('FailedJudgment: ValidationException: no');
    expect(policy()).toBe(FOUND);
  });

  test('an Update to another repository is restored there as well', async () => {
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

  test('the former policy is restored within the time that is reserved for it', async () => {
    gate.meanwhile(PUT, () => {
      gate.clock.advance(900_000 - 30_000 - 10_000 - 50 - gate.clock.now());
      gate.rehearsal.cloudFormation.faults.add({ operation: 'DescribeStacks', latencyMs: 2_000 });
    });
    expect(await gate.reasonOf(create())).toContain('ExceededDeadline: timed out while applying the policy to "shop/web"');
    expect([policy(), memories()]).toEqual([FOUND, 0]);
  });

  test('a malformed memory is named', async () => {
    await create();
    gate.rehearsal.ssm.parameters.forEach((_, name, all) => all.set(name, 'packed:bm90aGluZw=='));
    expect(await gate.reasonOf(run(NEXT))).toMatch(/^UnreadableMemory: the parameter \/cdk-ecr-lifecycle\/Shop\/\S+ does not contain the memory/);
    expect(policy()).toBe(OURS);
  });

  test('the policy is not applied if the memory cannot be written', async () => {
    gate.rehearsal.ssm.faults.add({ operation: 'PutParameter', times: 1_000, fault: denied('ssm:PutParameter') });
    expect(await gate.reasonOf(create())).toContain('AccessDenied: not authorized to perform: ssm:PutParameter');
    expect(policy()).toBe(FOUND);
    expect(gate.calls).not.toContain(PUT);
  });

  test('a policy that is not applied fails the deployment under WARN as well', async () => {
    gate.hit(PUT, denied('ecr:PutLifecyclePolicy'), 1_000);
    const warned = gate.run({ ...properties(OURS), Enforcement: 'WARN' }, { RequestType: 'Create', PhysicalResourceId: undefined });
    expect(await gate.reasonOf(warned)).toContain('AccessDenied');
  });

  test('under WARN, a judgment that times out leaves enough time to apply the policy', async () => {
    gate.repository.nextPreviews.push('IN_PROGRESS');
    await gate.run({ ...properties(OURS), Enforcement: 'WARN' }, { RequestType: 'Create', PhysicalResourceId: undefined });
    expect(outcomes()).toEqual(['WARNED', 'ATTACHED']);
    expect(policy()).toBe(OURS);
  });
});

describe('a rollback that begins in the meantime', () => {
  test('while the policy is judged: the policy is not applied', async () => {
    gate.stackStatuses.push('CREATE_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS');
    await create();
    expect(policy()).toBe(FOUND);
    expect(outcomes()).toEqual(['NOT_ATTACHED']);
    expect(memories()).toBe(0);
  });

  test.each<[GateEvent['RequestType'], string | undefined]>([['Create', undefined], ['Update', 'attachment-1']])(
    'while the policy of a %s is applied: the former one is restored', async (RequestType, PhysicalResourceId) => {
      gate.stackStatuses.push('UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS');
      expect(await gate.reasonOf(run(NEXT, { RequestType, PhysicalResourceId }))).toContain('OvertakenByRollback');
      expect(policy()).toBe(FOUND);
    });

  test('or a deletion of the stack: the policy is not applied', async () => {
    gate.stackStatuses.push('CREATE_IN_PROGRESS', 'DELETE_IN_PROGRESS');
    await create();
    expect(policy()).toBe(FOUND);
  });
});

describe('a rollback or a Delete never fails', () => {
  const rollBack = () => {
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS');
    return run(OURS, { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) } });
  };
  beforeEach(async () => {
    await create();
    await run(NEXT, { OldResourceProperties: { ...PROPERTIES, ...properties(OURS) } });
    gate.logged = [];
  });

  test('a rollback restores the former policy', async () => {
    await rollBack();
    expect(policy()).toBe(OURS);
    expect(outcomes()).toEqual(['RESTORED']);
  });

  test.each<[string, () => void, string]>([
    ['the attachment\'s own policy', () => undefined, OURS],
    ['the policy that another process put in between', () => live(FOREIGN), FOREIGN],
  ])('a rollback of two deployments, the first of which had failed without a rollback, restores %s', async (_, meanwhile, expected) => {
    meanwhile();
    const last = keepNewest(40);
    await run(last, { OldResourceProperties: { ...PROPERTIES, ...properties(NEXT) } });
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS');
    await run(OURS, { OldResourceProperties: { ...PROPERTIES, ...properties(last) } });
    expect(policy()).toBe(expected);
    await remove();
    expect(policy()).toBe(expected === OURS ? FOUND : FOREIGN);
  });

  test('a rollback of a blocked deployment, after one that had failed without a rollback, changes nothing', async () => {
    gate.stackStatuses.push('UPDATE_ROLLBACK_IN_PROGRESS');
    await run(OURS, { OldResourceProperties: { ...PROPERTIES, ...properties(keepNewest(1)) } });
    expect(policy()).toBe(OURS);
  });

  test.each<[string, () => void]>([
    ['ECR denies it', () => gate.hit(PUT, denied('ecr:PutLifecyclePolicy'), 1_000)],
    ['ECR throttles permanently', () => gate.hit(PUT, THROTTLED, 10_000)],
    ['ECR does not return the live policy', () => gate.hit('GetLifecyclePolicy', { kind: 'error', code: 'ServerException', status: 500 }, 10_000)],
    ['the memory cannot be read', () => gate.rehearsal.ssm.faults.add({ operation: 'GetParameter', times: 1_000, fault: denied('ssm:GetParameter') })],
    ['the memory is malformed', () => gate.rehearsal.ssm.parameters.forEach((_, name, all) => all.set(name, 'packed:bm90aGluZw=='))],
    ['the repository is deleted', () => gate.rehearsal.ecr.registry.deleteRepository(REPOSITORY)],
  ])('%s: the event passes, and the log has the failure', async (_, breakIt) => {
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

  test('the policy of another process is kept, and the log has the reason', async () => {
    live(FOREIGN);
    await remove();
    expect(policy()).toBe(FOREIGN);
    expect(gate.logged.at(-1)).toMatchObject({ outcome: 'LEFT_AS_IT_IS', because: expect.stringContaining('another process') });
    expect(memories()).toBe(0);
  });
});
