import { GateUnderTest } from './gate-under-test';

/* Images that the preview does not list, because another image keeps them that expires, or is restored, within the look-ahead. */

const DAY = 24 * 60 * 60 * 1000;
const MANY = { Id: 'max-images', Limit: '10000' };
const RELEASES = [MANY, { Id: 'protect-tags', Patterns: ['release-*'] }];

let gate: GateUnderTest;
let now: number;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => {
  gate.reset();
  now = gate.rehearsal.ecr.clock.now();
  gate.clock.advance(now);
});

const policy = (...rules: object[]) => JSON.stringify({ rules: rules.map((rule, i) => ({ rulePriority: i + 1, action: { type: 'expire' }, ...rule })) });
const olderThan = (countNumber: number, ...tagPatternList: string[]) => ({
  selection: { tagStatus: 'tagged', tagPatternList, countType: 'sinceImagePushed', countUnit: 'days', countNumber },
});
const archivedFor = (countNumber: number) => ({
  selection: { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber },
});

describe('an overdue release for one platform that an image index keeps', () => {
  const text = policy(olderThan(30, 'multi*'), olderThan(7, '*-amd64'));
  const addIndex = (ageInDays: number) => {
    const part = gate.repository.addImage({ tags: ['release-1-amd64'], pushedAt: now - ageInDays * DAY });
    gate.repository.addImage({ tags: ['multi-1'], children: [part], pushedAt: now - ageInDays * DAY });
  };

  test('expires with the index, so the gate fails if the index expires tomorrow', async () => {
    addIndex(29.5);
    expect(await gate.reasonOf(gate.run({ LifecyclePolicyText: text, Guards: RELEASES }))).toMatch(/ 2 more images in the days ahead.*protect-tags: .*release-1-amd64/);
  });

  test('is kept if the index is kept', async () => {
    addIndex(20);
    expect((await gate.run({ LifecyclePolicyText: text, Guards: RELEASES })).Data.ExpiringImageCount).toBe(0);
    expect(gate.calls).not.toContain('BatchGetImage');
  });

  test('counts for keep-at-least as well', async () => {
    addIndex(29.5);
    const guard = { Id: 'keep-at-least', Count: '1', Selection: { TagStatus: 'tagged', TagPatternList: ['release-*'] } };
    expect(await gate.reasonOf(gate.run({ LifecyclePolicyText: text, Guards: [MANY, guard] }))).toContain('keep-at-least: 0 images tagged release-*');
  });
});

describe('an archived image index that is deleted tomorrow', () => {
  test('may keep an overdue release, because ECR does not return its parts', async () => {
    const part = gate.repository.addImage({ tags: ['release-1'], pushedAt: now - 500 * DAY });
    gate.repository.addImage({ tags: ['multi'], children: [part], pushedAt: now - 500 * DAY, archivedAt: now - 364.5 * DAY });
    expect(await gate.reasonOf(gate.run({ LifecyclePolicyText: policy(olderThan(30, 'release-*'), archivedFor(365)), Guards: RELEASES })))
      .toContain('protect-tags: 1 image with a tag like release-* would expire');
  });

  test('does not have the parts of an index that is kept', async () => {
    gate.repository.addImage({ tags: ['multi'], children: [], pushedAt: now - 500 * DAY, archivedAt: now - 364.5 * DAY });
    const part = gate.repository.addImage({ tags: ['release-1'], pushedAt: now - 100 * DAY });
    gate.repository.addImage({ tags: ['prod'], children: [part], pushedAt: now - 100 * DAY });
    const { Data } = await gate.run({ LifecyclePolicyText: policy(olderThan(30, 'release-*'), archivedFor(365)), Guards: RELEASES });
    expect(Data.ExpiringImageCount).toBe(0);
  });
});

test('an image that is being restored from the archive displaces a protected one from a count', async () => {
  gate.repository.addImage({ tags: ['release-1'], pushedAt: now - 5 * DAY });
  gate.repository.addImage({ tags: ['old'], pushedAt: now - 50 * DAY, archivedAt: now - 10 * DAY, status: 'ACTIVATING' });
  const text = policy({ selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 } });
  expect(await gate.reasonOf(gate.run({ LifecyclePolicyText: text, Guards: RELEASES }))).toContain('protect-tags: 1 image with a tag like release-* would expire: release-1');
});

describe('a signature of a protected image', () => {
  const SIGNATURES = { LifecyclePolicyText: policy(olderThan(30, 'sha256-*')) };
  const tagFor = (digest: string, suffix: string) => `${digest.replace(':', '-')}.${suffix}`;

  test('is protected even if it also belongs to another image', async () => {
    const [one, other] = ['tmp', 'release-1'].map((tag) => gate.repository.addImage({ tags: [tag] }));
    gate.repository.addImage({ tags: [tagFor(one, 'sbom'), tagFor(other, 'sbom')], pushedAt: now - 50 * DAY });
    expect(await gate.reasonOf(gate.run({ ...SIGNATURES, Guards: RELEASES }))).toContain('protect-tags: 1 image');
  });

  test.each(['protect-digests', 'protect-in-use'])('is protected if the protected image is a part of its index: %s', async (id) => {
    const part = gate.repository.addImage({ pushedAt: now - 50 * DAY });
    const index = gate.repository.addImage({ tags: ['prod'], children: [part], pushedAt: now - 50 * DAY });
    gate.repository.addImage({ tags: [tagFor(index, 'sig')], pushedAt: now - 50 * DAY });
    gate.runImages(part);
    const guard = id === 'protect-digests' ? { Id: id, Digests: [part] } : { Id: id, Sources: ['ecs'] };
    expect(await gate.reasonOf(gate.run({ ...SIGNATURES, Guards: [MANY, guard] }))).toContain(`${id}: 1 image`);
  });
});

test('a tag that was added to an image since the preview protects it', async () => {
  const digest = gate.repository.addImage({ tags: ['old'], pushedAt: now - 50 * DAY });
  gate.meanwhile('DescribeImages', () => gate.repository.store.setTag('release-1', digest));
  expect(await gate.reasonOf(gate.run({ LifecyclePolicyText: policy(olderThan(30, 'old')), Guards: RELEASES }))).toContain('protect-tags: 1 image');
});
