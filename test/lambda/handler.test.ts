import { GateUnderTest, REPOSITORY } from './gate-under-test';

/* Gates that pass, and their messages. For faults see failure-table.test.ts. */

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('a', 'b', 'c'));

describe('the gate passes', () => {
  test('with an expected expiry, and has the counts and the fingerprint as attributes', async () => {
    expect(await gate.run()).toEqual({
      PhysicalResourceId: 'gate-1',
      Data: { ExpiringImageCount: 2, ArchivingImageCount: 0, Fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    expect(gate.calls).toEqual(['Start', 'Get']);
  });

  test.each([
    ['with a repository that does not exist', { RepositoryName: 'shop/none' }, ['Start']],
    ['with a logical id that the stack does not have', { RepositoryName: undefined, RepositoryLogicalId: 'Web' }, []],
    ['without a policy to apply', { LifecyclePolicyText: undefined }, []],
  ])('%s', async (_, properties, expectedCalls) => {
    expect((await gate.run(properties)).Data).toMatchObject({ ExpiringImageCount: 0, ArchivingImageCount: 0 });
    expect(gate.calls).toEqual(expectedCalls);
  });

  test('with a stable physical id on a Create', async () => {
    const { PhysicalResourceId } = await gate.run({}, { RequestType: 'Create', PhysicalResourceId: undefined });
    expect(PhysicalResourceId).toBe('lifecycle-preview-gate-Gate');
  });

  test('if ECR returns the policy with different white space and order', async () => {
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

test('a slow preview is polled quickly at first, then more slowly', async () => {
  const { clock } = gate;
  gate.repository.nextPreviews.push('IN_PROGRESS');
  clock.onSleep = (times) => times === 12 && gate.repository.finishPreview();
  await gate.run();
  expect(clock.slept).toHaveLength(12);
  expect(clock.slept[0]).toBeLessThanOrEqual(120);
  expect(Math.max(...clock.slept)).toBeLessThanOrEqual(6_000);
  expect([...clock.slept].sort((a, b) => a - b)).toEqual(clock.slept);
});

test('an unexpected error fails the gate with one line', async () => {
  gate.faults.add({
    operation: 'StartLifecyclePolicyPreview', fault: { kind: 'error', code: 'ValidationException', message: 'line one\nline two' },
  });
  const error: Error = await gate.run().then(() => { throw new Error('passed'); }, (reason) => reason);
  expect(error.message).toBe('FailedJudgment: ValidationException: line one line two');
});

test('the log has the whole report, with the guards that each image violates', async () => {
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
