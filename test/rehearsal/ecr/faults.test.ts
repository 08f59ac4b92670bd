import {
  DescribeImagesCommand, DescribeRepositoriesCommand, GetLifecyclePolicyPreviewCommand, StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import { clientOf, failureOf, KEEP_TWO, policyText, startEcr } from './support';

const repositoryName = 'app';
const BROKEN = /ECONNRESET|socket hang up/;

test('an error is returned as often as requested, then the call succeeds', async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  ecr.faults.add({ operation: 'DescribeImages', times: 2, fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' } });
  ecr.faults.add({ operation: 'DescribeImages', fault: { kind: 'error', code: 'ServerException', status: 500 } });
  const client = clientOf(ecr);
  await client.send(new DescribeRepositoriesCommand({}));
  const errors = [];
  for (let i = 0; i < 3; i++) errors.push(await failureOf(client.send(new DescribeImagesCommand({ repositoryName }))));
  expect(errors).toMatchObject([
    { name: 'ThrottlingException', message: 'Rate exceeded', $metadata: { httpStatusCode: 400 } },
    { name: 'ThrottlingException' },
    { name: 'ServerException', $metadata: { httpStatusCode: 500 } },
  ]);
  await client.send(new DescribeImagesCommand({ repositoryName }));
  expect(ecr.faults.pending).toBe(0);
  expect(ecr.calls.map(({ operation, error }) => error ?? operation)).toEqual([
    'DescribeRepositories', 'ThrottlingException', 'ThrottlingException', 'ServerException', 'DescribeImages',
  ]);
});

test("the client's own retries succeed after throttling and a broken connection", async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  ecr.faults.add({ operation: 'DescribeImages', fault: { kind: 'error', code: 'ThrottlingException' } });
  ecr.faults.add({ operation: 'DescribeImages', fault: { kind: 'reset' } });
  await clientOf(ecr, { maxAttempts: 3 }).send(new DescribeImagesCommand({ repositoryName }));
  expect(ecr.calls.map(({ error }) => error)).toEqual(['ThrottlingException', 'ConnectionReset', undefined]);
});

test('a connection can break before or after the operation', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  const start = new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText: policyText(KEEP_TWO) });

  ecr.faults.add({ operation: 'StartLifecyclePolicyPreview', fault: { kind: 'reset' } });
  expect(await failureOf(client.send(start))).toMatchObject({ message: expect.stringMatching(BROKEN) });
  expect(repository.preview).toBeUndefined();

  ecr.faults.add({ operation: 'StartLifecyclePolicyPreview', fault: { kind: 'reset', when: 'after' } });
  expect(await failureOf(client.send(start))).toMatchObject({ message: expect.stringMatching(BROKEN) });
  expect(repository.preview?.status).toBe('COMPLETE');
});

test('an answer can be replaced, after any number of normal ones', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  repository.plantPreview(policyText(KEEP_TWO));
  const client = clientOf(ecr);
  ecr.faults.add({ skip: 1, fault: { kind: 'respond', body: { status: 'COMPLETE', summary: { expiringImageTotalCount: 7 }, previewResults: [] } } });
  const counts = [];
  for (let i = 0; i < 3; i++) {
    const { summary } = await client.send(new GetLifecyclePolicyPreviewCommand({ repositoryName }));
    counts.push(summary?.expiringImageTotalCount);
  }
  expect(counts).toEqual([0, 7, 0]);
});

test('a delayed call does not delay others', async () => {
  const ecr = await startEcr({ latencyMs: 1 });
  ecr.registry.createRepository(repositoryName);
  ecr.faults.add({ operation: 'DescribeImages', fault: { kind: 'delay', ms: 1_000_000 } });
  const client = clientOf(ecr);
  const slow = failureOf(client.send(new DescribeImagesCommand({ repositoryName })));
  await Promise.all(Array.from({ length: 20 }, async () => client.send(new DescribeRepositoriesCommand({}))));

  ecr.faults.add({ times: 3, fault: { kind: 'reset' } });
  ecr.faults.clear();
  await client.send(new DescribeRepositoriesCommand({}));
  await ecr.stop();
  expect(await slow).toMatchObject({ message: expect.stringMatching(BROKEN) });
  expect(ecr.calls).toHaveLength(22);
});
