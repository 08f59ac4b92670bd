import { BatchGetImageCommand } from '@aws-sdk/client-ecr';
import { Duration } from 'aws-cdk-lib';
import { Rehearsal } from '../../rehearsal/rehearsal';
import {
  ArchiveWhen, ExpireWhen, LifecycleGuard, GatedRepository, GatedRepositoryProps, ImageSelection, LifecyclePolicy, LifecycleRule,
} from '../../src';

/* Images that are affected after the gate has passed: images that become due, and images that are archived first and deleted later. */

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const MANY = LifecycleGuard.maxImages(100);
const HARMLESS = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.all() }));
const THIRTY_DAYS = LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(30)) }));

let rehearsal: Rehearsal;
afterEach(() => rehearsal.stop());

const start = async () => {
  rehearsal = await Rehearsal.start();
};
const deploy = (props: GatedRepositoryProps) => rehearsal.deploy('Shop', (stack) => {
  new GatedRepository(stack, 'Web', { repositoryName: 'shop/web', ...props });
});
const add = (tag: string, ageInDays: number) => rehearsal.ecr.registry.repository('shop/web')
  .addImage({ tags: [tag], pushedAt: rehearsal.ecr.clock.now() - ageInDays * DAY });
const reasonIn = (events: readonly { readonly resourceType: string; readonly reason?: string }[]) =>
  events.find(({ resourceType, reason }) => resourceType === 'Custom::LifecyclePreviewGate' && reason)?.reason ?? '';
const fingerprintIn = (reason: string) => /set approvedPreview \([^)]*\) to "([0-9a-f]{16})"/.exec(reason)![1];

describe('an image that is a few hours too young for the rule', () => {
  beforeEach(() => start());

  test.each<[string, LifecycleGuard]>([
    ['protect-tags', LifecycleGuard.protectTags('release-*')],
    ['protect-newest', LifecycleGuard.protectNewest(3)],
    ['keep-at-least', LifecycleGuard.keepAtLeast(3)],
    ['protect-pushed-within', LifecycleGuard.protectPushedWithin(Duration.days(31))],
  ])('fails the deployment, because %s also applies to the days ahead', async (id, guard) => {
    await deploy({ lifecyclePolicy: HARMLESS, guards: [MANY, guard] });
    for (let i = 0; i < 3; i++) add(`release-${i}`, 29.5);
    const { status, events } = await deploy({ lifecyclePolicy: THIRTY_DAYS, guards: [MANY, guard] });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    const day = new Date(rehearsal.ecr.clock.now() + DAY / 2).toISOString().slice(0, 10);
    expect(reasonIn(events)).toContain('would expire 0 images now, and affect 3 more images in the days ahead, all unexpected');
    expect(reasonIn(events)).toMatch(new RegExp(`${id}: .*release-\\d sha256:[0-9a-f]{12} \\(rule 1 on ${day}\\)`));
    rehearsal.ecr.clock.advance(DAY);
    expect(rehearsal.ecr.runLifecycle()).toEqual([]);
  });

  test('passes if it becomes due after the look-ahead, but not with a longer one', async () => {
    const guards = [MANY, LifecycleGuard.protectTags('prod')];
    await deploy({ lifecyclePolicy: HARMLESS, guards });
    add('prod', 20);
    expect((await deploy({ lifecyclePolicy: THIRTY_DAYS, guards, gateLookAhead: Duration.days(14) })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await deploy({ lifecyclePolicy: THIRTY_DAYS, guards })).status).toBe('UPDATE_COMPLETE');
  });

  test('does not count toward a limit', async () => {
    await deploy({ lifecyclePolicy: HARMLESS });
    add('pr-1', 29.5);
    expect((await deploy({ lifecyclePolicy: THIRTY_DAYS, guards: [LifecycleGuard.maxImages(0)] })).status).toBe('UPDATE_COMPLETE');
  });

  test('is covered by an approval, even if it has become due since', async () => {
    const guards = [MANY, LifecycleGuard.protectTags('prod')];
    await deploy({ lifecyclePolicy: HARMLESS, guards });
    add('pr-1', 40);
    add('prod', 29.99);
    const blocked = reasonIn((await deploy({ lifecyclePolicy: THIRTY_DAYS, guards })).events);
    expect(blocked).toContain('would expire 1 image now, and affect 1 more image in the days ahead, 1 unexpected');
    expect(blocked).toContain('To approve exactly these images, including those affected later, set approvedPreview (gateApprovedPreview on a GatedRepository) to');
    const approvedPreview = fingerprintIn(blocked);
    rehearsal.ecr.clock.advance(HOUR);
    expect((await deploy({ lifecyclePolicy: THIRTY_DAYS, guards })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await deploy({ lifecyclePolicy: THIRTY_DAYS, guards, gateApprovedPreview: approvedPreview })).status).toBe('UPDATE_COMPLETE');
    expect(rehearsal.ecr.runLifecycle().map(({ imageTags }) => imageTags)).toEqual([['pr-1'], ['prod']]);
  });
});

