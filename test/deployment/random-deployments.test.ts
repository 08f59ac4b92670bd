import { Random, randomSource } from './random-source';
import type { Image } from '../../src/core/evaluation/image';
import { GateUnderTest, REPOSITORY, TestClock } from '../lambda/gate-under-test';

/*
 * A thousand deployments of any kind through the handler, over HTTP. What the guards mean is said here once more, plainly,
 * and held against what then happens to the images.
 */

const DEPLOYMENTS = 1_200;
const DAY = 24 * 60 * 60 * 1000;
const URI = `111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}`;

let gate: GateUnderTest;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  gate = await GateUnderTest.start();
});
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await gate.stop();
});

/** Ages are even numbers of days and a bit, limits too: in the day until ECR acts, no image crosses one. */
const evenDays = (random: Random, most: number) => 2 * random.below(most / 2);

function pushImages(random: Random): void {
  const now = gate.rehearsal.ecr.clock.now();
  const past = () => now - (evenDays(random, 200) + 0.25) * DAY;
  const plain: string[] = [];
  for (let i = 0, count = random.below(14); i < count; i++) {
    const tags = random.some(['prod', `release-${i}`, `pr-${i}`, `main-${i}`], 0.3);
    const archived = random.chance(0.15);
    plain.push(gate.repository.addImage({
      tags, pushedAt: past() - i, ...(random.chance(0.4) && { lastPulledAt: past() }), ...(archived && { archivedAt: past() }),
    }));
  }
  for (let i = 0; i < 2 && plain.length > 2; i++) {
    const children = random.some(plain, 0.3);
    if (children.length > 0) gate.repository.addImage({ tags: random.some([`v${i}`, `release-v${i}`], 0.5), children, pushedAt: past() - 100 - i });
  }
}

function randomPolicy(random: Random): string {
  const rules: object[] = [];
  const rule = (selection: object) => {
    const count = { countType: 'imageCountMoreThan', countNumber: 1 + random.below(8) };
    const pushed = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 2 + evenDays(random, 150) };
    const pulled = { countType: 'sinceImagePulled', countUnit: 'days', countNumber: 2 + evenDays(random, 150) };
    const archive = { type: 'transition', targetStorageClass: 'archive' };
    const [condition, action] = random.pick([[count, { type: 'expire' }], [pushed, { type: 'expire' }], [count, archive], [pulled, archive]]);
    rules.push({ rulePriority: rules.length + 1, selection: { ...selection, ...condition }, action });
  };
  for (const pattern of random.some(['release-*', 'pr-*', 'main-*', '*'], 0.4)) rule({ tagStatus: 'tagged', tagPatternList: [pattern] });
  if (random.chance(0.4)) rule({ tagStatus: 'untagged' });
  if (rules.length === 0 || random.chance(0.4)) rule({ tagStatus: 'any' });
  return JSON.stringify({ rules });
}

interface Affected {
  readonly imageDigest: string;
  readonly action: string;
  readonly rulePriority: number;
}

interface State {
  readonly images: readonly Image[];
  readonly now: number;
  /** Digests. */
  readonly used: readonly string[];
}

interface RandomGuard {
  readonly wire: object;
  /** Whether the guard, as people understand it, allows all this to happen to these images. */
  readonly allows: (gone: readonly Affected[], state: State) => boolean;
}

const expired = (gone: readonly Affected[]) => gone.filter(({ action }) => action === 'EXPIRE').length;
const none = (gone: readonly Affected[], isProtected: (digest: string) => boolean) => !gone.some(({ imageDigest }) => isProtected(imageDigest));
const millis = (iso: string | undefined) => (iso === undefined ? -Infinity : Date.parse(iso));
const pullable = ({ images }: State, pattern: RegExp) =>
  images.filter(({ imageStatus, imageTags }) => imageStatus === 'ACTIVE' && imageTags?.some((tag) => pattern.test(tag)));

/** Those of these digests, the indexes that they are in, and what they refer to as indexes. */
function withRelatives(digests: readonly string[], { images }: State): (digest: string) => boolean {
  const all = images.flatMap(({ imageDigest, childDigests = [] }) => [
    ...(digests.includes(imageDigest) ? childDigests : []),
    ...(childDigests.some((child) => digests.includes(child)) ? [imageDigest] : []),
  ]);
  return (digest) => digests.includes(digest) || all.includes(digest);
}

