import { createHash } from 'node:crypto';
import { DeleteLifecyclePolicyCommand, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Rehearsal } from '../../rehearsal/rehearsal';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, GateEnforcement, ImageSelection, LifecyclePolicy, LifecyclePolicyAttachment,
  LifecyclePolicyAttachmentProps, LifecycleRule,
} from '../../src';

/* The whole life of an attachment, with the real bundle in the stand-in for CloudFormation. */

const REPOSITORY = 'shop/by-hand';
const OTHER = 'shop/another';
const TOPIC = 'TopicBFC7AF6E';

const keepNewest = (count: number) => LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(count) }));
const FOUND = keepNewest(999).toText();
const FOREIGN = keepNewest(998).toText();

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.start();
  rehearsal.ecr.registry.createRepository(REPOSITORY);
  rehearsal.ecr.registry.createRepository(OTHER);
});
afterEach(() => rehearsal.stop());

interface Shop extends Partial<LifecyclePolicyAttachmentProps> {
  readonly repositoryName?: string;
  /** The value of a resource that depends on the attachment. */
  readonly topic?: string;
  readonly attached?: boolean;
  /** The id of the attachment in the construct tree. */
  readonly id?: string;
  /** Another user of the provider in the stack. */
  readonly more?: 'nothing' | 'attachment' | 'gate';
}

function deploy({ repositoryName = REPOSITORY, topic = 'same', attached = true, id = 'Attachment', more = 'nothing', ...props }: Shop = {}) {
  return rehearsal.deploy('Shop', (stack: Stack) => {
    const later = new sns.Topic(stack, 'Topic', { displayName: topic });
    if (more === 'gate') new GatedRepository(stack, 'Gated');
    if (more === 'attachment') {
      new LifecyclePolicyAttachment(stack, 'More', {
        repository: ecr.Repository.fromRepositoryName(stack, 'Other', OTHER), lifecyclePolicy: keepNewest(7),
      });
    }
    if (!attached) return;
    later.node.addDependency(new LifecyclePolicyAttachment(stack, id, {
      repository: ecr.Repository.fromRepositoryName(stack, 'Imported', repositoryName), lifecyclePolicy: keepNewest(100), ...props,
    }));
  });
}

const destroy = () => rehearsal.cloudFormation.destroy('Shop');
const live = (repositoryName = REPOSITORY) => rehearsal.livePolicy(repositoryName);
const putByHand = (lifecyclePolicyText: string, repositoryName = REPOSITORY) =>
  rehearsal.client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
const failLater = () => rehearsal.cloudFormation.failOnce('Shop', TOPIC, 'no topic today');
const reasonIn = (events: readonly { resourceType: string; reason?: string }[]) =>
  events.find(({ resourceType, reason }) => resourceType === 'Custom::LifecyclePolicyAttachment' && reason)?.reason ?? '';

function addImages(...tags: string[]): void {
  const repository = rehearsal.ecr.registry.repository(REPOSITORY);
  tags.forEach((tag, i) => repository.addImage({ tags: [tag], pushedAt: rehearsal.ecr.clock.now() - (tags.length - i) * 1000 }));
}

const TEXT = (count: number) => keepNewest(count).toText();

