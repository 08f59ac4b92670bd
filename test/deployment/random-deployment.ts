import { Random, randomSource } from './random-source';
import { affectedImages } from '../../rehearsal/ecr/preview';
import type { Image } from '../../src/core/evaluation/image';
import { GateUnderTest, REPOSITORY, TestClock } from '../lambda/gate-under-test';

/*
 * One deployment of any kind through the handler, over HTTP. The meaning of each guard is stated here once more, plainly, and
 * held against what then happens to the images in the 48 hours after.
 */

const DAY = 24 * 60 * 60 * 1000;
const URI = `111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}`;
/** The runs of ECR that the look-ahead of two days covers. */
const RUNS = 2;

function pushImages(gate: GateUnderTest, random: Random): void {
  const now = gate.rehearsal.ecr.clock.now();
  // Quarters of days, so that images fall due before, between and after the runs of ECR.
  const past = () => now - (1 + random.below(800)) * DAY / 4 + random.below(1_000_000);
  const plain: string[] = [];
  for (let i = 0, count = random.below(14); i < count; i++) {
    const tags = random.some(['prod', `release-${i}`, `pr-${i}`, `main-${i}`], 0.3);
    const archived = random.chance(0.15);
    plain.push(gate.repository.addImage({
      tags,
      pushedAt: past(),
      ...(random.chance(0.4) && { lastPulledAt: past() }),
      ...(archived && { archivedAt: past(), status: random.chance(0.2) ? 'ACTIVATING' : 'ARCHIVED' }),
    }));
  }
  for (let i = 0; i < 2 && plain.length > 2; i++) {
    const children = random.some(plain, 0.3);
    if (children.length > 0) gate.repository.addImage({ tags: random.some([`v${i}`, `release-v${i}`], 0.5), children, pushedAt: past() });
  }
  for (const subject of random.some(plain, 0.1)) {
    const byTag = random.chance(0.5);
    gate.repository.addImage({ ...(byTag ? { tags: [`${subject.replace(':', '-')}.sig`] } : { subject }), pushedAt: past() });
  }
}

export function randomPolicy(random: Random): string {
  const rules: object[] = [];
  const rule = (selection: object) => {
    const count = { countType: 'imageCountMoreThan', countNumber: 1 + random.below(8) };
    const pushed = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 + random.below(150) };
    const pulled = { countType: 'sinceImagePulled', countUnit: 'days', countNumber: 1 + random.below(150) };
    const archive = { type: 'transition', targetStorageClass: 'archive' };
    const [condition, action] = random.pick([[count, { type: 'expire' }], [pushed, { type: 'expire' }], [count, archive], [pulled, archive]]);
    rules.push({ rulePriority: rules.length + 1, selection: { ...selection, ...condition }, action });
  };
  for (const pattern of random.some(['release-*', 'pr-*', 'main-*', '*'], 0.4)) rule({ tagStatus: 'tagged', tagPatternList: [pattern] });
  if (random.chance(0.4)) rule({ tagStatus: 'untagged' });
  if (rules.length === 0 || random.chance(0.4)) rule({ tagStatus: 'any' });
  if (random.chance(0.2)) {
    const archived = { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 90 + random.below(60) };
    rules.push({ rulePriority: rules.length + 1, selection: { tagStatus: 'any', ...archived }, action: { type: 'expire' } });
  }
  return JSON.stringify({ rules });
}

/** An image that was expired or archived, and when. */
interface Gone {
  readonly imageDigest: string;
  readonly action: string;
  readonly rulePriority: number;
  /** Milliseconds since 1970; of what was due at once, the moment of the judgement. */
  readonly at: number;
}

interface State {
  readonly images: readonly Image[];
  readonly now: number;
  /** Digests. */
  readonly used: readonly string[];
  /** Whether the policy expires archived images: then what it archives counts as expired. */
  readonly expiresArchived: boolean;
}

interface RandomGuard {
  readonly wire: object;
  /** Whether the guard, as people understand it, allows all this to happen: at once, and within 48 hours. */
  readonly allows: (atOnce: readonly Gone[], in48Hours: readonly Gone[], state: State) => boolean;
}