function guardsFor(random: Random): RandomGuard[] {
  const limit = random.below(8);
  const percent = 5 * random.below(21);
  const days = evenDays(random, 100) + 2;
  const digests = random.some(gate.repository.images.map(({ imageDigest }) => imageDigest), 0.1);
  const selection = { TagStatus: 'tagged', TagPatternList: ['release-*'] };
  const within = (id: 'imagePushedAt' | 'lastRecordedPullTime') => (gone: readonly Affected[], { images, now }: State) =>
    none(gone, (digest) => now - millis(images.find(({ imageDigest }) => imageDigest === digest)?.[id]) <= days * DAY);
  const all: RandomGuard[] = [
    { wire: { Id: 'max-images', Limit: String(limit) }, allows: (gone) => expired(gone) <= limit },
    { wire: { Id: 'max-percent', Percent: String(percent) }, allows: (gone, { images }) => images.length === 0 || expired(gone) / images.length <= percent / 100 },
    { wire: { Id: 'max-archived', Limit: String(limit) }, allows: (gone) => gone.length - expired(gone) <= limit },
    { wire: { Id: 'max-expiring', RulePriority: '1', Limit: String(limit) }, allows: (gone) => expired(gone.filter(({ rulePriority }) => rulePriority === 1)) <= limit },
    {
      wire: { Id: 'protect-tags', Patterns: ['prod', 'release-*'] },
      allows: (gone, { images }) => none(gone, (digest) =>
        images.some(({ imageDigest, imageTags }) => imageDigest === digest && imageTags?.some((tag) => /^(prod|release-.*)$/.test(tag)))),
    },
    { wire: { Id: 'protect-digests', Digests: digests }, allows: (gone, state) => none(gone, withRelatives(digests, state)) },
    { wire: { Id: 'protect-pushed-within', Seconds: String(days * 86_400) }, allows: within('imagePushedAt') },
    { wire: { Id: 'protect-pulled-within', Seconds: String(days * 86_400) }, allows: within('lastRecordedPullTime') },
    {
      wire: { Id: 'protect-newest', Count: '2', Selection: selection },
      allows: (gone, state) => {
        const newest = pullable(state, /^release-/).sort((a, b) => millis(b.imagePushedAt) - millis(a.imagePushedAt)).slice(0, 2);
        return none(gone, (digest) => newest.some(({ imageDigest }) => imageDigest === digest));
      },
    },
    {
      wire: { Id: 'keep-at-least', Count: '2', Selection: selection },
      allows: (gone, state) => {
        const before = pullable(state, /^release-/).map(({ imageDigest }) => imageDigest);
        const going = gone.filter(({ imageDigest }) => before.includes(imageDigest)).length;
        return going === 0 || before.length - going >= 2;
      },
    },
    { wire: { Id: 'protect-in-use', Sources: ['ecs', 'lambda'] }, allows: (gone, state) => none(gone, withRelatives(state.used, state)) },
  ];
  return random.some(all, 0.25);
}

function useSome(random: Random): string[] {
  const used = random.some(gate.repository.images.map(({ imageDigest }) => imageDigest), 0.15);
  const { account } = gate.rehearsal.runtimes;
  used.forEach((imageDigest, i) => {
    const taskDefinition = `job-${i}:1`;
    account.taskDefinitions.push({ name: taskDefinition, images: [`${URI}@${imageDigest}`] });
    if (i % 4 === 2) {
      account.rules.push({ name: `rule-${i}`, bus: 'jobs', targets: [{ taskDefinition }] });
    } else if (i % 4 === 3) {
      account.schedules.push({ name: `schedule-${i}`, target: { taskDefinition } });
    } else if (i % 4 === 0) {
      const containers = [{ image: URI, imageDigest }];
      account.clusters.push({ name: `cluster-${i}`, services: [], tasks: [{ id: 'one', taskDefinition: 'web:1', containers }] });
    } else {
      account.functions.push({ name: `f-${i}`, version: '$LATEST', imageUri: `${URI}:x`, resolvedImageUri: `${URI}@${imageDigest}` });
    }
  });
  return used;
}

