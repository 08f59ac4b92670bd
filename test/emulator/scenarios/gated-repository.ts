import { apps, checkDeployed, checkPolicy, checkStatus, checkVerdict, DAY, fingerprintIn, gateLines, type Scenario } from './stage';
import { POLICIES } from '../apps/policies';

/* The lifecycle of one gated repository. Each scenario continues where the previous one ended. */

const APP = apps('shop');
const REPOSITORY = 'store/web';
const RELEASES = ['release-1.0', 'release-1.1', 'release-1.2'];
const PULL_REQUESTS = ['pr-101', 'pr-102', 'pr-103', 'pr-104', 'pr-105', 'pr-106'];

export const create: Scenario = {
  title: 'create: the repository does not exist yet, so nothing can expire',
  run: async (stage) => {
    checkDeployed(stage, await stage.cdk.deploy(APP, { policy: 'first' }));
    await checkPolicy(stage, REPOSITORY, POLICIES.first.toText(), 'the repository has the policy of the app');
  },
};

export const push: Scenario = {
  title: 'images are pushed, and a month passes',
  run: async ({ account, proxy, story }) => {
    for (const tag of [...RELEASES, ...PULL_REQUESTS]) await account.push(REPOSITORY, tag);
    // The tag moves to the new image, and the former image becomes untagged.
    await account.push(REPOSITORY, 'pr-101', 'pr-101, second attempt');
    proxy.aheadMs = 30 * DAY;
    const images = await account.images(REPOSITORY);
    story.say(`${images.length} images: ${images.join(' ')}`);
    story.check(images.length === RELEASES.length + PULL_REQUESTS.length + 1, 'the emulator lists all images');
    story.livePolicy(REPOSITORY, await account.livePolicy(REPOSITORY));
  },
};

let fingerprint = '';

export const blockedUpdate: Scenario = {
  title: 'a risky update is blocked: the policy would expire all images older than 14 days',
  run: async (stage) => {
    const { cdk, account, story } = stage;
    const before = await account.images(REPOSITORY);
    const result = await cdk.deploy(APP, { policy: 'risky' });
    const verdict = checkVerdict(stage, result, REPOSITORY);
    story.check(verdict.includes(`would expire ${before.length} images, ${RELEASES.length} unexpected`), 'the counts in the verdict are correct', result);
    story.check(RELEASES.every((tag) => verdict.includes(tag)), 'the verdict names the releases that would expire', result);
    fingerprint = fingerprintIn(stage, verdict);
    await checkStatus(stage, 'Shop', 'UPDATE_ROLLBACK_COMPLETE', result);
    await checkPolicy(stage, REPOSITORY, POLICIES.first.toText(), 'the live policy is unchanged', result);
    story.check((await account.images(REPOSITORY)).join() === before.join(), 'all images are kept');
  },
};

export const approvedUpdate: Scenario = {
  title: 'the same update, approved by the fingerprint in that output',
  run: async (stage) => {
    const { cdk, account, story } = stage;
    await account.push(REPOSITORY, 'release-1.3');
    const context = { policy: 'risky', approvedPreview: fingerprint };
    const other = await cdk.deploy(APP, context);
    story.say('With another affected image:');
    checkVerdict(stage, other, REPOSITORY);
    await checkPolicy(stage, REPOSITORY, POLICIES.first.toText(), 'the fingerprint does not approve it', other);

    await account.deleteImage(REPOSITORY, 'release-1.3');
    story.say('Without that image:');
    const result = await cdk.deploy(APP, context);
    checkDeployed(stage, result);
    await checkPolicy(stage, REPOSITORY, POLICIES.risky.toText(), 'the approved policy is live', result);
  },
};

