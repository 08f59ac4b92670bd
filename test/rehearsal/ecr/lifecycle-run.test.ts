import { ARCHIVE_OLD, DAY, EXPIRE_UNTAGGED, KEEP_TWO, policyText, START, startEcr } from './support';

test('after a day, the live policies have been applied, and other images are unchanged', async () => {
  const ecr = await startEcr();
  const app = ecr.registry.createRepository('app');
  const untagged = app.addImage({ pushedAt: START - 13.5 * DAY });
  const fresh = app.addImage({ pushedAt: START - 12 * DAY });
  const unused = app.addImage({ tags: ['old'], pushedAt: START - 100 * DAY });
  app.lifecyclePolicyText = policyText(EXPIRE_UNTAGGED, ARCHIVE_OLD);
  const free = ecr.registry.createRepository('no-policy');
  free.addImage({ pushedAt: START - 999 * DAY });

  expect(ecr.runLifecycle()).toEqual([
    { repositoryName: 'app', imageDigest: untagged, imageTags: [], action: 'EXPIRE', rulePriority: 1 },
    { repositoryName: 'app', imageDigest: unused, imageTags: ['old'], action: 'TRANSITION', rulePriority: 2 },
  ]);
  expect(ecr.clock.now()).toBe(START + DAY);
  expect(app.images).toMatchObject([
    { imageDigest: fresh, imageStatus: 'ACTIVE' },
    { imageDigest: unused, imageTags: ['old'], imageStatus: 'ARCHIVED', lastArchivedAt: '2026-01-02T00:00:00.000Z' },
  ]);
  expect(free.images).toHaveLength(1);
  expect(ecr.runLifecycle()).toEqual([]);
});

test('children expire after their index, referrers with their subject', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository('app');
  const child = repository.addImage({ pushedAt: START - 20 * DAY });
  repository.addImage({ tags: ['multi'], pushedAt: START - 20 * DAY, children: [child] });
  repository.lifecyclePolicyText = policyText(EXPIRE_UNTAGGED);
  expect(ecr.runLifecycle()).toEqual([]);

  repository.store.removeTag('multi');
  const signature = repository.addImage({ tags: ['sha256-signature'], subject: repository.images[1].imageDigest });
  const gone = ecr.runLifecycle();
  expect(gone.map(({ imageDigest }) => imageDigest)).toEqual([child, expect.any(String), signature]);
  expect(repository.images).toEqual([]);
});

test('the tag of an expired image can be reused', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository('app', { imageTagMutability: 'IMMUTABLE' });
  [3, 2, 1].forEach((days) => repository.addImage({ tags: [`v${days}`], pushedAt: START - days * DAY }));
  repository.lifecyclePolicyText = policyText(KEEP_TWO);
  expect(ecr.runLifecycle()).toMatchObject([{ imageTags: ['v3'], action: 'EXPIRE' }]);
  expect(repository.store.byTag('v3')).toBeUndefined();
});

test('the clock only moves forward', async () => {
  const { clock } = await startEcr({ now: 1000 });
  clock.advance(500);
  expect(clock.now()).toBe(1500);
  expect(() => clock.advance(-1)).toThrow('forward');
});
