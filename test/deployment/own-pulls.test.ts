import { Duration } from 'aws-cdk-lib';
import { Rehearsal } from '../../rehearsal/rehearsal';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, InUseSource, LifecycleGateFunction, LifecyclePolicy, LifecycleRule,
} from '../../src';

/*
 * A gate reads the manifests of the affected indexes (BatchGetImage), and ECR records that as a pull. The next run must not count its
 * own reads as pulls.
 */

const DAY = 24 * 60 * 60 * 1000;
const REPOSITORY = 'shop/web';
const URI = `111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}`;
const EXCLUSION = 'AWS::ECR::PullTimeUpdateExclusion';
const POLICY = LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.sinceImagePushed(Duration.days(30)) }));
const KEEP_ALL = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('*') }));

let rehearsal: Rehearsal;
beforeEach(async () => {
  // The function uses the real time.
  rehearsal = await Rehearsal.start({ now: Date.now() });
});
afterEach(() => rehearsal.stop());

const deploy = (lifecyclePolicy: LifecyclePolicy, trigger: string, excludePulls?: boolean) => rehearsal.deploy('Shop', (stack) => {
  new GatedRepository(stack, 'Web', {
    repositoryName: REPOSITORY,
    lifecyclePolicy,
    gateTrigger: trigger,
    guards: [LifecycleGuard.maxImages(100), LifecycleGuard.protectInUse(InUseSource.ecs()), LifecycleGuard.protectPulledWithin(Duration.days(30))],
  });
  LifecycleGateFunction.of(stack).configure({ excludePulls });
});

/** Adds five indexes that are due, each with a part, and one running image. */
function fill(): void {
  const repository = rehearsal.ecr.registry.repository(REPOSITORY);
  const now = rehearsal.ecr.clock.now();
  for (let i = 0; i < 5; i++) {
    const child = repository.addImage({ tags: [`amd64-${i}`], pushedAt: now - 200 * DAY });
    repository.addImage({ tags: [`pr-${i}`], children: [child], pushedAt: now - 100 * DAY });
  }
  const prod = repository.addImage({ tags: ['prod'], pushedAt: now - DAY });
  rehearsal.runtimes.account = {
    ...rehearsal.runtimes.account,
    clusters: [{ name: 'main', services: [], tasks: [{ id: 'one', taskDefinition: 'web:1', containers: [{ image: URI, imageDigest: prod }] }] }],
  };
}

const pulled = () => rehearsal.ecr.registry.repository(REPOSITORY).images.filter(({ lastRecordedPullTime }) => lastRecordedPullTime !== undefined);
const reads = () => rehearsal.ecr.calls.filter(({ operation }) => operation === 'BatchGetImage').length;
const exclusions = () => [...rehearsal.ecr.registry.pullExclusions.keys()];

test('a policy that is judged twice passes twice, because the reads of the gate do not count as pulls', async () => {
  await deploy(KEEP_ALL, 'first');
  fill();
  expect((await deploy(POLICY, 'second')).status).toBe('UPDATE_COMPLETE');
  expect(reads()).toBeGreaterThan(0);
  expect(pulled()).toEqual([]);
  const { status, events } = await deploy(POLICY, 'third');
  expect(events.filter(({ resourceType }) => resourceType === 'Custom::LifecyclePreviewGate').map(({ reason }) => reason).filter(Boolean)).toEqual([]);
  expect(status).toBe('UPDATE_COMPLETE');
  expect(rehearsal.ecr.runLifecycle().flatMap(({ imageTags }) => imageTags).sort()).toEqual(['pr-0', 'pr-1', 'pr-2', 'pr-3', 'pr-4']);
});

test('a pull by another client still protects an image', async () => {
  await deploy(KEEP_ALL, 'first');
  fill();
  const { store } = rehearsal.ecr.registry.repository(REPOSITORY);
  store.update(store.byTag('pr-3')!.image.imageDigest, { lastRecordedPullTime: new Date(rehearsal.ecr.clock.now() - DAY).toISOString() });
  expect((await deploy(POLICY, 'second')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('the exclusion of the role is created before the first gate runs, and deleted with the stack', async () => {
  const { events } = await deploy(KEEP_ALL, 'first');
  const at = (type: string, status: string) => events.findIndex(({ resourceType, status: own }) => resourceType === type && own === status);
  expect(at(EXCLUSION, 'CREATE_COMPLETE')).toBeGreaterThanOrEqual(0);
  expect(at(EXCLUSION, 'CREATE_COMPLETE')).toBeLessThan(at('Custom::LifecyclePreviewGate', 'CREATE_IN_PROGRESS'));
  expect(exclusions()).toEqual([expect.stringMatching(/^arn:aws:iam::111122223333:role\/Shop-/)]);
  await rehearsal.cloudFormation.destroy('Shop');
  expect(exclusions()).toEqual([]);
});

test('without the exclusion, the reads of the gate count as pulls, as documented', async () => {
  await deploy(KEEP_ALL, 'first', false);
  fill();
  expect(exclusions()).toEqual([]);
  await deploy(POLICY, 'second', false);
  expect(pulled()).not.toEqual([]);
  const { status, events } = await deploy(POLICY, 'third', false);
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(events.map(({ reason }) => reason).join()).toContain('protect-pulled-within: 5 images pulled within 30 days would expire');
});
