import { CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Rehearsal } from '../../rehearsal/rehearsal';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, GatedRepositoryProps, GateEnforcement, ImageSelection, LifecyclePolicy, LifecycleRule,
} from '../../src';

/* Whole deployments, with the real bundle in the stand-in for CloudFormation. */

const DAY = 24 * 60 * 60 * 1000;
const REPOSITORY = 'shop/web';

const KEEP_ALL_RELEASES = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }));
const KEEP_NEWEST = (count: number, maxExpiring?: number) => LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(count), maxExpiring }));

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.start();
});
afterEach(() => rehearsal.stop());

interface Shop extends GatedRepositoryProps {
  readonly more?: (stack: Stack, repository: GatedRepository) => void;
}

function deploy({ more, ...props }: Shop) {
  return rehearsal.deploy('Shop', (stack) => {
    const repository = new GatedRepository(stack, 'Web', { repositoryName: REPOSITORY, ...props });
    more?.(stack, repository);
  });
}

function addImages(count: number, tag: (i: number) => string, repositoryName = REPOSITORY): void {
  const repository = rehearsal.ecr.registry.repository(repositoryName);
  const now = rehearsal.ecr.clock.now();
  for (let i = 0; i < count; i++) repository.addImage({ tags: [tag(i)], pushedAt: now - (count - i) * 1000 });
}

const previewCalls = () => rehearsal.ecr.calls.filter(({ operation }) => operation.includes('Preview')).map(({ operation }) => operation);
const gateReason = (events: readonly { resourceType: string; reason?: string }[]) =>
  events.find(({ resourceType, reason }) => resourceType === 'Custom::LifecyclePreviewGate' && reason)?.reason ?? '';

describe('a first deployment', () => {
  test('passes, because a repository that does not exist has no images', async () => {
    const { status } = await deploy({ lifecyclePolicy: KEEP_NEWEST(1) });
    expect(status).toBe('CREATE_COMPLETE');
    expect(await rehearsal.livePolicy(REPOSITORY)).toBe(KEEP_NEWEST(1).toText());
  });

  test('that fails for another reason is rolled back, and the gate passes', async () => {
    rehearsal.cloudFormation.failOnce('Shop', 'TopicBFC7AF6E', 'no topic today');
    const { status } = await deploy({
      lifecyclePolicy: KEEP_NEWEST(1),
      more: (stack, repository) => new sns.Topic(stack, 'Topic').node.addDependency(repository),
    });
    expect(status).toBe('ROLLBACK_COMPLETE');
  });

  test('is blocked by the guards if a repository of that name already has images', async () => {
    rehearsal.ecr.registry.createRepository(REPOSITORY);
    addImages(3, (i) => `pr-${i}`);
    const { status, events } = await deploy({ lifecyclePolicy: KEEP_NEWEST(1) });
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(gateReason(events)).toContain('would expire 2 images');
  });
});

describe.each([
  ['an explicit name', { repositoryName: REPOSITORY }],
  ['a generated name', { repositoryName: undefined }],
])('an update of a repository with %s', (_, name) => {
  const nameNow = () => Object.values(rehearsal.cloudFormation.stack('Shop')!.resources)
    .find(({ type }) => type === 'AWS::ECR::Repository')!.physicalId!;

  test('is blocked because of a protected image, and changes nothing', async () => {
    await deploy({ ...name, lifecyclePolicy: KEEP_ALL_RELEASES });
    addImages(5, (i) => (i === 0 ? 'release-1' : `pr-${i}`), nameNow());
    const { status, events } = await deploy({
      ...name, lifecyclePolicy: KEEP_NEWEST(1), guards: [LifecycleGuard.maxImages(10), LifecycleGuard.protectTags('release-*')],
    });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(gateReason(events)).toMatch(/UnexpectedExpiry: the lifecycle policy for repository ".+" would expire 4 images, 1 unexpected/);
    expect(gateReason(events)).toContain('protect-tags: 1 image with a tag like release-* would expire: release-1');
    expect(await rehearsal.livePolicy(nameNow())).toBe(KEEP_ALL_RELEASES.toText());
  });

  test('passes within the guards, and only the expected images expire', async () => {
    await deploy({ ...name, lifecyclePolicy: KEEP_ALL_RELEASES });
    addImages(5, (i) => `pr-${i}`, nameNow());
    const { status } = await deploy({ ...name, lifecyclePolicy: KEEP_NEWEST(2), guards: [LifecycleGuard.maxImages(3)] });
    expect(status).toBe('UPDATE_COMPLETE');
    expect(await rehearsal.livePolicy(nameNow())).toBe(KEEP_NEWEST(2).toText());
    expect(rehearsal.ecr.runLifecycle().flatMap(({ imageTags }) => imageTags).sort()).toEqual(['pr-0', 'pr-1', 'pr-2']);
  });
});

