import { GateUnderTest, keepNewest, REPOSITORY } from './gate-under-test';
import type { Coverage } from '../../rehearsal/in-use/account';

/* Amazon Inspector as a source of what is in use: it answers for the images that it monitors, and for no others. */

const GUARDS = [{ Id: 'max-images', Limit: '10' }, { Id: 'protect-in-use', Sources: ['inspector'] }];
const EXPIRED = { statusCode: 'INACTIVE', reason: 'SCAN_ELIGIBILITY_EXPIRED' };

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('old', 'new'));

const digestOf = (tag: string) => gate.repository.images.find(({ imageTags }) => imageTags?.includes(tag))!.imageDigest;
const covers = (...coverage: Omit<Coverage, 'repositoryName'>[]) => {
  gate.rehearsal.runtimes.account.coverage = [{}, ...coverage].map((entry) => ({ repositoryName: REPOSITORY, ...entry }));
};
const run = (keep = 1, Guards: object[] = GUARDS) => gate.run({ LifecyclePolicyText: keepNewest(keep), Guards });

test('an image that would go and that Inspector does not list is not known to be unused', async () => {
  covers({ digest: digestOf('new'), inUseCount: 1 });
  expect(await gate.reasonOf(run())).toBe(
    `UncoveredImage: Amazon Inspector cannot tell whether ${digestOf('old')} in "shop/web" is in use (it does not list the image); `
    + 'turn on continuous enhanced scanning with a re-scan duration that covers these images, or take Inspector out of what the guard asks');
});

test('an image that Inspector monitors and that is not in use may go', async () => {
  covers({ digest: digestOf('old') });
  expect((await run()).Data.ExpiringImageCount).toBe(1);
});

test('an image that stays needs no coverage', async () => {
  covers({ digest: digestOf('old') }, { digest: digestOf('new'), scanStatus: EXPIRED });
  expect((await run()).Data.ExpiringImageCount).toBe(1);
});

test.each<[string, Partial<Coverage>]>([
  ['its scan is INACTIVE with SCAN_ELIGIBILITY_EXPIRED', { scanStatus: EXPIRED }],
  ['its scan is ACTIVE with PENDING_INITIAL_SCAN', { scanStatus: { statusCode: 'ACTIVE', reason: 'PENDING_INITIAL_SCAN' } }],
  ['its scan is INACTIVE with SCAN_FREQUENCY_SCAN_ON_PUSH', { scanStatus: { statusCode: 'INACTIVE', reason: 'SCAN_FREQUENCY_SCAN_ON_PUSH' } }],
  ['it reports no count of uses', { inUseCount: 'OMITTED' }],
])('an image that Inspector lists but does not monitor is not known to be unused: %s', async (because, coverage) => {
  covers({ digest: digestOf('old'), ...coverage });
  expect(await gate.reasonOf(run())).toContain(`is in use (${because})`);
});

test('all images that are unknown are counted', async () => {
  gate.reset('1', '2', '3', '4');
  covers({ digest: digestOf('2') });
  expect(await gate.reasonOf(run())).toContain('(it does not list the image), nor about 1 other image that would go; ');
});

test('an image that is used although its scan has ended is protected, not unknown', async () => {
  covers({ digest: digestOf('old'), inUseCount: 2, scanStatus: EXPIRED });
  expect(await gate.reasonOf(run())).toContain('protect-in-use: 1 image in use would go (2 ECS tasks or EKS pods seen by Inspector)');
});

test('an image that another source reports in use is protected, not unknown', async () => {
  covers({ digest: digestOf('new') });
  gate.rehearsal.runtimes.account.functions = [
    { name: 'thumbnails', version: '1', resolvedImageUri: `111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}@${digestOf('old')}` },
  ];
  expect(await gate.reasonOf(run(1, [GUARDS[0], { Id: 'protect-in-use', Sources: ['lambda', 'inspector'] }]))).toContain('(Lambda function thumbnails version 1)');
});

test('an archived image cannot run', async () => {
  gate.reset();
  const day = 24 * 60 * 60 * 1000;
  gate.repository.addImage({ tags: ['cold'], archivedAt: gate.rehearsal.ecr.clock.now() - 100 * day, pushedAt: 0 });
  covers();
  const selection = { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 90 };
  const LifecyclePolicyText = JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] });
  expect((await gate.run({ LifecyclePolicyText, Guards: GUARDS })).Data.ExpiringImageCount).toBe(1);
});

describe('an image index', () => {
  function index() {
    gate.reset();
    const now = gate.rehearsal.ecr.clock.now();
    const parts = [5, 4].map((age) => gate.repository.addImage({ pushedAt: now - age * 1000 }));
    const digest = gate.repository.addImage({ tags: ['v1'], children: parts, pushedAt: now - 6000 });
    gate.repository.addImage({ tags: ['v2'], pushedAt: now });
    const selection = { tagStatus: 'tagged', tagPatternList: ['v*'], countType: 'imageCountMoreThan', countNumber: 1 };
    const LifecyclePolicyText = JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] });
    return { parts, digest, run: () => gate.run({ LifecyclePolicyText, Guards: GUARDS }) };
  }

  test('is known by its parts', async () => {
    const { parts, run: runIndex } = index();
    covers(...parts.map((digest) => ({ digest })));
    expect((await runIndex()).Data.ExpiringImageCount).toBe(1);
  });

  test('is unknown while one of its parts is', async () => {
    const { parts: [part], digest, run: runIndex } = index();
    covers({ digest: part });
    expect(await gate.reasonOf(runIndex())).toContain(`UncoveredImage: Amazon Inspector cannot tell whether ${digest}`);
  });

  test('is known by itself, without a look at its manifest', async () => {
    const { digest, run: runIndex } = index();
    covers({ digest });
    expect((await runIndex()).Data.ExpiringImageCount).toBe(1);
    expect(gate.calls).not.toContain('BatchGetImage');
  });

  test('is protected with a part that runs', async () => {
    const { parts: [one, two], run: runIndex } = index();
    covers({ digest: one, inUseCount: 1 }, { digest: two });
    expect(await gate.reasonOf(runIndex())).toContain('protect-in-use: 1 image in use would go');
  });
});

test('with nothing going, Inspector may be silent', async () => {
  covers();
  expect((await run(2)).Data.ExpiringImageCount).toBe(0);
});

test('the answer on several pages is read to its end', async () => {
  gate.rehearsal.runtimes.pageSize = 1;
  covers({ digest: digestOf('new') }, { digest: digestOf('old') });
  expect((await run()).Data.ExpiringImageCount).toBe(1);
  gate.rehearsal.runtimes.pageSize = Infinity;
});

test('an approved image needs no coverage, also when another image has entered the look-ahead since', async () => {
  const DAY = 24 * 60 * 60 * 1000;
  const now = gate.rehearsal.ecr.clock.now();
  gate.clock.advance(now);
  const add = (tag: string, ageInDays: number) => gate.repository.addImage({ tags: [tag], pushedAt: now - ageInDays * DAY });
  add('approved', 40);
  covers({ digest: add('entered', 28.5) });
  const LifecyclePolicyText = JSON.stringify({
    rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 }, action: { type: 'expire' } }],
  });
  const { Fingerprint: ApprovedPreview } = (await gate.run({ LifecyclePolicyText, Guards: [GUARDS[0]] })).Data;
  expect((await gate.run({ LifecyclePolicyText, Guards: GUARDS, ApprovedPreview })).Data.Fingerprint).not.toBe(ApprovedPreview);
});