test('an overdue part of an image index expires after the index, if the index becomes due in the days ahead', async () => {
  await start();
  const guards = [MANY, LifecycleGuard.maxArchived(100), LifecycleGuard.protectTags('release-*')];
  await deploy({ lifecyclePolicy: HARMLESS, guards });
  const imageDigest = add('release-1', 150);
  rehearsal.ecr.registry.repository('shop/web').addImage({ children: [imageDigest], pushedAt: rehearsal.ecr.clock.now() - 78.5 * DAY });
  const lifecyclePolicy = LifecyclePolicy.fromRules(
    LifecycleRule.archive({ images: ImageSelection.tagged('release-*'), when: ArchiveWhen.sinceImagePulled(Duration.days(30)) }),
    LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(80)) }));
  const { status, events } = await deploy({ lifecyclePolicy, guards });
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasonIn(events)).toMatch(/protect-tags: 2 images with a tag like release-\* would expire or be archived: release-1 sha256:\w+ \(rule 1 on 2026-01-02\)/);
  rehearsal.ecr.runLifecycle();
  expect(rehearsal.ecr.runLifecycle()).toEqual([]);
});

describe('archiving', () => {
  const ARCHIVE_THEN_DELETE = LifecyclePolicy.fromRules(
    LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(1)) }),
    LifecycleRule.expireArchived({ images: ImageSelection.all(), sinceImageTransitioned: Duration.days(90) }));
  const ARCHIVE = LifecyclePolicy.fromRules(
    LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(1)) }));

  beforeEach(async () => {
    await start();
    await deploy({ lifecyclePolicy: HARMLESS });
    for (let i = 0; i < 10; i++) add(`release-${i}`, 10 + i);
  });

  test.each<[string, LifecyclePolicy, LifecycleGuard[], string]>([
    ['without any guard', ARCHIVE, [], 'No guard limits how many images may be archived, so none may'],
    ['with a limit on expiries alone', ARCHIVE, [LifecycleGuard.maxImages(50)], 'max-archived: 10 images would be archived, but at most 0 may'],
    ['that ends in deletion, without any guard', ARCHIVE_THEN_DELETE, [], 'max-images: 10 images would expire (all after archiving), but at most 0 may'],
    ['that ends in deletion, with maxImages(0)', ARCHIVE_THEN_DELETE, [LifecycleGuard.maxImages(0), LifecycleGuard.maxArchived(10)],
      'max-images: 10 images would expire (all after archiving), but at most 0 may'],
    ['that ends in deletion, with maxPercent(50)', ARCHIVE_THEN_DELETE, [LifecycleGuard.maxPercent(50), LifecycleGuard.maxArchived(10)],
      'max-percent: 10 of 10 images would expire (all after archiving), but at most 50% may'],
  ])('%s is blocked', async (_, lifecyclePolicy, guards, expected) => {
    const { status, events } = await deploy({ lifecyclePolicy, guards });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasonIn(events)).toContain(expected);
    expect(rehearsal.ecr.runLifecycle()).toEqual([]);
  });

  test('that the guards allow passes, and the images are deleted later', async () => {
    const guards = [LifecycleGuard.maxImages(10), LifecycleGuard.maxArchived(10)];
    expect((await deploy({ lifecyclePolicy: ARCHIVE_THEN_DELETE, guards })).status).toBe('UPDATE_COMPLETE');
    expect(rehearsal.ecr.runLifecycle().filter(({ action }) => action === 'TRANSITION')).toHaveLength(10);
    rehearsal.ecr.clock.advance(91 * DAY);
    expect(rehearsal.ecr.runLifecycle().filter(({ action }) => action === 'EXPIRE')).toHaveLength(10);
  });
});

