import { A, B, C, digestOf, failureOf, REPOSITORY, Stage, summary } from './fixtures';
import type { Coverage } from '../../../rehearsal/in-use/account';
import { inspectorUses } from '../../../src/aws/in-use/inspector-uses';

/* Inspector over HTTP, with the real SDK. */

const stage = new Stage();
const ask = () => inspectorUses(stage.clients.inspector, stage.call, REPOSITORY);
const read = async () => summary((await ask()).uses);
const add = (...coverage: Partial<Coverage>[]) => stage.account.coverage!.push(...coverage.map((entry) => ({ repositoryName: 'shop/web', ...entry })));

test('images in use, with the number of their users', async () => {
  add({}, { digest: A, inUseCount: 1 }, { digest: B, inUseCount: 1_204 }, { digest: C, inUseCount: 0 }, { digest: digestOf('d') });
  expect(await read()).toEqual([
    'sha256:aaaa <- 1 ECS task or EKS pod seen by Inspector', 'sha256:bbbb <- 1,204 ECS tasks or EKS pods seen by Inspector',
  ]);
});

test('images of other repositories and accounts are excluded by the request', async () => {
  add({}, { repositoryName: 'shop/web-admin', digest: A, inUseCount: 1 }, { accountId: '444455556666', digest: A, inUseCount: 1 });
  expect(await read()).toEqual([]);
  expect(stage.runtimes.calls[0].input.filterCriteria).toEqual({
    resourceType: [{ comparison: 'EQUALS', value: 'AWS_ECR_CONTAINER_IMAGE' }, { comparison: 'EQUALS', value: 'AWS_ECR_REPOSITORY' }],
    ecrRepositoryName: [{ comparison: 'EQUALS', value: 'shop/web' }],
    accountId: [{ comparison: 'EQUALS', value: '111122223333' }],
  });
});

test('images of other repositories and accounts in an answer are ignored', async () => {
  const resource = (resourceId: string) => ({
    resourceType: 'AWS_ECR_CONTAINER_IMAGE', resourceId, accountId: '111122223333', scanType: 'PACKAGE', resourceMetadata: { ecrImage: { inUseCount: 1 } },
  });
  const answer = (...ids: string[]) => stage.runtimes.faults.add({
    operation: 'inspector2:ListCoverage', fault: { kind: 'respond', body: { coveredResources: ids.map(resource) } },
  });
  answer(
    `arn:aws:ecr:us-east-1:444455556666:repository/shop/web/${A}`,
    `arn:aws:ecr:eu-west-1:111122223333:repository/shop/web/${A}`,
    `arn:aws:ecr:us-east-1:111122223333:repository/web/${A}`,
  );
  expect(await read()).toEqual([]);
  answer('arn:aws:ecr:us-east-1:111122223333:repository/shop/web');
  expect(await failureOf(read())).toContain('UnknownImageUse: inspector2:ListCoverage reports "arn:aws:ecr:us-east-1:111122223333:repository/shop/web" as in use');
});

test('all pages are read, for any page size', async () => {
  add({}, ...Array.from({ length: 250 }, (_, i) => ({ digest: `sha256:${i.toString(16).padStart(64, '0')}`, inUseCount: i + 1 })));
  expect(await read()).toHaveLength(250);
  expect(stage.calls).toHaveLength(2);
  stage.runtimes.pageSize = 40;
  expect(await read()).toHaveLength(250);
  expect(stage.calls).toHaveLength(2 + 7);
});

describe('a repository that Inspector may not scan', () => {
  test('is known if Inspector scans it, even without images', async () => {
    add({});
    expect(await read()).toEqual([]);
  });

  test('fails if Inspector does not scan it', async () => {
    add({ repositoryName: 'other', digest: A, inUseCount: 1 });
    expect(await failureOf(read())).toContain('MissingInspectorScan: Amazon Inspector covers neither the repository "shop/web" nor any image of it');
  });

  test('fails with a hint in an account that has not enabled Inspector', async () => {
    stage.account.coverage = undefined;
    expect(await failureOf(read())).toMatch(/^AccessDenied: inspector2:ListCoverage: Invoking account .*; allow it, .*; if Amazon Inspector is not enabled .* enable it for Amazon ECR/);
  });

  test('fails with the name of a missing permission', async () => {
    stage.deny('inspector2:ListCoverage');
    expect(await failureOf(read())).toContain('AccessDenied: inspector2:ListCoverage: access denied; allow it');
  });

  test('fails on any other error', async () => {
    stage.runtimes.faults.add({ operation: 'inspector2:ListCoverage', fault: { kind: 'error', code: 'ValidationException', message: 'no' } });
    expect(await failureOf(read())).toContain('UnknownImageUse: inspector2:ListCoverage failed with ValidationException: no');
  });
});

test('throttling is retried', async () => {
  add({}, { digest: A, inUseCount: 1 });
  stage.throttle('inspector2:ListCoverage');
  expect(await read()).toHaveLength(1);
});

describe('the coverage of Inspector', () => {
  test('has the images that it monitors, and a reason for each of the others', async () => {
    const [d, e, f, g] = [...'defg'].map((letter) => `sha256:${letter.charCodeAt(0).toString(16).repeat(32)}`);
    add(
      {}, { digest: A, inUseCount: 1 }, { digest: B }, { digest: C, inUseCount: 'OMITTED' }, { digest: d, scanStatus: 'OMITTED' },
      { digest: e, scanStatus: { statusCode: 'INACTIVE', reason: 'SCAN_ELIGIBILITY_EXPIRED' } },
      { digest: f, scanStatus: { statusCode: 'ACTIVE', reason: 'PENDING_INITIAL_SCAN' } },
      { digest: g, scanStatus: { statusCode: 'INACTIVE', reason: 'IMAGE_ARCHIVED' } },
      { accountId: '444455556666', digest: digestOf('9') },
    );
    expect([...(await ask()).coverage!]).toEqual([
      [A, undefined], [B, undefined], [C, 'it does not report a count of uses'], [d, 'its scan has no status'],
      [e, 'its scan has status INACTIVE with reason SCAN_ELIGIBILITY_EXPIRED'], [f, 'its scan has status ACTIVE with reason PENDING_INITIAL_SCAN'], [g, undefined],
    ]);
  });

  test.each([['first', 0], ['last', 1]])('has an image that is listed twice as unknown if the %s entry is', async (_, at) => {
    const answers: Partial<Coverage>[] = [{ digest: A }];
    answers.splice(at, 0, { digest: A, scanStatus: { statusCode: 'INACTIVE', reason: 'NO_INVENTORY' } });
    add({}, ...answers);
    expect((await ask()).coverage!.get(A)).toBe('its scan has status INACTIVE with reason NO_INVENTORY');
  });

  test('has the images of all pages', async () => {
    add({}, ...Array.from({ length: 250 }, (_, i) => ({ digest: `sha256:${i.toString(16).padStart(64, '0')}` })));
    stage.runtimes.pageSize = 40;
    expect((await ask()).coverage!.size).toBe(250);
  });
});
