import { denied, GateUnderTest, keepNewest, MANY, NEEDS_INVENTORY, PROPERTIES, REPOSITORY } from './gate-under-test';
import type { Fault } from '../../rehearsal/http/faults';

/*
 * Faults during the reads of the gate, and their outcomes. Each fault is injected over HTTP where it would occur. Faults that
 * always end in a failure are in failing-closed.test.ts.
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

describe('the stack is rolling back, or the resource is deleted', () => {
  test.each([
    ['a rollback', PROPERTIES],
    ['a rollback with malformed properties', { nonsense: true }],
  ])('%s passes without a call to ECR', async (_, ResourceProperties) => {
    const { Data } = await gate.run({}, { StackId: gate.rolledBackStackId, ResourceProperties });
    expect(Data.ExpiringImageCount).toBe(0);
    expect(gate.calls).toEqual([]);
    expect(gate.logged).toEqual([{ outcome: 'PASSED', because: 'the stack is rolling back' }]);
  });

  test('a Delete passes with any properties, without a call', async () => {
    const before = gate.rehearsal.cloudFormation.calls.length;
    expect((await gate.run({}, { RequestType: 'Delete', ResourceProperties: { nonsense: true } })).PhysicalResourceId).toBe('gate-1');
    expect(gate.calls).toEqual([]);
    expect(gate.rehearsal.cloudFormation.calls).toHaveLength(before);
  });
});

describe('the repository is deleted', () => {
  const vanish = () => gate.rehearsal.ecr.registry.deleteRepository(REPOSITORY);

  test('between Start and Get: no image is left to expire', async () => {
    gate.meanwhile(GET, vanish);
    expect((await gate.run()).Data.ExpiringImageCount).toBe(0);
    expect(gate.calls).toEqual(['Start', 'Get', 'Start']);
  });

  test('between two pages: no image is left to expire, and an incomplete list is not judged', async () => {
    gate.fillPages();
    gate.meanwhile(GET, vanish, 1, 3);
    expect((await gate.run({ Guards: [{ Id: 'max-images', Limit: '0' }] })).Data.ExpiringImageCount).toBe(0);
    expect(gate.report).toBeUndefined();
  });

  test('before its images are listed: the facts of the guards cannot be read', async () => {
    gate.meanwhile('DescribeImages', vanish);
    await gate.expectFailure('RepositoryNotFoundException', { Guards: NEEDS_INVENTORY });
  });
});

describe('another preview of the repository', () => {
  test('is running: ours is started after it ends', async () => {
    gate.repository.plantPreview(FOREIGN, { runsForMs: 1e9 });
    gate.clock.onSleep = (times) => times === 3 && gate.repository.finishPreview();
    await gate.expectPass();
    expect(gate.calls).toEqual(['Start', 'Start', 'Start', 'Start', 'Get']);
  });

  test('never ends: the gate fails at the deadline', async () => {
    gate.repository.plantPreview(FOREIGN, { runsForMs: 1e9 });
    await gate.expectFailure('ExceededDeadline: timed out while waiting for another preview of "shop/web" to end');
  });

  test('replaces ours: ours is started again, and only ours is judged', async () => {
    gate.meanwhile(GET, () => gate.repository.plantPreview(FOREIGN), 2);
    await gate.expectPass();
    expect(gate.calls).toEqual(['Start', 'Get', 'Start', 'Get', 'Start', 'Get']);
  });

  test.each([1, 2, 3, 4])('replaces ours before page %i: ours is started again', async (page) => {
    gate.fillPages();
    gate.meanwhile(GET, () => gate.repository.plantPreview(FOREIGN), 1, page);
    await gate.expectPass(300, MANY);
    expect(gate.calls.filter((operation) => operation === 'Start').length).toBe(2);
  });

  test('replaces ours each time: the gate fails', async () => {
    gate.meanwhile(GET, () => gate.repository.plantPreview(FOREIGN), 4);
    await gate.expectFailure('OverwrittenPreview: other previews of "shop/web" replaced the gate\'s preview 4 times');
  });
});

describe.each(['FAILED', 'EXPIRED'] as const)('the preview ends as %s', (status) => {
  test('once: it is started again', async () => {
    gate.repository.nextPreviews.push(status);
    await gate.expectPass();
    expect(gate.calls).toEqual(['Start', 'Get', 'Start', 'Get']);
  });

  test('each time: the gate fails', async () => {
    gate.repository.nextPreviews.push(status, status, status, status);
    await gate.expectFailure(`FailedPreview: the preview of "shop/web" ended with status ${status} 4 times`);
    expect(gate.calls).toHaveLength(8);
  });

  test('while its pages are read: it is started again', async () => {
    gate.fillPages();
    gate.meanwhile(GET, () => gate.repository.finishPreview(status), 1, 3);
    await gate.expectPass(300, MANY);
  });
});

describe('a transient fault is retried', () => {
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

  test('even after the SDK has given up', async () => {
    gate.hit(GET, throttled, 40);
    await gate.expectPass(2);
  });

  test('until the deadline, and then the message names the fault', async () => {
    gate.hit(GET, throttled, 10_000);
    await gate.expectFailure('ExceededDeadline: timed out while retrying after ThrottlingException: Rate exceeded');
  });
});

describe('a permission is missing', () => {
  describe.each([START, GET, 'DescribeImages'])('ecr:%s', (operation) => {
    test('for 5 seconds, as with a new role: the call is retried', async () => {
      gate.hit(operation, denied(`ecr:${operation}`), 5);
      await gate.expectPass(2, { Guards: NEEDS_INVENTORY });
    });

    test('permanently: the message names it', async () => {
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
    // Without DescribeStacks, a repository that does not exist would pass. See stack-state.test.ts.
    const failing = operation === 'DescribeStacks' ? {} : properties;
    await gate.expectFailure(`AccessDenied: not authorized to perform: cloudformation:${operation}`, failing);
  });
});

describe('the pages of the preview are inconsistent', () => {
  // The answers below have the text of the policy without the mark of the started preview.
  beforeEach(() => {
    gate.repository.compactsPreviewTexts = true;
  });
  const answer = (body: object, times = 10, skip = 0) =>
    gate.hit(GET, { kind: 'respond', body: { status: 'COMPLETE', lifecyclePolicyText: PROPERTIES.LifecyclePolicyText, ...body } }, times, skip);
  const stale = { kind: 'error', code: 'InvalidParameterException', message: 'Invalid nextToken provided' } as const;

  test.each([
    ['fewer images than its summary says', { previewResults: [], summary: { expiringImageTotalCount: 2 } }, '2 images, but its pages list 0'],
    ['no summary', { previewResults: [] }, 'an unknown number of images, but its pages list 0'],
  ])('%s: the preview is read once more, then the gate fails', async (_, body, message) => {
    answer(body);
    await gate.expectFailure(`IncompletePreview: the summary of the preview of "shop/web" counts ${message}`);
    expect(gate.calls).toEqual(['Start', 'Get', 'Get']);
  });

  test('the second read is consistent: it is judged', async () => {
    answer({ previewResults: [], summary: { expiringImageTotalCount: 2 } }, 1);
    await gate.expectPass();
  });

  test('a later page is missing once: all pages are read once more', async () => {
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
    await gate.expectFailure(/counts 300 images, but its pages list 2\d\d;/, MANY);
  });

  test('a token expires once: all pages are read once more', async () => {
    gate.fillPages();
    gate.hit(GET, stale, 1, 4);
    await gate.expectPass(300, MANY);
    expect(gate.calls.filter((operation) => operation === 'Start')).toHaveLength(1);
  });

  test('a token expires each time: the gate fails', async () => {
    gate.fillPages();
    gate.hit(GET, stale, 1, 4);
    gate.hit(GET, stale, 1, 8);
    await gate.expectFailure('IncompletePreview', MANY);
  });
});

test('two concurrent calls for one event return the same answer', async () => {
  gate.fillPages();
  const [first, second] = await Promise.all([gate.run(MANY), gate.run(MANY)]);
  expect(first).toEqual(second);
  expect(first.Data.ExpiringImageCount).toBe(300);
  expect(await gate.run(MANY)).toEqual(first);
});
