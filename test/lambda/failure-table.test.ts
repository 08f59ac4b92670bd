import { denied, GateUnderTest, keepNewest, MANY, NEEDS_INVENTORY, PROPERTIES, REPOSITORY } from './gate-under-test';
import type { Fault } from '../../rehearsal/http/faults';

/*
 * What can happen on the way to the facts, and what then: each row over HTTP, with the fault injected where it would arise.
 * What ends in a failure whatever is tried stands in failing-closed.test.ts.
 */

const FOREIGN = keepNewest(999);
const START = 'StartLifecyclePolicyPreview';
const GET = 'GetLifecyclePolicyPreview';

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('a', 'b', 'c'));

describe('the stack is rolling back, or the resource goes', () => {
  test.each([
    ['a rollback', PROPERTIES],
    ['a rollback with malformed properties', { nonsense: true }],
  ])('%s passes without a call of ECR', async (_, ResourceProperties) => {
    const { Data } = await gate.run({}, { StackId: gate.rolledBackStackId, ResourceProperties });
    expect(Data.ExpiringImageCount).toBe(0);
    expect(gate.calls).toEqual([]);
    expect(gate.logged).toEqual([{ outcome: 'PASSED', because: 'the stack is rolling back' }]);
  });

  test('a Delete, of whatever properties, passes without a call of anything', async () => {
    const before = gate.rehearsal.cloudFormation.calls.length;
    expect((await gate.run({}, { RequestType: 'Delete', ResourceProperties: { nonsense: true } })).PhysicalResourceId).toBe('gate-1');
    expect(gate.calls).toEqual([]);
    expect(gate.rehearsal.cloudFormation.calls).toHaveLength(before);
  });
});

describe('the repository vanishes', () => {
  const vanish = () => gate.rehearsal.ecr.registry.deleteRepository(REPOSITORY);

  test('between Start and Get: nothing is left to expire', async () => {
    gate.meanwhile(GET, vanish);
    expect((await gate.run()).Data.ExpiringImageCount).toBe(0);
    expect(gate.calls).toEqual(['Start', 'Get', 'Start']);
  });

  test('between two pages: nothing is left to expire, and no part was judged', async () => {
    gate.fillPages();
    gate.meanwhile(GET, vanish, 1, 3);
    expect((await gate.run({ Guards: [{ Id: 'max-images', Limit: '0' }] })).Data.ExpiringImageCount).toBe(0);
    expect(gate.report).toBeUndefined();
  });

  test('before its images are listed: the guards\' facts cannot be had', async () => {
    gate.meanwhile('DescribeImages', vanish);
    await gate.expectFailure('RepositoryNotFoundException', { Guards: NEEDS_INVENTORY });
  });
});

describe('somebody else previews the repository', () => {
  test('at the moment: that is waited for, then ours is started', async () => {
    gate.repository.plantPreview(FOREIGN, { runsForMs: 1e9 });
    gate.clock.onSleep = (times) => times === 3 && gate.repository.finishPreview();
    await gate.expectPass();
    expect(gate.calls).toEqual(['Start', 'Start', 'Start', 'Start', 'Get']);
  });

  test('and never ends: the deadline does', async () => {
    gate.repository.plantPreview(FOREIGN, { runsForMs: 1e9 });
    await gate.expectFailure('ExceededDeadline: the time was up while waiting for another preview of "shop/web" to end');
  });

  test('and replaces ours: ours is started again, and only ours is judged', async () => {
    gate.meanwhile(GET, () => gate.repository.plantPreview(FOREIGN), 2);
    await gate.expectPass();
    expect(gate.calls).toEqual(['Start', 'Get', 'Start', 'Get', 'Start', 'Get']);
  });

  test.each([1, 2, 3, 4])('and replaces ours before page %i: ours is started again', async (page) => {
    gate.fillPages();
    gate.meanwhile(GET, () => gate.repository.plantPreview(FOREIGN), 1, page);
    await gate.expectPass(300, MANY);
    expect(gate.calls.filter((operation) => operation === 'Start').length).toBe(2);
  });

  test('and replaces ours every time: raced', async () => {
    gate.meanwhile(GET, () => gate.repository.plantPreview(FOREIGN), 4);
    await gate.expectFailure('OverwrittenPreview: another preview of "shop/web" replaced ours 4 times');
  });
});

describe.each(['FAILED', 'EXPIRED'] as const)('the preview ends as %s', (status) => {
  test('once: it is started again', async () => {
    gate.repository.nextPreviews.push(status);
    await gate.expectPass();
    expect(gate.calls).toEqual(['Start', 'Get', 'Start', 'Get']);
  });

  test('again and again: the gate fails', async () => {
    gate.repository.nextPreviews.push(status, status, status, status);
    await gate.expectFailure(`FailedPreview: the preview of "shop/web" ended as ${status} 4 times`);
    expect(gate.calls).toHaveLength(8);
  });

  test('while its pages are read: it is started again', async () => {
    gate.fillPages();
    gate.meanwhile(GET, () => gate.repository.finishPreview(status), 1, 3);
    await gate.expectPass(300, MANY);
  });
});