describe.each([
  ['no policy', undefined],
  ['a policy', FOUND],
])('on a repository with %s', (_, found) => {
  beforeEach(async () => {
    if (found !== undefined) await putByHand(found);
  });

  test('its policy is live from create to delete, and then the found policy is restored', async () => {
    expect((await deploy()).status).toBe('CREATE_COMPLETE');
    expect(await live()).toBe(TEXT(100));

    expect((await deploy({ lifecyclePolicy: keepNewest(50) })).status).toBe('UPDATE_COMPLETE');
    expect(await live()).toBe(TEXT(50));

    addImages('release-1', 'pr-1', 'pr-2');
    const blocked = await deploy({ lifecyclePolicy: keepNewest(2), guards: [LifecycleGuard.maxImages(5), LifecycleGuard.protectTags('release-*')] });
    expect(blocked.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasonIn(blocked.events)).toContain('protect-tags: 1 image with a tag like release-* would expire: release-1');
    expect(await live()).toBe(TEXT(50));

    failLater();
    expect((await deploy({ lifecyclePolicy: keepNewest(40), topic: 'new' })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await live()).toBe(TEXT(50));

    expect((await destroy()).status).toBe('DELETE_COMPLETE');
    expect(await live()).toBe(found);
    expect([...rehearsal.ssm.parameters.keys()]).toEqual([]);
  });

  test('a first deployment that fails later restores the found policy', async () => {
    failLater();
    expect((await deploy()).status).toBe('ROLLBACK_COMPLETE');
    expect(await live()).toBe(found);
    expect(rehearsal.ssm.parameters.size).toBe(0);
  });

  test('a first deployment that is blocked keeps the found policy', async () => {
    addImages('release-1', 'release-2');
    const { status, events } = await deploy({ lifecyclePolicy: keepNewest(1) });
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasonIn(events)).toContain('would expire 1 image');
    expect(await live()).toBe(found);
    expect(rehearsal.ssm.parameters.size).toBe(0);
  });

  test.each<['nothing' | 'attachment' | 'gate']>([['nothing'], ['attachment'], ['gate']])('its removal from a stack with another %s restores the found policy', async (more) => {
    await deploy({ more });
    expect((await deploy({ attached: false, more })).status).toBe('UPDATE_COMPLETE');
    expect(await live()).toBe(found);
    expect(await live(OTHER)).toBe(more === 'attachment' ? TEXT(7) : undefined);
  });
});

