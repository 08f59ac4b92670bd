import { Rehearsal } from '../../rehearsal/rehearsal';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, InUseSource, LifecyclePolicy, LifecycleRule } from '../../src';

/* Whole deployments with a scheduled task. The function can make only the calls that its role allows. */

const REPOSITORY = 'shop/report';
const GATE = /^(ecs|events|scheduler):/;

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await Rehearsal.start();
});
afterAll(() => rehearsal.stop());

const keepNewest = (count: number) => LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(count) }));

const deploy = (keep: number) => rehearsal.deploy('Shop', (stack) => new GatedRepository(stack, 'Images', {
  repositoryName: REPOSITORY,
  lifecyclePolicy: keepNewest(keep),
  guards: [LifecycleGuard.maxImages(10), LifecycleGuard.protectInUse(InUseSource.ecs())],
}));

test('the image of a task is protected between two runs, by rule and by schedule, with only the permissions of the gate', async () => {
  expect((await deploy(100)).status).toBe('CREATE_COMPLETE');
  const repository = rehearsal.ecr.registry.repository(REPOSITORY);
  ['nightly', 'weekly', 'latest'].forEach((tag, i) => repository.addImage({ tags: [tag], pushedAt: rehearsal.ecr.clock.now() - (3 - i) * 1_000 }));
  const { account } = rehearsal.runtimes;
  account.taskDefinitions = ['nightly', 'weekly'].map((tag) => ({
    name: `${tag}:1`, images: [`111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}:${tag}`],
  }));
  account.rules = [{ name: 'nightly', bus: 'reports', targets: [{ taskDefinition: 'nightly:1' }] }, { name: 'other', targets: [] }];
  account.schedules = [{ name: 'weekly', group: 'reports', target: { taskDefinition: 'weekly' } }];

  const { status, events } = await deploy(1);
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const reasons = events.map(({ reason }) => reason).join();
  expect(reasons).toContain('UnexpectedExpiry');
  expect(reasons).toContain('protect-in-use: 2');
  expect(reasons).toContain('EventBridge rule reports/nightly (task nightly:1)');
  expect(await rehearsal.livePolicy(REPOSITORY)).toBe(keepNewest(100).toText());
  const asked = rehearsal.runtimes.calls.filter(({ action }) => GATE.test(action));
  expect(new Set(asked.map(({ action }) => action))).toEqual(new Set([
    'ecs:ListClusters', 'ecs:DescribeTaskDefinition', 'events:ListEventBuses', 'events:ListRules', 'events:ListTargetsByRule',
    'scheduler:ListSchedules', 'scheduler:GetSchedule',
  ]));
  expect(asked.filter(({ error }) => error !== undefined)).toEqual([]);

  account.rules = [];
  account.schedules = [];
  expect((await deploy(1)).status).toBe('UPDATE_COMPLETE');
});