test('the message of a policy that is live already states that failing the deployment does not keep the images', async () => {
  await start();
  const guards = [MANY, LifecycleGuard.protectTags('prod')];
  await deploy({ lifecyclePolicy: THIRTY_DAYS, guards, gateTrigger: 'commit-1' });
  add('prod', 31);
  const { status, events } = await deploy({ lifecyclePolicy: THIRTY_DAYS, guards, gateTrigger: 'commit-2' });
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasonIn(events)).toContain('The deployment is stopped, but this policy is already live and still acts on the images');
});

test('protectPulledWithin adds the day by which a recorded pull may be late', async () => {
  await start();
  const guards = [LifecycleGuard.maxImages(10), LifecycleGuard.protectPulledWithin(Duration.days(1))];
  await deploy({ lifecyclePolicy: HARMLESS, guards });
  const { clock } = rehearsal.ecr;
  const imageDigest = rehearsal.ecr.registry.repository('shop/web').addImage({ tags: ['hourly-job'], pushedAt: clock.now() - 1000 * HOUR });
  // The image is pulled every hour, but ECR records only the first of these pulls.
  for (let hour = 0; hour < 24; hour++) {
    await rehearsal.client.send(new BatchGetImageCommand({ repositoryName: 'shop/web', imageIds: [{ imageDigest }] }));
    clock.advance(HOUR);
  }
  clock.advance(120_000);
  const { status, events } = await deploy({
    lifecyclePolicy: LifecyclePolicy.fromRules(
      LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(1)) })),
    guards,
  });
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasonIn(events)).toContain('protect-pulled-within: 1 image pulled within 1 day would expire: hourly-job');
  expect(rehearsal.ecr.runLifecycle()).toEqual([]);
});

test('keepAtLeast and protectNewest count an image index with its parts as one image', async () => {
  await start();
  const guards = [MANY, LifecycleGuard.keepAtLeast(3), LifecycleGuard.protectNewest(3)];
  await deploy({ lifecyclePolicy: HARMLESS, guards });
  const repository = rehearsal.ecr.registry.repository('shop/web');
  for (let i = 1; i <= 5; i++) {
    const pushedAt = rehearsal.ecr.clock.now() - (6 - i) * 60_000;
    const parts = [0, 1].map((j) => repository.addImage({ pushedAt: pushedAt + j * 100 }));
    repository.addImage({ tags: [`release-${i}`], children: parts, pushedAt: pushedAt + 500 });
  }
  const newest = (count: number) => LifecyclePolicy.fromRules(
    LifecycleRule.expire({ images: ImageSelection.tagged('release-*'), when: ExpireWhen.imageCountMoreThan(count) }));
  const { status, events } = await deploy({ lifecyclePolicy: newest(1), guards });
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasonIn(events)).toContain('keep-at-least: 1 image would remain, but at least 3 must');
  expect(reasonIn(events)).toContain('protect-newest: 2 of the 3 newest images would expire');
  expect((await deploy({ lifecyclePolicy: newest(3), guards })).status).toBe('UPDATE_COMPLETE');
});