describe('a policy that another process changes', () => {
  beforeEach(() => putByHand(FOUND));

  test('is kept by a delete', async () => {
    await deploy();
    await putByHand(FOREIGN);
    expect((await destroy()).status).toBe('DELETE_COMPLETE');
    expect(await live()).toBe(FOREIGN);
    expect(rehearsal.ssm.parameters.size).toBe(0);
  });

  test('is not restored by a delete if it was removed', async () => {
    await deploy();
    await rehearsal.client.send(new DeleteLifecyclePolicyCommand({ repositoryName: REPOSITORY }));
    await destroy();
    expect(await live()).toBeUndefined();
  });

  test('is replaced by an update, and restored by the delete', async () => {
    await deploy();
    await putByHand(FOREIGN);
    await deploy({ lifecyclePolicy: keepNewest(50) });
    expect(await live()).toBe(TEXT(50));
    await destroy();
    expect(await live()).toBe(FOREIGN);
  });

  test('is restored by a rolled back update, rather than the policy of the template', async () => {
    await deploy();
    await putByHand(FOREIGN);
    failLater();
    expect((await deploy({ lifecyclePolicy: keepNewest(50), topic: 'new' })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await live()).toBe(FOREIGN);
    await destroy();
    expect(await live()).toBe(FOREIGN);
  });

  test('is kept by a blocked update', async () => {
    await deploy();
    await putByHand(FOREIGN);
    addImages('a', 'b');
    expect((await deploy({ lifecyclePolicy: keepNewest(1) })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await live()).toBe(FOREIGN);
  });

  test('counts as the policy of the attachment if only the white space differs', async () => {
    await deploy();
    await putByHand(JSON.stringify(JSON.parse(TEXT(100)), null, 2));
    await destroy();
    expect(await live()).toBe(FOUND);
  });
});

test('a blocked update after a successful one with the same policy does not restore an older one', async () => {
  await putByHand(FOUND);
  await deploy();
  await deploy({ lifecyclePolicy: keepNewest(1) });
  addImages('a', 'b');
  // Only the guards change, and the gate fails.
  expect((await deploy({ lifecyclePolicy: keepNewest(1), guards: [LifecycleGuard.maxImages(0)] })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await live()).toBe(TEXT(1));
});

describe('another repository', () => {
  beforeEach(() => putByHand(FOUND));

  test('gets the policy, and the policy of the former one is restored', async () => {
    await deploy();
    await deploy({ repositoryName: OTHER });
    expect([await live(), await live(OTHER)]).toEqual([FOUND, TEXT(100)]);
    await destroy();
    expect([await live(), await live(OTHER)]).toEqual([FOUND, undefined]);
    expect(rehearsal.ssm.parameters.size).toBe(0);
  });

  test('loses the policy again if a later resource fails', async () => {
    await deploy();
    failLater();
    expect((await deploy({ repositoryName: OTHER, topic: 'new' })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([await live(), await live(OTHER)]).toEqual([TEXT(100), undefined]);
    await destroy();
    expect(await live()).toBe(FOUND);
  });
});

describe.each([['no policy', undefined], ['a policy', FOUND]])('an attachment that is moved in the construct tree, on a repository with %s', (_, found) => {
  beforeEach(async () => {
    if (found !== undefined) await putByHand(found);
    await deploy();
  });

  test.each([['the same', 100], ['another', 50]])('keeps its place with %s policy, and restores the found policy on the delete', async (__, count) => {
    expect((await deploy({ id: 'Moved', lifecyclePolicy: keepNewest(count) })).status).toBe('UPDATE_COMPLETE');
    expect(await live()).toBe(TEXT(count));
    await deploy({ id: 'Moved', lifecyclePolicy: keepNewest(40) });
    await destroy();
    expect(await live()).toBe(found);
    expect(rehearsal.ssm.parameters.size).toBe(0);
  });

  test('is replaced by the former one on a rollback, which restores the found policy on the delete', async () => {
    failLater();
    expect((await deploy({ id: 'Moved', lifecyclePolicy: keepNewest(50), topic: 'new' })).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await live()).toBe(TEXT(100));
    await destroy();
    expect(await live()).toBe(found);
    expect(rehearsal.ssm.parameters.size).toBe(0);
  });
});

test('a missing repository fails the deployment, under WARN as well', async () => {
  const { status, events } = await deploy({ repositoryName: 'shop/mistyped', enforcement: GateEnforcement.WARN });
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(reasonIn(events)).toContain('UnknownRepository: there is no repository "shop/mistyped" in this account and region');
});

test('WARN applies the policy in spite of violations', async () => {
  addImages('a', 'b');
  expect((await deploy({ lifecyclePolicy: keepNewest(1), enforcement: GateEnforcement.WARN })).status).toBe('CREATE_COMPLETE');
  expect(await live()).toBe(TEXT(1));
});

test('a policy of nearly the maximum length is remembered in parts, and restored', async () => {
  const long = LifecyclePolicy.fromRules(...Array.from({ length: 50 }, (_, i) => LifecycleRule.expire({
    images: ImageSelection.tagged(`team-${i}-*`),
    when: ExpireWhen.imageCountMoreThan(100 + i),
    // This text does not compress well.
    description: Array.from({ length: 4 }, (__, j) => createHash('sha512').update(`${i} ${j}`).digest('base64')).join(''),
  }))).toText();
  expect(long.length).toBeGreaterThan(25_000);
  await putByHand(long);
  await deploy();
  expect(rehearsal.ssm.parameters.size).toBeGreaterThan(2);
  await deploy({ lifecyclePolicy: keepNewest(50) });
  await destroy();
  expect(await live()).toBe(long);
  expect(rehearsal.ssm.parameters.size).toBe(0);
});

test('the role allows these actions only on the attached repository and on the parameters of the stack', async () => {
  await deploy();
  const functions = Object.values(rehearsal.cloudFormation.stack('Shop')!.resources).filter(({ type }) => type === 'AWS::Lambda::Function');
  const allowed = (action: string, resource: string) =>
    functions.some(({ physicalId }) => rehearsal.cloudFormation.authorize(physicalId!, action, resource));
  const arn = (name: string) => `arn:aws:ecr:us-east-1:111122223333:repository/${name}`;
  for (const action of ['StartLifecyclePolicyPreview', 'PutLifecyclePolicy', 'DeleteLifecyclePolicy']) {
    expect([allowed(`ecr:${action}`, arn(REPOSITORY)), allowed(`ecr:${action}`, arn(OTHER))]).toEqual([true, false]);
  }
  const parameter = (stack: string) => `arn:aws:ssm:us-east-1:111122223333:parameter/cdk-ecr-lifecycle/${stack}/x`;
  expect([allowed('ssm:PutParameter', parameter('Shop')), allowed('ssm:PutParameter', parameter('Other'))]).toEqual([true, false]);
});