function injectFaults(random: Random): void {
  const operations = ['StartLifecyclePolicyPreview', 'GetLifecyclePolicyPreview', 'DescribeImages', 'BatchGetImage'];
  while (random.chance(0.3)) {
    const foreign = randomPolicy(random);
    gate.faults.add({
      operation: random.pick(operations),
      times: 1 + random.below(4),
      skip: random.below(2),
      fault: random.pick([
        { kind: 'error', code: 'ThrottlingException' } as const,
        { kind: 'error', code: 'ServerException', status: 500 } as const,
        { kind: 'error', code: 'AccessDeniedException', message: 'not authorized to perform: ecr:Something' } as const,
        { kind: 'error', code: 'InvalidParameterException', message: 'x'.repeat(5_000) } as const,
        { kind: 'reset' } as const,
        { kind: 'reset', when: 'after' } as const,
        { kind: 'respond', body: {} } as const,
        { kind: 'meanwhile', act: () => gate.repository.plantPreview(foreign) } as const,
      ]),
    });
  }
  if (random.chance(0.1)) gate.repository.nextPreviews.push(...random.some(['FAILED', 'EXPIRED', 'IN_PROGRESS'] as const, 0.5));
  if (random.chance(0.05)) {
    const operation = random.pick(['ecs:ListClusters', 'events:ListRules', 'scheduler:ListSchedules']);
    gate.rehearsal.runtimes.faults.add({ operation, fault: { kind: 'error', code: 'ClientException' } });
  }
}

/** What came of it; throws what is wrong with it. */
async function deployment(seed: number): Promise<string> {
  const random = randomSource(seed);
  gate.reset();
  pushImages(random);
  const { clock, registry } = gate.rehearsal.ecr;
  gate.clock = new TestClock(clock.now());
  const policy = randomPolicy(random);
  const guards = guardsFor(random);
  const state: State = { images: gate.repository.images, now: clock.now(), used: useSome(random) };
  const approved = random.chance(0.1);
  const RequestType = random.pick(['Create', 'Update', 'Update', 'Update', 'Update', 'Delete'] as const);
  const rollingBack = random.chance(0.05);
  const properties = { LifecyclePolicyText: policy, Guards: guards.map(({ wire }) => wire) };
  const event = { RequestType, ...(rollingBack && { StackId: gate.rolledBackStackId }) };
  const ApprovedPreview = approved
    ? (await gate.run({ ...properties, Guards: [], Enforcement: 'WARN' }, { RequestType: 'Update' })).Data.Fingerprint : undefined;
  injectFaults(random);

  let data;
  try {
    data = (await gate.run({ ...properties, ApprovedPreview }, event)).Data;
  } catch (error) {
    const { message } = error as Error;
    if (rollingBack || RequestType === 'Delete') throw new Error(`blocked: ${message}`);
    if (!/^[A-Z][A-Za-z]+: /.test(message) || /[\r\n]/.test(message) || message.length > 1_500) throw new Error(`what a message: ${message}`);
    return message.slice(0, message.indexOf(':'));
  }
  if (rollingBack || RequestType === 'Delete') return 'way back';

  gate.faults.clear();
  registry.repository(REPOSITORY).lifecyclePolicyText = policy;
  const gone = gate.rehearsal.ecr.runLifecycle();
  const counted = data.ExpiringImageCount + data.ArchivingImageCount;
  // Reading the manifest of an index is a pull: by a rule on pulls it then stays for longer than was said.
  const asCounted = gate.calls.includes('BatchGetImage') ? gone.length <= counted : gone.length === counted;
  if (expired(gone) !== data.ExpiringImageCount || !asCounted) {
    throw new Error(`${gone.length} images went, but the gate counted ${JSON.stringify(data)}`);
  }
  if (approved) return 'approved';
  const objecting = guards.filter(({ allows }) => !allows(gone, state));
  if (objecting.length > 0) throw new Error(`passed in spite of ${JSON.stringify(objecting.map(({ wire }) => wire))}`);
  const ids = guards.map(({ wire }) => (wire as { Id: string }).Id);
  const unbudgeted = gone.filter(({ rulePriority }) => !(rulePriority === 1 && ids.includes('max-expiring')));
  if (!ids.includes('max-images') && !ids.includes('max-percent') && expired(unbudgeted) > 0) throw new Error('images expired though no guard allows any');
  return gone.length > 0 ? 'passed, images went' : 'passed, nothing went';
}

test(`${DEPLOYMENTS} deployments: nothing goes that a guard protects, and no way back is blocked`, async () => {
  const outcomes: Record<string, number> = {};
  for (let seed = 1; seed <= DEPLOYMENTS; seed++) {
    const outcome = await deployment(seed).catch((error: Error) => {
      throw new Error(`deployment(${seed}): ${error.message}`, { cause: error });
    });
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  expect(unhandled).toEqual([]);
  // All of it has happened, and not only once.
  for (const outcome of ['way back', 'approved', 'passed, images went', 'passed, nothing went', 'UnexpectedExpiry', 'PreviewRaced', 'CouldNotJudge']) {
    expect(Object.entries(outcomes).filter(([, times]) => times > 3).map(([name]) => name)).toContain(outcome);
  }
}, 120_000);