export const failingLaterResource: Scenario = {
  title: 'a safe update, and a later resource that fails: the rollback passes the gate',
  run: async (stage) => {
    const { cdk, account, proxy, story } = stage;
    // The former policy would expire an image without approval: a gate that judged the rollback would block it.
    await account.push(REPOSITORY, 'release-1.3');
    const before = await account.images(REPOSITORY);
    const callsBefore = proxy.calls.length;
    const result = await cdk.deploy(APP, { policy: 'safe', later: 'fail' });
    story.check(result.exitCode === 1 && result.output.includes('the test requested this failure'), 'the command line exits with 1 because of the later resource', result);
    story.check(/UPDATE_COMPLETE +\| AWS::ECR::Repository/.test(result.output), 'the repository was updated before the failure', result);
    await checkStatus(stage, 'Shop', 'UPDATE_ROLLBACK_COMPLETE', result);
    const started = proxy.calls.slice(callsBefore).filter(({ operation }) => operation === 'StartLifecyclePolicyPreview').length;
    story.check(started === 1, 'the update started one preview, and the rollback none', result);
    await checkPolicy(stage, REPOSITORY, POLICIES.risky.toText(), 'the former policy is live again', result);
    story.check((await account.images(REPOSITORY)).join() === before.join(), 'all images are kept');
  },
};

export const throttledPreviews: Scenario = {
  title: 'a safe update while ECR has problems: throttling, errors, a broken connection, slow answers',
  run: async (stage) => {
    const { cdk, proxy, story } = stage;
    const { faults } = proxy;
    const throttled = { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' } as const;
    faults.add({ operation: 'StartLifecyclePolicyPreview', times: 3, fault: throttled });
    faults.add({ operation: 'StartLifecyclePolicyPreview', fault: { kind: 'reset' } });
    faults.add({ operation: 'GetLifecyclePolicyPreview', times: 2, fault: throttled });
    faults.add({ operation: 'GetLifecyclePolicyPreview', fault: { kind: 'error', code: 'ServerException', status: 500 } });
    faults.add({ operation: 'GetLifecyclePolicyPreview', fault: { kind: 'delay', ms: 500 } });
    const callsBefore = proxy.calls.length;
    const result = await cdk.deploy(APP, { policy: 'safe' });
    const injected = proxy.calls.slice(callsBefore).flatMap(({ operation, fault }) => (fault === undefined ? [] : [`${fault} at ${operation}`]));
    story.say('The gate received:');
    story.quote(injected.join(', '));
    story.check(faults.pending === 0, 'every injected fault happened', result);
    checkDeployed(stage, result);
    await checkPolicy(stage, REPOSITORY, POLICIES.safe.toText(), 'the policy is live', result);
  },
};

export const deniedPreviews: Scenario = {
  title: 'an update while ECR denies previews permanently: the gate cannot judge, so it fails',
  run: async (stage) => {
    const { cdk, proxy, story } = stage;
    const denied = { kind: 'error', code: 'AccessDeniedException', message: 'not authorized to perform: ecr:StartLifecyclePolicyPreview' } as const;
    proxy.faults.add({ operation: 'StartLifecyclePolicyPreview', times: Infinity, fault: denied });
    const result = await cdk.deploy(APP, { policy: 'safe4' });
    proxy.faults.clear();
    story.check(result.exitCode === 1, 'the command line exits with 1', result);
    const line = gateLines(result).find((text) => text.startsWith('AccessDenied: ') && text.includes('ecr:StartLifecyclePolicyPreview')) ?? '';
    story.check(line !== '', 'one line of the output names the missing permission:', result);
    story.quote(line);
    await checkPolicy(stage, REPOSITORY, POLICIES.safe.toText(), 'the live policy is unchanged', result);
  },
};

export const destroy: Scenario = {
  title: 'destroy: the gate does not block the deletion',
  run: async (stage) => {
    const { cdk, account, story } = stage;
    const before = await account.images(REPOSITORY);
    const result = await cdk.destroy(APP, { policy: 'safe' });
    checkDeployed(stage, result);
    story.check(await account.stackStatus('Shop') === undefined, 'the stack is deleted', result);
    await checkPolicy(stage, REPOSITORY, POLICIES.safe.toText(), 'the repository is retained with its policy', result);
    story.check((await account.images(REPOSITORY)).join() === before.join(), 'the repository is retained with all its images');
  },
};