describe('trouble on the way is tried again', () => {
  const throttled = { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' } as const;
  const broken = { kind: 'error', code: 'ServerException', status: 500 } as const;

  describe.each([START, GET, 'DescribeImages'])('%s', (operation) => {
    test.each<[string, Fault, number]>([
      ['is throttled 5 times', throttled, 5],
      ['fails with 500 twice', broken, 2],
      ['fails with 503 twice', { ...broken, status: 503 }, 2],
      ['loses its connection before it takes effect', { kind: 'reset' }, 2],
      ['loses its connection after it took effect', { kind: 'reset', when: 'after' }, 2],
      ['answers slowly', { kind: 'delay', ms: 30 }, 1],
    ])('%s', async (_, fault, times) => {
      gate.hit(operation, fault, times);
      await gate.expectPass(2, { Guards: NEEDS_INVENTORY });
      expect(gate.faults.pending).toBe(0);
    });
  });

  test('CloudFormation throttles', async () => {
    gate.rehearsal.cloudFormation.faults.add({ operation: 'DescribeStacks', code: 'Throttling', times: 5 });
    await gate.expectPass();
  });

  test('for longer than the SDK tries, too', async () => {
    gate.hit(GET, throttled, 40);
    await gate.expectPass(2);
  });

  test('what does not end is a failure at the deadline, which says what it was', async () => {
    gate.hit(GET, throttled, 10_000);
    await gate.expectFailure('ExceededDeadline: the time was up while trying again after ThrottlingException: Rate exceeded');
  });
});

describe('a permission is missing', () => {
  describe.each([START, GET, 'DescribeImages'])('ecr:%s', (operation) => {
    test('for 5 seconds, as with a new role: waited for', async () => {
      gate.hit(operation, denied(`ecr:${operation}`), 5);
      await gate.expectPass(2, { Guards: NEEDS_INVENTORY });
    });

    test('for ever: named', async () => {
      gate.hit(operation, denied(`ecr:${operation}`), 1_000);
      await gate.expectFailure(`AccessDenied: not authorized to perform: ecr:${operation}`, { Guards: NEEDS_INVENTORY });
      expect(gate.clock.now()).toBeGreaterThan(25_000);
      expect(gate.clock.now()).toBeLessThan(60_000);
    });
  });

  test.each(['DescribeStacks', 'DescribeStackResource'])('cloudformation:%s', async (operation) => {
    const deny = (times: number) => gate.rehearsal.cloudFormation.faults.add({
      operation, times, code: 'AccessDenied', status: 403, message: `not authorized to perform: cloudformation:${operation}`,
    });
    const properties = { RepositoryName: undefined, RepositoryLogicalId: 'Web' };
    deny(5);
    expect((await gate.run(properties)).Data.ExpiringImageCount).toBe(0);
    deny(100);
    // Without DescribeStacks, see stack-state.test.ts: a repository that does not exist would pass.
    const asked = operation === 'DescribeStacks' ? {} : properties;
    await gate.expectFailure(`AccessDenied: not authorized to perform: cloudformation:${operation}`, asked);
  });
});

describe('the preview does not add up', () => {
  // The answers below have the policy's text without the mark of the preview that was started.
  beforeEach(() => {
    gate.repository.compactsPreviewTexts = true;
  });
  const answer = (body: object, times = 10, skip = 0) =>
    gate.hit(GET, { kind: 'respond', body: { status: 'COMPLETE', lifecyclePolicyText: PROPERTIES.LifecyclePolicyText, ...body } }, times, skip);
  const stale = { kind: 'error', code: 'InvalidParameterException', message: 'Invalid nextToken provided' } as const;

  test.each([
    ['fewer images than its summary says', { previewResults: [], summary: { expiringImageTotalCount: 2 } }, '2 images but lists 0'],
    ['no summary', { previewResults: [] }, 'an unknown number of images but lists 0'],
  ])('%s: read once more, then the gate fails', async (_, body, message) => {
    answer(body);
    await gate.expectFailure(`IncompletePreview: the preview of "shop/web" says that it affects ${message}`);
    expect(gate.calls).toEqual(['Start', 'Get', 'Get']);
  });

  test('the second reading adds up: it is judged by that one', async () => {
    answer({ previewResults: [], summary: { expiringImageTotalCount: 2 } }, 1);
    await gate.expectPass();
  });

  test('a later page is missing once: all of it is read once more', async () => {
    gate.fillPages();
    gate.repository.compactsPreviewTexts = true;
    answer({ previewResults: [] }, 1, 4);
    await gate.expectPass(300, MANY);
  });

  test('a later page is missing each time: the gate fails', async () => {
    gate.fillPages();
    gate.repository.compactsPreviewTexts = true;
    answer({ previewResults: [] }, 1, 4);
    answer({ previewResults: [] }, 1, 8);
    await gate.expectFailure(/says that it affects 300 images but lists 2\d\d;/, MANY);
  });

  test('a token goes stale once: all of it is read once more', async () => {
    gate.fillPages();
    gate.hit(GET, stale, 1, 4);
    await gate.expectPass(300, MANY);
    expect(gate.calls.filter((operation) => operation === 'Start')).toHaveLength(1);
  });

  test('tokens go stale each time: the gate fails', async () => {
    gate.fillPages();
    gate.hit(GET, stale, 1, 4);
    gate.hit(GET, stale, 1, 8);
    await gate.expectFailure('IncompletePreview', MANY);
  });
});

test('called twice at once for one event: the same answer', async () => {
  gate.fillPages();
  const [first, second] = await Promise.all([gate.run(MANY), gate.run(MANY)]);
  expect(first).toEqual(second);
  expect(first.Data.ExpiringImageCount).toBe(300);
  expect(await gate.run(MANY)).toEqual(first);
});
