import { GateUnderTest, REPOSITORY } from './gate-under-test';

/* What passes, and what people are told. For everything that goes wrong see the table in failure-table.test.ts. */

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('a', 'b', 'c'));

describe('what passes', () => {
  test('an expected expiry, with the counts and the fingerprint as attributes', async () => {
    expect(await gate.run()).toEqual({
      PhysicalResourceId: 'gate-1',
      Data: { ExpiringImageCount: 2, ArchivingImageCount: 0, Fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    expect(gate.calls).toEqual(['Start', 'Get']);
  });

  test.each([
    ['a repository that does not exist', { RepositoryName: 'shop/none' }, ['Start']],
    ['a logical id that the stack does not know', { RepositoryName: undefined, RepositoryLogicalId: 'Web' }, []],
    ['a repository without a policy to come', { LifecyclePolicyText: undefined }, []],
  ])('%s', async (_, properties, expectedCalls) => {
    expect((await gate.run(properties)).Data).toMatchObject({ ExpiringImageCount: 0, ArchivingImageCount: 0 });
    expect(gate.calls).toEqual(expectedCalls);
  });

  test('a Create names the resource once and for all', async () => {
    const { PhysicalResourceId } = await gate.run({}, { RequestType: 'Create', PhysicalResourceId: undefined });
    expect(PhysicalResourceId).toBe('lifecycle-preview-gate-Gate');
  });

  test('the text comes back with other white space and order: it is ours', async () => {
    const shuffled = JSON.stringify({
      rules: [{ action: { type: 'expire' }, selection: { countNumber: 1, countType: 'imageCountMoreThan', tagStatus: 'any' }, rulePriority: 1 }],
    }, null, 2);
    gate.faults.add({
      operation: 'GetLifecyclePolicyPreview',
      fault: { kind: 'respond', body: { status: 'COMPLETE', lifecyclePolicyText: shuffled, previewResults: [], summary: { expiringImageTotalCount: 0 } } },
    });
    expect((await gate.run()).Data.ExpiringImageCount).toBe(0);
  });
});

test('the preview takes its time: the gate asks quickly at first, then more slowly', async () => {
  const { clock } = gate;
  gate.repository.nextPreviews.push('IN_PROGRESS');
  clock.onSleep = (times) => times === 12 && gate.repository.finishPreview();
  await gate.run();
  expect(clock.slept).toHaveLength(12);
  expect(clock.slept[0]).toBeLessThanOrEqual(120);
  expect(Math.max(...clock.slept)).toBeLessThanOrEqual(6_000);
  expect([...clock.slept].sort((a, b) => a - b)).toEqual(clock.slept);
});

test('an error that nobody foresaw fails closed, in one line', async () => {
  gate.faults.add({
    operation: 'StartLifecyclePolicyPreview', fault: { kind: 'error', code: 'ValidationException', message: 'line one\nline two' },
  });
  const error: Error = await gate.run().then(() => { throw new Error('passed'); }, (reason) => reason);
  expect(error.message).toBe('FailedJudgment: ValidationException: line one line two');
});

test('the log has the whole report, with the guards that object to each image', async () => {
  const guards = [{ Id: 'max-images', Limit: '10' }, { Id: 'protect-tags', Patterns: ['a'] }];
  await expect(gate.run({ Guards: guards })).rejects.toThrow('UnexpectedExpiry');
  const report = gate.report!;
  expect(report).toMatchObject({
    schemaVersion: 1,
    verdict: 'FAILED',
    repositoryName: REPOSITORY,
    counts: { expiring: 2, archiving: 0, unexpected: 1 },
    calls: { DescribeStacks: 1, StartLifecyclePolicyPreview: 1, GetLifecyclePolicyPreview: 1 },
  });
  expect(report.images.map(({ imageTags, violates }) => [imageTags[0], violates.map(({ guardId }) => guardId)]))
    .toEqual([['a', ['protect-tags']], ['b', []]]);
});
