import {
  ECRClient, GetLifecyclePolicyPreviewCommand, LifecyclePolicyPreviewResult, paginateGetLifecyclePolicyPreview, StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import { ARCHIVE_OLD, clientOf, DAY, EXPIRE_UNTAGGED, failureOf, KEEP_TWO, policyText, START, startEcr } from './support';
import { lifecyclePolicyFrom } from '../../../rehearsal/ecr/policy';
import { Preview, PreviewStatus } from '../../../rehearsal/ecr/preview';

const repositoryName = 'app';

const start = async (client: ECRClient, lifecyclePolicyText?: string) =>
  client.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));
const get = async (client: ECRClient, input: Partial<GetLifecyclePolicyPreviewCommand['input']> = {}) =>
  client.send(new GetLifecyclePolicyPreviewCommand({ repositoryName, ...input }));

test('only affected images are listed, with the rule and the action', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  repository.addImage({ tags: ['new'], pushedAt: START - DAY });
  const unused = repository.addImage({ tags: ['old', 'older'], pushedAt: START - 100 * DAY });
  const untagged = repository.addImage({ pushedAt: START - 15 * DAY + 500 });
  repository.addImage({ pushedAt: START - 14 * DAY });
  const forgotten = repository.addImage({ tags: ['ancient'], pushedAt: START - 500 * DAY, archivedAt: START - 400 * DAY });
  const client = clientOf(ecr);
  const text = policyText(EXPIRE_UNTAGGED, ARCHIVE_OLD, {
    selection: { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 365 },
    action: { type: 'expire' },
  });

  expect(await start(client, text)).toMatchObject({ registryId: '111122223333', repositoryName, lifecyclePolicyText: text, status: 'IN_PROGRESS' });
  const { $metadata, ...answer } = await get(client);
  expect($metadata.httpStatusCode).toBe(200);
  expect(answer).toEqual({
    registryId: '111122223333',
    repositoryName,
    lifecyclePolicyText: text,
    status: 'COMPLETE',
    previewResults: [
      {
        imageDigest: unused,
        imageTags: ['old', 'older'],
        imagePushedAt: new Date(START - 100 * DAY),
        action: { type: 'TRANSITION', targetStorageClass: 'ARCHIVE' },
        appliedRulePriority: 2,
        storageClass: 'STANDARD',
      },
      {
        imageDigest: untagged,
        imagePushedAt: new Date(START - 15 * DAY + 500),
        action: { type: 'EXPIRE' },
        appliedRulePriority: 1,
        storageClass: 'STANDARD',
      },
      {
        imageDigest: forgotten,
        imageTags: ['ancient'],
        imagePushedAt: new Date(START - 500 * DAY),
        action: { type: 'EXPIRE' },
        appliedRulePriority: 3,
        storageClass: 'ARCHIVE',
      },
    ],
    summary: { expiringImageTotalCount: 2, transitioningImageTotalCounts: [{ targetStorageClass: 'ARCHIVE', imageTotalCount: 1 }] },
  });
  expect(repository.images).toHaveLength(5);

  const summary = answer.summary;
  expect(await get(client, { filter: { tagStatus: 'UNTAGGED' } })).toMatchObject({ previewResults: [{ imageDigest: untagged }], summary });
  const named = await get(client, { imageIds: [{ imageTag: 'older' }, { imageDigest: untagged }, { imageTag: 'new' }], filter: { tagStatus: 'TAGGED' } });
  expect(named).toMatchObject({ previewResults: [{ imageDigest: unused }], summary });
});

test('without affected images, there are no results, and the summary has a count of zero without archiving', async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  await start(client, policyText(KEEP_TWO));
  const { previewResults, summary, nextToken } = await get(client);
  expect({ previewResults, summary, nextToken }).toEqual({ previewResults: [], summary: { expiringImageTotalCount: 0 }, nextToken: undefined });
});

test('a preview without a text uses the live policy', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  expect((await failureOf(start(client))).name).toBe('LifecyclePolicyNotFoundException');
  expect((await failureOf(get(client))).name).toBe('LifecyclePolicyPreviewNotFoundException');
  repository.lifecyclePolicyText = policyText(KEEP_TWO);
  await start(client);
  expect(await get(client)).toMatchObject({ status: 'COMPLETE', lifecyclePolicyText: policyText(KEEP_TWO) });
  expect((await failureOf(start(client, policyText()))).name).toBe('InvalidParameterException');
});

test('100,000 images: the pages add up to the summary, tagged and untagged', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const age = (i: number) => START - (i % 5 === 0 ? 20 : 1) * DAY;
  for (let i = 0; i < 100_000; i++) repository.addImage({ tags: i % 2 === 0 ? [`v${i}`] : [], pushedAt: age(i) });
  const client = clientOf(ecr);
  await start(client, policyText({ ...EXPIRE_UNTAGGED, selection: { ...EXPIRE_UNTAGGED.selection, tagStatus: 'any' } }));

  const read = async (tagStatus: 'TAGGED' | 'UNTAGGED') => {
    const results: LifecyclePolicyPreviewResult[] = [];
    const pages = paginateGetLifecyclePolicyPreview({ client, pageSize: 100 }, { repositoryName, filter: { tagStatus } });
    for await (const page of pages) {
      expect(page.summary).toEqual({ expiringImageTotalCount: 20_000 });
      results.push(...page.previewResults!);
    }
    return results;
  };
  const [tagged, untagged] = await Promise.all([read('TAGGED'), read('UNTAGGED')]);
  expect([tagged.length, untagged.length]).toEqual([10_000, 10_000]);
  expect(tagged.every(({ imageTags }) => imageTags!.length === 1) && untagged.every(({ imageTags }) => !imageTags)).toBe(true);
  expect(new Set([...tagged, ...untagged].map(({ imageDigest }) => imageDigest)).size).toBe(20_000);
  expect(ecr.calls).toHaveLength(201);
});

