import { apps, checkDeployed, checkPolicy, checkStatus, checkVerdict, DAY, fingerprintIn, gateLines, type Scenario } from './stage';
import { POLICIES } from '../apps/policies';

/* The life of one gated repository. Each scenario goes on where the one before it ended. */

const APP = apps('shop');
const REPOSITORY = 'store/web';
const RELEASES = ['release-1.0', 'release-1.1', 'release-1.2'];
const PULL_REQUESTS = ['pr-101', 'pr-102', 'pr-103', 'pr-104', 'pr-105', 'pr-106'];

export const create: Scenario = {
  title: 'create: the repository does not exist yet, so nothing can expire',
  play: async (stage) => {
    checkDeployed(stage, await stage.cdk.deploy(APP, { policy: 'first' }));
    await checkPolicy(stage, REPOSITORY, POLICIES.first.toText(), 'the repository has the policy of the app');
  },
};

export const push: Scenario = {
  title: 'images are pushed, and a month passes',
  play: async ({ account, proxy, story }) => {
    for (const tag of [...RELEASES, ...PULL_REQUESTS]) await account.push(REPOSITORY, tag);
    // The tag moves on, and leaves an image without one behind.
    await account.push(REPOSITORY, 'pr-101', 'pr-101, second attempt');
    proxy.aheadMs = 30 * DAY;
    const images = await account.images(REPOSITORY);
    story.say(`${images.length} images: ${images.join(' ')}`);
    story.check(images.length === RELEASES.length + PULL_REQUESTS.length + 1, 'the emulator lists them all');
    story.livePolicy(REPOSITORY, await account.livePolicy(REPOSITORY));
  },
};

let fingerprint = '';

export const blockedUpdate: Scenario = {
  title: 'a careless update is blocked: whatever is older than a fortnight should go',
  play: async (stage) => {
    const { cdk, account, story } = stage;
    const before = await account.images(REPOSITORY);
    const result = await cdk.deploy(APP, { policy: 'careless' });
    const verdict = checkVerdict(stage, result, REPOSITORY);
    story.check(verdict.includes(`would expire ${before.length} images, ${RELEASES.length} unexpected`), 'the counts in it are right', result);
    story.check(RELEASES.every((tag) => verdict.includes(tag)), 'it names the releases that would go', result);
    fingerprint = fingerprintIn(stage, verdict);
    await checkStatus(stage, 'Shop', 'UPDATE_ROLLBACK_COMPLETE', result);
    await checkPolicy(stage, REPOSITORY, POLICIES.first.toText(), 'the live policy is as it was', result);
    story.check((await account.images(REPOSITORY)).join() === before.join(), 'all images are there');
  },
};

export const approvedUpdate: Scenario = {
  title: 'the same update, approved by the fingerprint from that output',
  play: async (stage) => {
    const { cdk, account, story } = stage;
    await account.push(REPOSITORY, 'release-1.3');
    const context = { policy: 'careless', approvedPreview: fingerprint };
    const other = await cdk.deploy(APP, context);
    story.say('One image more is affected by now:');
    checkVerdict(stage, other, REPOSITORY);
    await checkPolicy(stage, REPOSITORY, POLICIES.first.toText(), 'the fingerprint does not let it go', other);

    await account.deleteImage(REPOSITORY, 'release-1.3');
    story.say('Without that image:');
    const result = await cdk.deploy(APP, context);
    checkDeployed(stage, result);
    await checkPolicy(stage, REPOSITORY, POLICIES.careless.toText(), 'the approved policy is live', result);
  },
};

