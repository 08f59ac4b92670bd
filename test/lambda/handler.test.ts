import * as sns from 'aws-cdk-lib/aws-sns';
import { Rehearsal } from '../../rehearsal/rehearsal';
import { joinLogEntries, LogEntry } from '../../src/core/report/log-entries';
import type { Clock } from '../../src/ecr/deadline';
import { Clients, makeClients } from '../../src/lambda/clients';
import type { GateEvent } from '../../src/lambda/event';
import { handleGateEvent } from '../../src/lambda/handler';

/* The handler over HTTP, with the real SDK, against the embedded ECR and a stack of the stand-in. */

const REPOSITORY = 'shop/web';
const POLICY = JSON.stringify({
  rules: [{
    rulePriority: 1,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
    action: { type: 'expire' },
  }],
});
const FOREIGN_POLICY = POLICY.replace('"countNumber":1', '"countNumber":999');

/** Sleeping takes no time: it moves the clock. */
class TestClock implements Clock {
  readonly slept: number[] = [];
  private time = 0;

  now = () => this.time;
  random = () => 0.5;
  sleep = async (milliseconds: number) => {
    this.slept.push(milliseconds);
    this.time += milliseconds;
    this.onSleep?.(this.slept.length);
  };

  onSleep?: (times: number) => void;
}

let rehearsal: Rehearsal;
let stackId: string;
let clock: TestClock;
let logged: Record<string, unknown>[];
let clients: Clients;

beforeAll(async () => {
  rehearsal = await Rehearsal.start();
  await rehearsal.deploy('Shop', (stack) => new sns.Topic(stack, 'Topic'));
  stackId = rehearsal.cloudFormation.stack('Shop')!.id;
  process.env.AWS_ENDPOINT_URL_ECR = rehearsal.ecr.endpoint;
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = rehearsal.cloudFormation.endpoint;
  clients = makeClients({ region: 'us-east-1', credentials: { accessKeyId: 'gate', secretAccessKey: 'rehearsal' }, maxAttempts: 3 });
});
afterAll(async () => {
  clients.ecr.destroy();
  clients.cloudFormation.destroy();
  await rehearsal.stop();
});

let before: number;
beforeEach(() => {
  clock = new TestClock();
  logged = [];
  const repository = rehearsal.ecr.registry.createRepository(REPOSITORY);
  for (const tag of ['a', 'b', 'c']) repository.addImage({ tags: [tag] });
  before = rehearsal.ecr.calls.length;
});
afterEach(() => {
  rehearsal.ecr.faults.clear();
  rehearsal.ecr.registry.deleteRepository(REPOSITORY);
});

const repository = () => rehearsal.ecr.registry.repository(REPOSITORY);
const calls = () => rehearsal.ecr.calls.slice(before).map(({ operation }) => operation.replace('LifecyclePolicyPreview', ''));

const PROPERTIES = {
  ServiceToken: 'arn', ProtocolVersion: '1', RepositoryName: REPOSITORY, LifecyclePolicyText: POLICY,
  Guards: [{ Id: 'max-images', Limit: '10' }], Enforcement: 'FAIL', TimeoutSeconds: '840',
};

function run(properties: object = {}, event: Partial<GateEvent> = {}) {
  return handleGateEvent(
    { RequestType: 'Update', StackId: stackId, LogicalResourceId: 'Gate', PhysicalResourceId: 'gate-1', ResourceProperties: { ...PROPERTIES, ...properties }, ...event },
    { clients, clock, remainingMilliseconds: 900_000, logGroupName: '/aws/lambda/gate', log: (entry) => logged.push(entry as Record<string, unknown>) },
  );
}