test('a token is valid only for its preview and its filter', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  for (let i = 0; i < 10; i++) repository.addImage();
  const client = clientOf(ecr);
  await start(client, policyText(KEEP_TWO));
  const { nextToken, previewResults } = await get(client, { maxResults: 3 });
  expect(previewResults).toHaveLength(3);
  expect((await get(client, { nextToken })).previewResults).toHaveLength(5);
  expect((await failureOf(get(client, { nextToken, filter: { tagStatus: 'TAGGED' } }))).name).toBe('InvalidParameterException');
  expect((await failureOf(get(client, { nextToken: 'bm9uc2Vuc2U' }))).name).toBe('InvalidParameterException');
  expect((await failureOf(get(client, { maxResults: 101 }))).name).toBe('InvalidParameterException');
  expect((await failureOf(get(client, { maxResults: 1, imageIds: [{ imageTag: 'x' }] }))).name).toBe('InvalidParameterException');

  await start(client, policyText(KEEP_TWO));
  expect((await failureOf(get(client, { nextToken }))).name).toBe('InvalidParameterException');
});

test('a preview uses the images at its start', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const [oldest] = [3, 2, 1].map((days) => repository.addImage({ tags: [`v${days}`], pushedAt: START - days * DAY }));
  const client = clientOf(ecr);
  await start(client, policyText(KEEP_TWO));
  repository.store.removeTag('v3');
  repository.addImage();
  expect((await get(client)).previewResults).toMatchObject([{ imageDigest: oldest, imageTags: ['v3'] }]);
});

describe('states', () => {
  test('while a preview is in progress, no other can start, and there are no results', async () => {
    const ecr = await startEcr({ previewMs: 1_000_000 });
    const repository = ecr.registry.createRepository(repositoryName);
    for (let i = 0; i < 3; i++) repository.addImage();
    const client = clientOf(ecr);
    await start(client, policyText(KEEP_TWO));
    expect((await failureOf(start(client, policyText(KEEP_TWO)))).name).toBe('LifecyclePolicyPreviewInProgressException');
    const running = await get(client);
    expect(running).toMatchObject({ status: 'IN_PROGRESS', previewResults: [] });
    expect(running.summary).toBeUndefined();

    repository.finishPreview();
    expect(await get(client)).toMatchObject({ status: 'COMPLETE', previewResults: [{}], summary: { expiringImageTotalCount: 1 } });
    repository.finishPreview('EXPIRED');
    expect(await get(client)).toMatchObject({ status: 'EXPIRED', previewResults: [] });
  });

  test('a preview ends after its duration', () => {
    let elapsed = 100;
    const run = { policy: lifecyclePolicyFrom(policyText(KEEP_TWO)), images: [], now: START, runsForMs: 50 };
    const statuses = (['COMPLETE', 'FAILED', 'IN_PROGRESS'] as const).map((outcome) => new Preview({ ...run, outcome }, outcome, () => elapsed));
    const seen: PreviewStatus[][] = [];
    for (elapsed of [100, 149, 150]) seen.push(statuses.map(({ status }) => status));
    expect(seen).toEqual([
      ['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS'],
      ['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS'],
      ['COMPLETE', 'FAILED', 'IN_PROGRESS'],
    ]);
  });

  test('previews can be made to fail, expire or never end', async () => {
    const ecr = await startEcr();
    const repository = ecr.registry.createRepository(repositoryName);
    repository.nextPreviews.push('FAILED', 'EXPIRED', 'COMPLETE', 'IN_PROGRESS');
    const client = clientOf(ecr);
    const statuses: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      await start(client, policyText(KEEP_TWO));
      statuses.push((await get(client)).status);
    }
    expect(statuses).toEqual(['FAILED', 'EXPIRED', 'COMPLETE', 'IN_PROGRESS']);
    expect((await failureOf(start(client, policyText(KEEP_TWO)))).name).toBe('LifecyclePolicyPreviewInProgressException');
  });

  test("another client's preview replaces this one, even between a start and a read", async () => {
    const ecr = await startEcr();
    const repository = ecr.registry.createRepository(repositoryName);
    const foreign = policyText(EXPIRE_UNTAGGED);
    repository.plantPreview(foreign, { runsForMs: 1_000_000 });
    const client = clientOf(ecr);
    expect((await failureOf(start(client, policyText(KEEP_TWO)))).name).toBe('LifecyclePolicyPreviewInProgressException');
    repository.finishPreview();
    await start(client, policyText(KEEP_TWO));

    ecr.faults.add({ operation: 'GetLifecyclePolicyPreview', fault: { kind: 'meanwhile', act: () => repository.plantPreview(foreign) } });
    expect(await get(client)).toMatchObject({ status: 'COMPLETE', lifecyclePolicyText: foreign });
  });
});