test('a rollback passes the gate even if the old policy would expire protected images', async () => {
  const guards = [LifecycleGuard.protectTags('release-*')];
  const topic = (displayName: string) => (stack: Stack, repository: GatedRepository) => {
    new sns.Topic(stack, 'Topic', { displayName }).node.addDependency(repository);
  };
  await deploy({ lifecyclePolicy: KEEP_NEWEST(1), guards, more: topic('old') });
  addImages(3, (i) => `release-${i}`);
  rehearsal.cloudFormation.failOnce('Shop', 'TopicBFC7AF6E', 'no topic today');

  const { status, events } = await deploy({ lifecyclePolicy: KEEP_ALL_RELEASES, guards, more: topic('new') });

  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const steps = events.map(({ logicalId, resourceType, status: step }) => `${resourceType.split('::').pop()} ${logicalId.slice(0, 5)} ${step}`);
  expect(steps).toContain('Repository Web3C UPDATE_COMPLETE');
  expect(steps.indexOf('Topic Topic UPDATE_FAILED')).toBeGreaterThan(steps.indexOf('Repository Web3C UPDATE_COMPLETE'));
  expect(await rehearsal.livePolicy(REPOSITORY)).toBe(KEEP_NEWEST(1).toText());
  // One preview per update, none for the rollback.
  expect(previewCalls().filter((operation) => operation.startsWith('Start'))).toHaveLength(2);
});

test('a deletion of the stack passes without a preview', async () => {
  await deploy({ lifecyclePolicy: KEEP_NEWEST(1) });
  addImages(3, (i) => `release-${i}`);
  const before = previewCalls().length;
  const { status } = await rehearsal.cloudFormation.destroy('Shop');
  expect(status).toBe('DELETE_COMPLETE');
  expect(previewCalls()).toHaveLength(before);
});

test('the gate reads all pages of 5,000 expiring images out of 20,000', async () => {
  await deploy({ lifecyclePolicy: KEEP_ALL_RELEASES });
  addImages(20_000, (i) => `build-${i}`);
  const blocked = await deploy({ lifecyclePolicy: KEEP_NEWEST(15_000), guards: [LifecycleGuard.maxImages(4_999)] });
  expect(gateReason(blocked.events)).toContain('would expire 5,000 images, all unexpected');
  expect(gateReason(blocked.events)).toContain('max-images: 5,000 images would expire, but at most 4,999 may');
  // One until the preview is complete, 50 pages of tagged images, and one page of untagged images, which is empty.
  expect(previewCalls().filter((operation) => operation === 'GetLifecyclePolicyPreview')).toHaveLength(52);

  const passed = await deploy({ lifecyclePolicy: KEEP_NEWEST(15_000), guards: [LifecycleGuard.maxImages(5_000)] });
  expect(passed.status).toBe('UPDATE_COMPLETE');
});