const expires = ({ expiresArchived }: State) => ({ action }: Gone) => action === 'EXPIRE' || expiresArchived;
const expired = (gone: readonly Gone[], state: State) => gone.filter(expires(state)).length;
const archived = (gone: readonly Gone[]) => gone.filter(({ action }) => action !== 'EXPIRE').length;
const none = (gone: readonly Gone[], isProtected: (image: Gone) => boolean) => !gone.some(isProtected);
const millis = (iso: string | undefined) => (iso === undefined ? -Infinity : Date.parse(iso));
const hasTag = (image: Image | undefined, pattern: RegExp) => image?.imageTags?.some((tag) => pattern.test(tag)) ?? false;
const imageIn = ({ images }: State, digest: string | undefined) => images.find(({ imageDigest }) => imageDigest === digest);
const subjectOf = ({ subjectManifestDigest, imageTags = [] }: Image) =>
  subjectManifestDigest ?? imageTags.map((tag) => /^sha256-([0-9a-f]{64})\.sig$/.exec(tag)?.[1]).filter(Boolean).map((hex) => `sha256:${hex}`)[0];

/** The images of releases that people count and can pull: no part of another release, no signature of one. */
function releases(state: State): Image[] {
  const selected = state.images.filter((image) => hasTag(image, /^release-/));
  const parts = selected.flatMap(({ childDigests = [] }) => childDigests);
  return selected.filter((image) => image.imageStatus === 'ACTIVE' && !parts.includes(image.imageDigest));
}

/** Those of these digests, the indexes that they are in, their parts as indexes, and their signatures. */
function withRelatives(digests: readonly string[], state: State): (gone: Gone) => boolean {
  const all = state.images.flatMap((image) => [
    ...(digests.includes(image.imageDigest) ? image.childDigests ?? [] : []),
    // Nothing pulls an archived index, so nothing runs through it.
    ...(image.imageStatus === 'ACTIVE' && image.childDigests?.some((child) => digests.includes(child)) ? [image.imageDigest] : []),
    ...(digests.includes(subjectOf(image) ?? '') ? [image.imageDigest] : []),
  ]);
  return ({ imageDigest }) => digests.includes(imageDigest) || all.includes(imageDigest);
}

function guardsFor(gate: GateUnderTest, random: Random): RandomGuard[] {
  const limit = random.pick([random.below(8), 50]);
  const percent = 5 * random.below(21);
  const days = random.below(100) + 2;
  const digests = random.some(gate.repository.images.map(({ imageDigest }) => imageDigest), 0.1);
  const selection = { TagStatus: 'tagged', TagPatternList: ['release-*'] };
  const within = (id: 'imagePushedAt' | 'lastRecordedPullTime') => (_: readonly Gone[], gone: readonly Gone[], state: State) =>
    none(gone, ({ imageDigest, at }) => at - millis(imageIn(state, imageDigest)?.[id]) <= days * DAY);
  const all: RandomGuard[] = [
    { wire: { Id: 'max-images', Limit: String(limit) }, allows: (gone, _, state) => expired(gone, state) <= limit },
    {
      // The share of single images is tested elsewhere: here an index counts with its parts, in both numbers.
      wire: { Id: 'max-percent', Percent: String(percent) },
      allows: (gone, _, state) => percent > 0 || expired(gone, state) === 0,
    },
    { wire: { Id: 'max-archived', Limit: String(limit) }, allows: (gone) => archived(gone) <= limit },
    {
      wire: { Id: 'max-expiring', RulePriority: '1', Limit: String(limit) },
      allows: (gone) => gone.filter(({ action, rulePriority }) => action === 'EXPIRE' && rulePriority === 1).length <= limit,
    },
    {
      wire: { Id: 'protect-tags', Patterns: ['prod', 'release-*'] },
      allows: (_, gone, state) => none(gone, ({ imageDigest }) => {
        const image = imageIn(state, imageDigest);
        return hasTag(image, /^(prod|release-.*)$/) || (image !== undefined && hasTag(imageIn(state, subjectOf(image)), /^(prod|release-.*)$/));
      }),
    },
    { wire: { Id: 'protect-digests', Digests: digests }, allows: (_, gone, state) => none(gone, withRelatives(digests, state)) },
    { wire: { Id: 'protect-pushed-within', Seconds: String(days * 86_400) }, allows: within('imagePushedAt') },
    { wire: { Id: 'protect-pulled-within', Seconds: String(days * 86_400) }, allows: within('lastRecordedPullTime') },
    {
      wire: { Id: 'protect-newest', Count: '2', Selection: selection },
      allows: (_, gone, state) => {
        const newest = releases(state).sort((a, b) => millis(b.imagePushedAt) - millis(a.imagePushedAt)).slice(0, 2);
        return none(gone, ({ imageDigest }) => newest.some((image) => image.imageDigest === imageDigest));
      },
    },
    {
      wire: { Id: 'keep-at-least', Count: '2', Selection: selection },
      allows: (_, gone, state) => {
        const before = releases(state).map(({ imageDigest }) => imageDigest);
        const going = gone.filter(({ imageDigest }) => before.includes(imageDigest)).length;
        return going === 0 || before.length - going >= 2;
      },
    },
    { wire: { Id: 'protect-in-use', Sources: ['ecs', 'lambda'] }, allows: (_, gone, state) => none(gone, withRelatives(state.used, state)) },
  ];
  // Generous limits in most cases, or hardly anything would pass.
  const generous: RandomGuard[] = ['max-images', 'max-archived'].map((Id) => ({ wire: { Id, Limit: '50' }, allows: () => true }));
  return [...random.some(generous, 0.7), ...random.some(all, 0.25)].filter(({ wire }) => !('Digests' in wire) || digests.length > 0);
}

