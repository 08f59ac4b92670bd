import { GateUnderTest, keepNewest, REPOSITORY } from './gate-under-test';
import type { Coverage } from '../../rehearsal/in-use/account';

/* Amazon Inspector as a source of uses: it knows the use of only those images that it monitors. */

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

test('fails if Inspector does not list an affected image', async () => {
  covers({ digest: digestOf('new'), inUseCount: 1 });
  expect(await gate.reasonOf(run())).toBe(
    `UncoveredImage: Amazon Inspector does not know whether ${digestOf('old')} in "shop/web" is in use (it does not list the image); `
    + 'turn on continuous enhanced scanning with a re-scan duration that covers these images, or remove Inspector from the sources of the guard');
});

test('passes if Inspector monitors an affected image that is not in use', async () => {
  covers({ digest: digestOf('old') });
  expect((await run()).Data.ExpiringImageCount).toBe(1);
});

test('ignores the coverage of an image that is kept', async () => {
  covers({ digest: digestOf('old') }, { digest: digestOf('new'), scanStatus: EXPIRED });
  expect((await run()).Data.ExpiringImageCount).toBe(1);
});

test.each<[string, Partial<Coverage>]>([
  ['its scan has status INACTIVE with reason SCAN_ELIGIBILITY_EXPIRED', { scanStatus: EXPIRED }],
  ['its scan has status ACTIVE with reason PENDING_INITIAL_SCAN', { scanStatus: { statusCode: 'ACTIVE', reason: 'PENDING_INITIAL_SCAN' } }],
  ['its scan has status INACTIVE with reason SCAN_FREQUENCY_SCAN_ON_PUSH', { scanStatus: { statusCode: 'INACTIVE', reason: 'SCAN_FREQUENCY_SCAN_ON_PUSH' } }],
  ['it does not report a count of uses', { inUseCount: 'OMITTED' }],
])('fails if Inspector lists an affected image but does not monitor it: %s', async (because, coverage) => {
  covers({ digest: digestOf('old'), ...coverage });
  expect(await gate.reasonOf(run())).toContain(`is in use (${because})`);
});

test('the message has the number of all unknown images', async () => {
  gate.reset('1', '2', '3', '4');
  covers({ digest: digestOf('2') });
  expect(await gate.reasonOf(run())).toContain('(it does not list the image), nor 1 other image that the policy would act on; ');
});

test('an image that is used although its scan has ended is protected, not unknown', async () => {
  covers({ digest: digestOf('old'), inUseCount: 2, scanStatus: EXPIRED });
  expect(await gate.reasonOf(run())).toContain('protect-in-use: 1 image in use would expire (2 ECS tasks or EKS pods seen by Inspector)');
});

test('an image that another source reports in use is protected, not unknown', async () => {
  covers({ digest: digestOf('new') });
  gate.rehearsal.runtimes.account.functions = [
    { name: 'thumbnails', version: '1', resolvedImageUri: `111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}@${digestOf('old')}` },
  ];
  expect(await gate.reasonOf(run(1, [GUARDS[0], { Id: 'protect-in-use', Sources: ['lambda', 'inspector'] }]))).toContain('(Lambda function thumbnails version 1)');
});

test('ignores the coverage of an archived image, which cannot run', async () => {
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

  test('passes if Inspector monitors its parts', async () => {
    const { parts, run: runIndex } = index();
    covers(...parts.map((digest) => ({ digest })));
    expect((await runIndex()).Data.ExpiringImageCount).toBe(1);
  });

  test('fails if Inspector does not monitor one of its parts', async () => {
    const { parts: [part], digest, run: runIndex } = index();
    covers({ digest: part });
    expect(await gate.reasonOf(runIndex())).toContain(`UncoveredImage: Amazon Inspector does not know whether ${digest}`);
  });

  test('passes if Inspector monitors the index itself, without a read of its manifest', async () => {
    const { digest, run: runIndex } = index();
    covers({ digest });
    expect((await runIndex()).Data.ExpiringImageCount).toBe(1);
    expect(gate.calls).not.toContain('BatchGetImage');
  });

  test('is protected if one of its parts is running', async () => {
    const { parts: [one, two], run: runIndex } = index();
    covers({ digest: one, inUseCount: 1 }, { digest: two });
    expect(await gate.reasonOf(runIndex())).toContain('protect-in-use: 1 image in use would expire');
  });
});

test('passes without coverage if no image is affected', async () => {
  covers();
  expect((await run(2)).Data.ExpiringImageCount).toBe(0);
});

test('all pages of the answer are read', async () => {
  gate.rehearsal.runtimes.pageSize = 1;
  covers({ digest: digestOf('new') }, { digest: digestOf('old') });
  expect((await run()).Data.ExpiringImageCount).toBe(1);
  gate.rehearsal.runtimes.pageSize = Infinity;
});

test('an approved image needs no coverage, even if another image has entered the look-ahead since', async () => {
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
