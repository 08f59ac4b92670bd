import { denied, GateUnderTest, keepNewest, MANY, NEEDS_INVENTORY, NEEDS_USES } from './gate-under-test';
import type { Fault } from '../../rehearsal/http/faults';

/* Failures that retries do not resolve: time, facts, properties. With WARN they are logged and the deployment continues. */

const FOREIGN = keepNewest(999);
const START = 'StartLifecyclePolicyPreview';
const GET = 'GetLifecyclePolicyPreview';

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('a', 'b', 'c'));

describe('the deadline is reached', () => {
  /** Advances the clock at the next call, so that an answer that takes seconds is too late. */
  const deadlineAtNext = (operation: string, skip = 0, times = 3, remaining = 50) =>
    gate.meanwhile(operation, () => {
      // An abandoned call of the previous test may still arrive. It must not move the clock of this run.
      if (gate.calls.includes('Start')) gate.clock.advance(Math.max(0, 840_000 - remaining - gate.clock.now()));
    }, times, skip);
  const late: Fault = { kind: 'delay', ms: 5_000 };

  test('while the preview is running: the gate answers before the function times out', async () => {
    gate.repository.nextPreviews.push('IN_PROGRESS');
    const reason = await gate.reasonOf(gate.run({}, {}, 60_000));
    expect(reason).toBe('ExceededDeadline: timed out while waiting for the preview of "shop/web"; raise the gate\'s timeout (14 minutes at most) or try again');
    expect(gate.clock.now()).toBeLessThanOrEqual(50_000);
  });

  test('while the pages are read: the message has the number of images', async () => {
    gate.fillPages();
    deadlineAtNext(GET, 1, 2);
    gate.hit(GET, late, 10, 1);
    await gate.expectFailure(/^ExceededDeadline: timed out while reading the preview of "shop\/web" \([1-3]\d\d images so far\)/, MANY);
  });

  test('while the images are listed: the message has the number of images', async () => {
    deadlineAtNext(GET);
    gate.hit('DescribeImages', late, 2);
    await gate.expectFailure('ExceededDeadline: timed out while listing the images of "shop/web" (0 so far)', { Guards: NEEDS_INVENTORY });
  });

  test('while the images in use are read', async () => {
    deadlineAtNext(GET, 0, 3, 750); // The images are listed in parallel, which must not be late as well.
    gate.rehearsal.runtimes.faults.add({ operation: 'ecs:ListClusters', fault: late });
    await gate.expectFailure('ExceededDeadline: timed out while reading which images are in use', { Guards: NEEDS_USES });
  });

  test('while waiting for permission', async () => {
    gate.hit(START, denied(`ecr:${START}`), 1_000);
    await gate.expectFailure('ExceededDeadline: timed out while waiting for permission', { TimeoutSeconds: '10' });
    expect(gate.clock.now()).toBeLessThanOrEqual(10_000);
  });
});

describe('the facts of a guard cannot be read', () => {
  test('the images cannot be listed', async () => {
    gate.hit('DescribeImages', { kind: 'error', code: 'ValidationException', message: 'not today' }, 2);
    await gate.expectFailure('FailedJudgment: ValidationException: not today', { Guards: NEEDS_INVENTORY });
  });

  test('an image of the preview is not in the list, even if the images are listed again', async () => {
    gate.hit('DescribeImages', { kind: 'respond', body: { imageDetails: [] } }, 4);
    await gate.expectFailure(/^IncompleteInventory: the preview of "shop\/web" affects sha256:[0-9a-f]{64}, which is not in the list of its images/, { Guards: NEEDS_INVENTORY });
  });

  test('an image of the preview is in the list when the images are listed again', async () => {
    gate.hit('DescribeImages', { kind: 'respond', body: { imageDetails: [] } }, 2);
    await gate.expectPass(2, { Guards: NEEDS_INVENTORY });
  });

  test.each<[string, Fault, string]>([
    ['ecs:ListClusters', { kind: 'error', code: 'InvalidParameterException', message: 'no' }, 'UnknownImageUse: ecs:ListClusters failed with InvalidParameterException: no'],
    ['events:ListRules', { kind: 'respond', body: {} }, 'UnknownImageUse: events:ListRules answered without Rules'],
    ['scheduler:ListSchedules', denied('schedules'), 'AccessDenied: scheduler:ListSchedules: not authorized to perform: schedules'],
    ['lambda:ListFunctions', denied('functions'), 'AccessDenied: lambda:ListFunctions: not authorized to perform: functions'],
  ])('%s does not return the images in use', async (operation, fault, message) => {
    gate.rehearsal.runtimes.faults.add({ operation, times: 1_000, fault });
    await gate.expectFailure(message, { Guards: NEEDS_USES });
  });
});

test.each<[string, object, string]>([
  ['ProtocolVersion', { ProtocolVersion: '2' }, 'MalformedProperty at ProtocolVersion'],
  ['a guard that is not known', { Guards: [{ Id: 'protect-all' }] }, 'MalformedProperty at Guards[0].Id'],
  ['a limit', { Guards: [{ Id: 'max-images', Limit: '-1' }] }, 'MalformedProperty at Guards[0].Limit'],
  ['a property too many', { Colour: 'green' }, 'Colour'],
  ['neither a name nor a logical id, as in a template that was not completed', { RepositoryName: undefined }, 'RepositoryName'],
  ['even with WARN, because the enforcement is one of the properties', { Enforcement: 'WARN', TimeoutSeconds: 'soon' }, 'MalformedProperty at TimeoutSeconds'],
])('malformed properties fail without a call to ECR, and are named: %s', async (_, properties, message) => {
  await gate.expectFailure(message, properties);
  expect(gate.calls).toEqual([]);
});

describe('with WARN the deployment continues, and the failure is logged', () => {
  test.each<[string, string, () => void, object]>([
    ['the preview fails', 'FailedPreview', () => gate.repository.nextPreviews.push('FAILED', 'FAILED', 'FAILED', 'FAILED'), {}],
    ['the preview is replaced', 'OverwrittenPreview', () => gate.meanwhile(GET, () => gate.repository.plantPreview(FOREIGN), 4), {}],
    ['a permission is missing', 'AccessDenied', () => gate.hit(START, denied(`ecr:${START}`), 1_000), {}],
    ['the deadline is reached', 'ExceededDeadline', () => gate.repository.nextPreviews.push('IN_PROGRESS'), {}],
    ['CloudFormation does not answer', 'ExceededDeadline', () => gate.rehearsal.cloudFormation.faults.add({ operation: 'DescribeStacks', code: 'InternalFailure', status: 500, times: 10_000 }), {}],
    ['the inventory is incomplete', 'IncompleteInventory', () => gate.hit('DescribeImages', { kind: 'respond', body: { imageDetails: [] } }, 4), { Guards: NEEDS_INVENTORY }],
  ])('%s', async (_, code, arrange, properties) => {
    arrange();
    expect((await gate.run({ ...properties, Enforcement: 'WARN' })).Data).toMatchObject({ ExpiringImageCount: 0, ArchivingImageCount: 0 });
    expect(gate.logged).toEqual([{ outcome: 'WARNED', because: expect.stringMatching(`^${code}: `) }]);
  });

  test('the attributes count unexpected images as well', async () => {
    expect((await gate.run({ Guards: [], Enforcement: 'WARN' })).Data.ExpiringImageCount).toBe(2);
    expect(gate.logged).toContainEqual({ outcome: 'WARNED', because: expect.stringContaining('UnexpectedExpiry') });
  });
});