function useSome(gate: GateUnderTest, random: Random): string[] {
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

function injectFaults(gate: GateUnderTest, random: Random): void {
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

/** What came of the deployment of this seed. Throws what is wrong with it. */
export async function randomDeployment(gate: GateUnderTest, seed: number): Promise<string> {
  const random = randomSource(seed);
  gate.reset();
  pushImages(gate, random);
  const { clock, registry } = gate.rehearsal.ecr;
  gate.clock = new TestClock(clock.now());
  const policy = randomPolicy(random);
  const guards = guardsFor(gate, random);
  const state: State = {
    images: gate.repository.images, now: clock.now(), used: useSome(gate, random), expiresArchived: policy.includes('sinceImageTransitioned'),
  };
  const approved = random.chance(0.1);
  const RequestType = random.pick(['Create', 'Update', 'Update', 'Update', 'Update', 'Delete'] as const);
  const rollingBack = random.chance(0.05);
  const properties = { LifecyclePolicyText: policy, Guards: guards.map(({ wire }) => wire) };
  const event = { RequestType, ...(rollingBack && { StackId: gate.rolledBackStackId }) };
  const ApprovedPreview = approved
    ? (await gate.run({ ...properties, Guards: [], Enforcement: 'WARN' }, { RequestType: 'Update' })).Data.Fingerprint : undefined;
  injectFaults(gate, random);

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

  const repository = registry.repository(REPOSITORY);
  repository.lifecyclePolicyText = policy;
  const atOnce = affectedImages(repository.lifecyclePolicy!, state.images, state.now)
    .map(({ image: { imageDigest }, action, rulePriority }): Gone => ({ imageDigest, action, rulePriority, at: state.now }));
  const counts = [atOnce.filter(({ action }) => action === 'EXPIRE').length, archived(atOnce)];
  if (String([data.ExpiringImageCount, data.ArchivingImageCount]) !== String(counts)) {
    throw new Error(`${String(counts)} images go at once, but the gate counted ${JSON.stringify(data)}`);
  }
  const in48Hours = [...atOnce];
  for (let run = 1; run <= RUNS; run++) {
    for (const gone of gate.rehearsal.ecr.runLifecycle()) {
      if (!in48Hours.some(({ imageDigest }) => imageDigest === gone.imageDigest)) in48Hours.push({ ...gone, at: clock.now() - DAY });
    }
  }
  // The approval named what went at once, and a protected image went neither by it nor later.
  const judged = approved ? in48Hours.filter((gone) => !atOnce.includes(gone)) : in48Hours;
  const objecting = guards.filter(({ allows }) => !allows(approved ? [] : atOnce, judged, state));
  if (objecting.length > 0) throw new Error(`passed in spite of ${JSON.stringify(objecting.map(({ wire }) => wire))}`);
  if (approved) return 'approved';
  refuseWithoutLimit(guards, atOnce, state);
  return in48Hours.length > atOnce.length ? 'passed, images went later' : atOnce.length > 0 ? 'passed, images went' : 'passed, nothing went';
}

/** Without a limit no image may expire, except by a rule with a budget, and none may be archived. */
function refuseWithoutLimit(guards: readonly RandomGuard[], atOnce: readonly Gone[], state: State): void {
  const ids = guards.map(({ wire }) => (wire as { Id: string }).Id);
  const unbudgeted = atOnce.filter(({ action, rulePriority }) => !(action === 'EXPIRE' && rulePriority === 1 && ids.includes('max-expiring')));
  if (!ids.includes('max-images') && !ids.includes('max-percent') && expired(unbudgeted, state) > 0) throw new Error('images expired though no guard allows any');
  if (!ids.includes('max-archived') && archived(atOnce) > 0) throw new Error('images were archived though no guard allows any');
}