describe('a protected update passes', () => {
  const update = (props: Shop = {}) => deploy({ lifecyclePolicy: KEEP_NEWEST(1), guards: [LifecycleGuard.protectTags('*')], ...props });

  test('with the fingerprint of a failed run, for exactly that set of images', async () => {
    await deploy({ lifecyclePolicy: KEEP_ALL_RELEASES });
    addImages(3, (i) => `pr-${i}`);
    const fingerprint = /set approvedPreview \([^)]*\) to "([0-9a-f]{16})"/.exec(gateReason((await update()).events))![1];

    addImages(1, () => 'one-more');
    expect((await update({ gateApprovedPreview: fingerprint })).status).toBe('UPDATE_ROLLBACK_COMPLETE');

    rehearsal.ecr.registry.repository(REPOSITORY).store.removeTag('one-more');
    const image = rehearsal.ecr.registry.repository(REPOSITORY).images.find(({ imageTags }) => !imageTags?.length)!;
    rehearsal.ecr.registry.repository(REPOSITORY).store.remove(image.imageDigest);
    expect((await update({ gateApprovedPreview: fingerprint })).status).toBe('UPDATE_COMPLETE');
  });

  test('with the limit of a rule instead of a guard', async () => {
    await deploy({ lifecyclePolicy: KEEP_ALL_RELEASES });
    addImages(5, (i) => `pr-${i}`);
    const over = await deploy({ lifecyclePolicy: KEEP_NEWEST(1, 3) });
    expect(gateReason(over.events)).toContain('max-expiring: 4 images would expire by rule 1, but at most 3 may');
    expect((await deploy({ lifecyclePolicy: KEEP_NEWEST(1, 4) })).status).toBe('UPDATE_COMPLETE');
  });

  test('with WARN, and the attributes have the counts', async () => {
    await deploy({ lifecyclePolicy: KEEP_ALL_RELEASES });
    addImages(3, (i) => `release-${i}`);
    const { status } = await update({ gateEnforcement: GateEnforcement.WARN });
    expect(status).toBe('UPDATE_COMPLETE');
    const gate = Object.values(rehearsal.cloudFormation.stack('Shop')!.resources).find(({ type }) => type === 'Custom::LifecyclePreviewGate')!;
    expect(gate.attributes).toMatchObject({ ExpiringImageCount: 2, ArchivingImageCount: 0 });
  });
});

describe('malformed properties', () => {
  const broken = (stack: Stack, repository: GatedRepository) => {
    const resource = repository.gate.node.findChild('Resource').node.defaultChild as CfnResource;
    // An override would be rejected at synthesis.
    const { _cfnProperties: properties } = resource as unknown as { readonly _cfnProperties: Record<string, unknown> };
    properties.Guards = [{ Id: 'max-images', Limit: 'many' }];
    void stack;
  };

  test('fail the deployment, and are named', async () => {
    await deploy({ lifecyclePolicy: KEEP_ALL_RELEASES });
    const { status, events } = await deploy({ lifecyclePolicy: KEEP_NEWEST(1), more: broken });
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(gateReason(events)).toContain('MalformedProperties: MalformedProperty at Guards[0].Limit: must be a whole number as text, got "many"');
    expect(await rehearsal.livePolicy(REPOSITORY)).toBe(KEEP_ALL_RELEASES.toText());
  });
});

test('the role of the gate allows previews of its repositories, and no changes', async () => {
  await deploy({ lifecyclePolicy: KEEP_ALL_RELEASES });
  const functions = Object.values(rehearsal.cloudFormation.stack('Shop')!.resources).filter(({ type }) => type === 'AWS::Lambda::Function');
  const allowed = (action: string, resource: string) =>
    functions.some(({ physicalId }) => rehearsal.cloudFormation.authorize(physicalId!, action, resource));
  const arn = `arn:aws:ecr:us-east-1:111122223333:repository/${REPOSITORY}`;
  expect(allowed('ecr:StartLifecyclePolicyPreview', arn)).toBe(true);
  expect(allowed('ecr:StartLifecyclePolicyPreview', `${arn}-2`)).toBe(false);
  for (const action of ['PutLifecyclePolicy', 'BatchDeleteImage', 'DeleteRepository', 'SetRepositoryPolicy']) {
    expect(allowed(`ecr:${action}`, arn)).toBe(false);
  }
});

test('a preview uses the clock of the registry, not the one of the gate', async () => {
  const weekOld = LifecyclePolicy.fromRules(
    LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(7)) }));
  await deploy({ lifecyclePolicy: KEEP_ALL_RELEASES });
  addImages(2, (i) => `pr-${i}`);
  rehearsal.ecr.clock.advance(8 * DAY);
  expect(gateReason((await deploy({ lifecyclePolicy: weekOld })).events)).toContain('would expire 2 images');
});