describe('what passes', () => {
  test('an expected expiry, with the counts and the fingerprint as attributes', async () => {
    expect(await run()).toEqual({
      PhysicalResourceId: 'gate-1',
      Data: { ExpiringImageCount: 2, ArchivingImageCount: 0, Fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    expect(calls()).toEqual(['Start', 'Get']);
  });

  test('the same event again, with the same answer', async () => {
    expect(await run()).toEqual(await run());
  });

  test.each([
    ['a repository that does not exist', { RepositoryName: 'shop/none' }, ['Start']],
    ['a logical id that the stack does not know', { RepositoryName: undefined, RepositoryLogicalId: 'Web' }, []],
    ['a repository without a policy to come', { LifecyclePolicyText: undefined }, []],
  ])('%s', async (_, properties, expectedCalls) => {
    expect((await run(properties)).Data).toMatchObject({ ExpiringImageCount: 0, ArchivingImageCount: 0 });
    expect(calls()).toEqual(expectedCalls);
  });

  test('a Delete, of whatever properties, without a call', async () => {
    const properties = { nonsense: true };
    const { PhysicalResourceId } = await run({}, { RequestType: 'Delete', ResourceProperties: properties });
    expect(PhysicalResourceId).toBe('gate-1');
    expect(calls()).toEqual([]);
  });

  test('a Create names the resource once and for all', async () => {
    expect((await run({}, { RequestType: 'Create', PhysicalResourceId: undefined })).PhysicalResourceId).toBe('lifecycle-preview-gate-Gate');
  });
});

describe('what the preview does on its way', () => {
  test('another preview runs: it is waited for, then ours is started', async () => {
    repository().plantPreview(FOREIGN_POLICY, { runsForMs: 1e9 });
    clock.onSleep = (times) => times === 3 && repository().finishPreview();
    expect((await run()).Data.ExpiringImageCount).toBe(2);
    expect(calls()).toEqual(['Start', 'Start', 'Start', 'Start', 'Get']);
  });

  test('it takes its time: the gate asks quickly at first, then more slowly', async () => {
    repository().nextPreviews.push('IN_PROGRESS');
    clock.onSleep = (times) => times === 12 && repository().finishPreview();
    await run();
    expect(clock.slept).toHaveLength(12);
    expect(clock.slept[0]).toBeLessThanOrEqual(120);
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(6_000);
    expect([...clock.slept].sort((a, b) => a - b)).toEqual(clock.slept);
  });

  test.each(['FAILED', 'EXPIRED'] as const)('it ends as %s once: it is started again', async (status) => {
    repository().nextPreviews.push(status);
    expect((await run()).Data.ExpiringImageCount).toBe(2);
    expect(calls()).toEqual(['Start', 'Get', 'Start', 'Get']);
  });

  test.each(['FAILED', 'EXPIRED'] as const)('it ends as %s again and again: the gate fails', async (status) => {
    repository().nextPreviews.push(status, status, status, status);
    await expect(run()).rejects.toThrow(`PreviewFailed: the preview of "${REPOSITORY}" ended as ${status} 4 times`);
  });

  const replaced = (times: number) => rehearsal.ecr.faults.add({
    operation: 'GetLifecyclePolicyPreview', times, fault: { kind: 'meanwhile', act: () => repository().plantPreview(FOREIGN_POLICY) },
  });

  test('somebody else\'s preview replaces it: ours is started again, and only ours is judged', async () => {
    replaced(2);
    expect((await run()).Data.ExpiringImageCount).toBe(2);
    expect(calls()).toEqual(['Start', 'Get', 'Start', 'Get', 'Start', 'Get']);
  });

  test('somebody else\'s preview replaces it every time: the gate fails', async () => {
    replaced(4);
    await expect(run()).rejects.toThrow('PreviewRaced: another preview of "shop/web" replaced ours 4 times');
  });

  test('the text comes back with other white space and order: it is ours', async () => {
    const shuffled = JSON.stringify({ rules: [{ action: { type: 'expire' }, selection: { countNumber: 1, countType: 'imageCountMoreThan', tagStatus: 'any' }, rulePriority: 1 }] }, null, 2);
    rehearsal.ecr.faults.add({
      operation: 'GetLifecyclePolicyPreview',
      fault: { kind: 'respond', body: { status: 'COMPLETE', lifecyclePolicyText: shuffled, previewResults: [], summary: { expiringImageTotalCount: 0 } } },
    });
    expect((await run()).Data.ExpiringImageCount).toBe(0);
  });
});

describe('what the gate does not trust', () => {
  const answer = (body: object, times = 10) => rehearsal.ecr.faults.add({
    operation: 'GetLifecyclePolicyPreview', times, fault: { kind: 'respond', body: { status: 'COMPLETE', lifecyclePolicyText: POLICY, ...body } },
  });

  test.each([
    ['fewer images than its summary says', { previewResults: [], summary: { expiringImageTotalCount: 2 } }, '2 images but lists 0'],
    ['no summary', { previewResults: [] }, 'an unknown number of images but lists 0'],
  ])('a preview with %s', async (_, body, message) => {
    answer(body);
    await expect(run()).rejects.toThrow(`PreviewIncomplete: the preview of "${REPOSITORY}" says that it affects ${message}`);
    expect(calls()).toEqual(['Start', 'Get', 'Get']);
  });

  test('pages that add up only at the second reading are judged by that one', async () => {
    answer({ previewResults: [], summary: { expiringImageTotalCount: 2 } }, 1);
    expect((await run()).Data.ExpiringImageCount).toBe(2);
  });

  test('a missing permission is waited for, then named', async () => {
    const denied = { kind: 'error', code: 'AccessDeniedException', message: 'not authorized to perform: ecr:StartLifecyclePolicyPreview' } as const;
    rehearsal.ecr.faults.add({ operation: 'StartLifecyclePolicyPreview', times: 5, fault: denied });
    expect((await run()).Data.ExpiringImageCount).toBe(2);
    rehearsal.ecr.faults.add({ operation: 'StartLifecyclePolicyPreview', times: 100, fault: denied });
    await expect(run()).rejects.toThrow('AccessDenied: not authorized to perform: ecr:StartLifecyclePolicyPreview');
    expect(clock.now()).toBeGreaterThan(25_000);
    expect(clock.now()).toBeLessThan(60_000);
  });

  test('a deadline that comes near is said in time', async () => {
    repository().nextPreviews.push('IN_PROGRESS');
    await expect(run({ TimeoutSeconds: '60' })).rejects.toThrow('DeadlineReached: the time was up while waiting for the preview of "shop/web"');
    expect(clock.now()).toBeLessThan(60_000);
  });

  test('an error that nobody foresaw fails closed, in one line', async () => {
    rehearsal.ecr.faults.add({
      operation: 'StartLifecyclePolicyPreview', fault: { kind: 'error', code: 'ValidationException', message: 'line one\nline two' },
    });
    const error: Error = await run().then(() => { throw new Error('passed'); }, (reason) => reason);
    expect(error.message).toBe('CouldNotJudge: ValidationException: line one line two');
    expect(error.stack).toBe(error.message);
  });
});

describe('with WARN', () => {
  test('a failure to judge is logged, and the deployment goes on', async () => {
    repository().nextPreviews.push('FAILED', 'FAILED', 'FAILED', 'FAILED');
    expect((await run({ Enforcement: 'WARN' })).Data.ExpiringImageCount).toBe(0);
    expect(logged).toContainEqual({ outcome: 'WARNED', because: expect.stringContaining('PreviewFailed') });
  });

  test('malformed properties still fail: how to enforce is one of them', async () => {
    await expect(run({ Enforcement: 'WARN', TimeoutSeconds: 'soon' })).rejects.toThrow('MalformedProperty at TimeoutSeconds');
  });
});

test('the log has the whole report, with the guards that object to each image', async () => {
  await expect(run({ Guards: [{ Id: 'max-images', Limit: '10' }, { Id: 'protect-tags', Patterns: ['a'] }] })).rejects.toThrow('UnexpectedExpiry');
  const report = joinLogEntries(logged as unknown as LogEntry[])!;
  expect(report).toMatchObject({
    schemaVersion: 1,
    verdict: 'FAILED',
    repositoryName: REPOSITORY,
    counts: { expiring: 2, archiving: 0, unexpected: 1 },
    calls: { DescribeStacks: 1, StartLifecyclePolicyPreview: 1, GetLifecyclePolicyPreview: 1 },
  });
  expect(report.images.map(({ imageTags, violates }) => [imageTags[0], violates.map(({ guardId }) => guardId)]))
    .toEqual([['a', ['protect-tags']], [expect.any(String), []]]);
});