export const failingLaterResource: Scenario = {
  title: 'a careful update, and a later resource that fails: the rollback passes the gate',
  play: async (stage) => {
    const { cdk, account, proxy, story } = stage;
    // The former policy would let go an image that nobody approved: a gate that judged the way back would block it.
    await account.push(REPOSITORY, 'release-1.3');
    const before = await account.images(REPOSITORY);
    const callsBefore = proxy.calls.length;
    const result = await cdk.deploy(APP, { policy: 'careful', later: 'fail' });
    story.check(result.exitCode === 1 && result.output.includes('it was told to fail'), 'the command line exits with 1, over the later resource', result);
    story.check(/UPDATE_COMPLETE +\| AWS::ECR::Repository/.test(result.output), 'the repository had been updated by then', result);
    await checkStatus(stage, 'Shop', 'UPDATE_ROLLBACK_COMPLETE', result);
    const started = proxy.calls.slice(callsBefore).filter(({ operation }) => operation === 'StartLifecyclePolicyPreview').length;
    story.check(started === 1, 'one preview was started, for the way there; the way back asked for none', result);
    await checkPolicy(stage, REPOSITORY, POLICIES.careless.toText(), 'the former policy is live again', result);
    story.check((await account.images(REPOSITORY)).join() === before.join(), 'all images are there');
  },
};

export const throttledPreviews: Scenario = {
  title: 'a careful update while ECR is in trouble: throttling, faults, a broken connection, slow answers',
  play: async (stage) => {
    const { cdk, proxy, story } = stage;
    const { faults } = proxy;
    const throttled = { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' } as const;
    faults.add({ operation: 'StartLifecyclePolicyPreview', times: 3, fault: throttled });
    faults.add({ operation: 'StartLifecyclePolicyPreview', fault: { kind: 'reset' } });
    faults.add({ operation: 'GetLifecyclePolicyPreview', times: 2, fault: throttled });
    faults.add({ operation: 'GetLifecyclePolicyPreview', fault: { kind: 'error', code: 'ServerException', status: 500 } });
    faults.add({ operation: 'GetLifecyclePolicyPreview', fault: { kind: 'delay', ms: 500 } });
    const callsBefore = proxy.calls.length;
    const result = await cdk.deploy(APP, { policy: 'careful' });
    const met = proxy.calls.slice(callsBefore).flatMap(({ operation, fault }) => (fault === undefined ? [] : [`${fault} at ${operation}`]));
    story.say('What the gate met with:');
    story.quote(met.join(', '));
    story.check(faults.pending === 0, 'every fault happened', result);
    checkDeployed(stage, result);
    await checkPolicy(stage, REPOSITORY, POLICIES.careful.toText(), 'the policy is live', result);
  },
};

export const refusedPreviews: Scenario = {
  title: 'an update while ECR refuses previews for good: the gate cannot know, so it fails',
  play: async (stage) => {
    const { cdk, proxy, story } = stage;
    const refusal = { kind: 'error', code: 'AccessDeniedException', message: 'not authorized to perform: ecr:StartLifecyclePolicyPreview' } as const;
    proxy.faults.add({ operation: 'StartLifecyclePolicyPreview', times: Infinity, fault: refusal });
    const result = await cdk.deploy(APP, { policy: 'careful4' });
    proxy.faults.clear();
    story.check(result.exitCode === 1, 'the command line exits with 1', result);
    const line = gateLines(result).find((text) => text.startsWith('AccessDenied: ') && text.includes('ecr:StartLifecyclePolicyPreview')) ?? '';
    story.check(line !== '', 'it says on one line what is missing:', result);
    story.quote(line);
    await checkPolicy(stage, REPOSITORY, POLICIES.careful.toText(), 'the live policy is as it was', result);
  },
};

export const destroy: Scenario = {
  title: 'destroy: the gate does not stand in the way',
  play: async (stage) => {
    const { cdk, account, story } = stage;
    const before = await account.images(REPOSITORY);
    const result = await cdk.destroy(APP, { policy: 'careful' });
    checkDeployed(stage, result);
    story.check(await account.stackStatus('Shop') === undefined, 'the stack is gone', result);
    await checkPolicy(stage, REPOSITORY, POLICIES.careful.toText(), 'the repository is retained, with its policy', result);
    story.check((await account.images(REPOSITORY)).join() === before.join(), 'and with all its images');
  },
};
