import { denied, GateUnderTest, PROPERTIES } from './gate-under-test';

/* A gate that fails or warns is a metric, and an event if the function has an event bus. Neither changes the answer. */

const BUS = 'arn:aws:events:us-east-1:111122223333:event-bus/ops';
const REFUSES = { ...PROPERTIES, Guards: [] };

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('a', 'b', 'c'));

async function answered(changes: object = {}, putStatus = 200) {
  const bodies: string[] = [];
  const order: string[] = [];
  const event = {
    RequestType: 'Update',
    ResponseURL: 'https://bucket.s3.amazonaws.com/answer',
    StackId: gate.stackId,
    RequestId: 'request-1',
    LogicalResourceId: 'Gate',
    PhysicalResourceId: 'gate-1',
    ResourceProperties: PROPERTIES,
    OldResourceProperties: PROPERTIES,
    ...changes,
  };
  await gate.answer(event, async (_, body) => {
    bodies.push(body);
    order.push(`answer with ${events().length} events`);
    return putStatus;
  });
  return { answer: JSON.parse(bodies[0]), order };
}

const events = () => gate.rehearsal.runtimes.events;
/** Returns the name and dimensions of each metric. */
const metrics = () => gate.metrics.map((entry) => {
  const [{ Namespace, Dimensions, Metrics: [{ Name }] }] = entry._aws.CloudWatchMetrics;
  const { outcome, code, StackName: stack, [Name]: value, _aws: { Timestamp: at } } = entry;
  return { Namespace, Name, Dimensions, value, stack, outcome, code, at };
});

describe('a gate that fails', () => {
  test('is a metric of its stack, and of the account', async () => {
    await answered({ ResourceProperties: REFUSES });
    expect(metrics()).toEqual([{
      Namespace: 'CdkEcrLifecycle',
      Name: 'FailedGates',
      Dimensions: [['StackName'], []],
      value: 1,
      stack: 'Shop',
      outcome: 'FAILED',
      code: 'UnexpectedExpiry',
      at: gate.clock.now(),
    }]);
    expect(events()).toEqual([]);
  });

  test('is an event with the facts, sent after the answer', async () => {
    gate.eventBus = BUS;
    const { answer, order } = await answered({ ResourceProperties: REFUSES });
    expect(order).toEqual(['answer with 0 events']);
    expect(events()).toEqual([{
      bus: BUS,
      source: 'cdk-ecr-lifecycle',
      detailType: 'Lifecycle Gate Failed',
      detail: {
        schemaVersion: 1,
        outcome: 'FAILED',
        enforcement: 'FAIL',
        code: 'UnexpectedExpiry',
        message: answer.Reason,
        account: '111122223333',
        region: 'us-east-1',
        stackId: gate.stackId,
        stackName: 'Shop',
        logicalId: 'Gate',
        repositoryName: 'shop/web',
        counts: { expiring: 2, archiving: 0, ahead: 0, unexpected: 2 },
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        report: { logGroup: '/aws/lambda/gate' },
      },
    }]);
  });

  test('because it could not judge is UNKNOWN', async () => {
    gate.eventBus = BUS;
    gate.hit('StartLifecyclePolicyPreview', { kind: 'error', code: 'ValidationException', message: 'odd' });
    const { answer } = await answered();
    expect(answer.Status).toBe('FAILED');
    expect(metrics()).toMatchObject([{ Name: 'FailedGates', outcome: 'UNKNOWN', code: 'FailedJudgment' }]);
    const [{ detail }] = events();
    expect(detail).toMatchObject({ outcome: 'UNKNOWN', code: 'FailedJudgment', repositoryName: 'shop/web', message: expect.stringContaining('odd') });
    for (const field of ['counts', 'fingerprint']) expect(detail).not.toHaveProperty(field);
  });

  test.each<[string, object, string]>([
    ['malformed properties', { ResourceProperties: { Purpose: 'OTHER' } }, 'MalformedProperties'],
    ['properties that cannot be read', { ResourceProperties: { get Purpose() { throw new Error('a fault of the gate'); } } }, 'FailedJudgment'],
  ])('because of %s is counted', async (_, changes, code) => {
    const { answer } = await answered(changes);
    expect(answer.Status).toBe('FAILED');
    expect(metrics()).toMatchObject([{ Name: 'FailedGates', outcome: 'UNKNOWN', code }]);
  });

  test('but only warns is another metric and another event', async () => {
    gate.eventBus = BUS;
    const { answer } = await answered({ ResourceProperties: { ...REFUSES, Enforcement: 'WARN' } });
    expect(answer.Status).toBe('SUCCESS');
    expect(metrics()).toMatchObject([{ Name: 'WarnedGates', outcome: 'WARNED' }]);
    expect(events()).toMatchObject([{ detailType: 'Lifecycle Gate Warned', detail: { outcome: 'WARNED', enforcement: 'WARN', counts: { unexpected: 2 } } }]);
  });
});

describe('no metric and no event', () => {
  test.each<[string, () => object]>([
    ['of a gate that passes', () => ({})],
    ['of a rollback', () => ({ StackId: gate.rolledBackStackId, ResourceProperties: REFUSES })],
    ['of a deletion', () => ({ RequestType: 'Delete', ResourceProperties: REFUSES })],
    ['of a deletion that fails', () => ({ RequestType: 'Delete', ResourceProperties: { get Purpose() { throw new Error('a fault of the gate'); } } })],
  ])('%s', async (_, changes) => {
    gate.eventBus = BUS;
    const { answer } = await answered(changes());
    expect(answer.Status).toBe('SUCCESS');
    expect([metrics(), events()]).toEqual([[], []]);
  });
});

describe('an event that cannot be sent', () => {
  const fails = async () => {
    gate.eventBus = BUS;
    const { answer } = await answered({ ResourceProperties: REFUSES });
    expect(answer.Status).toBe('FAILED');
    expect(metrics()).toHaveLength(1);
    return gate.logged.find(({ outcome }) => outcome === 'EVENT_NOT_SENT')?.because;
  };
  const hit = (fault: Parameters<GateUnderTest['hit']>[1]) => gate.rehearsal.runtimes.faults.add({ operation: 'events:PutEvents', fault, times: 1, skip: 0 });

  test('because the permission is missing is logged', async () => {
    hit(denied('events:PutEvents'));
    expect(await fails()).toMatch(/AccessDeniedException: not authorized/);
  });

  test('because the bus rejects the entry is logged', async () => {
    hit({ kind: 'respond', body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'sorry' }] } });
    expect(await fails()).toBe(`RejectedEvent: the event bus ${BUS} did not accept the event: InternalFailure sorry; check the bus and its quotas`);
  });

  test.each([[{}], [{ FailedEntryCount: 0, Entries: [] }]])('because the answer is %p is logged', async (body) => {
    hit({ kind: 'respond', body });
    expect(await fails()).toMatch(/the answer has no id/);
  });

  test('within a few seconds is given up', async () => {
    hit({ kind: 'delay', ms: 20_000 });
    const began = process.hrtime.bigint();
    expect(await fails()).toMatch(/ExceededDeadline: timed out while putting an event/);
    expect(Number(process.hrtime.bigint() - began) / 1e9).toBeLessThan(10);
  });

  test('is sent even if the answer does not arrive', async () => {
    gate.eventBus = BUS;
    await expect(answered({ ResourceProperties: REFUSES }, 403)).rejects.toThrow('the answer did not reach CloudFormation');
    expect(events()).toHaveLength(1);
  });
});
