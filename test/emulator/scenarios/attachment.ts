import { apps, checkDeployed, checkPolicy, checkStatus, checkVerdict, type Scenario } from './stage';
import { POLICIES } from '../apps/policies';

const APP = apps('by-hand');
const REPOSITORY = 'by-hand';
const PARAMETER_PATH = '/cdk-ecr-lifecycle/Tidy';

export const attachment: Scenario = {
  title: 'a policy is attached to a manually created repository, and removed again',
  run: async (stage) => {
    const { cdk, account, story } = stage;
    const manual = POLICIES.first.toText();
    await account.createRepository(REPOSITORY);
    await account.putPolicy(REPOSITORY, manual);
    for (const tag of ['release-1', 'pr-1', 'pr-2']) await account.push(REPOSITORY, tag);
    await checkPolicy(stage, REPOSITORY, manual, 'the repository has its manual policy');

    story.say('A risky policy:');
    const blocked = await cdk.deploy(APP, { policy: 'risky' });
    checkVerdict(stage, blocked, REPOSITORY);
    await checkPolicy(stage, REPOSITORY, manual, 'the live policy is unchanged', blocked);

    story.say('A safe policy:');
    const deployed = await cdk.deploy(APP, { policy: 'safe' });
    checkDeployed(stage, deployed);
    await checkPolicy(stage, REPOSITORY, POLICIES.safe.toText(), 'the policy of the app is live', deployed);

    story.say('Another safe policy, and a later resource that fails:');
    const failed = await cdk.deploy(APP, { policy: 'safe4', later: 'fail' });
    story.check(failed.exitCode === 1 && /UPDATE_COMPLETE +\| Custom::LifecyclePolicyAttachment/.test(failed.output), 'the attachment was updated before the failure', failed);
    await checkStatus(stage, 'Tidy', 'UPDATE_ROLLBACK_COMPLETE', failed);
    await checkPolicy(stage, REPOSITORY, POLICIES.safe.toText(), 'the former policy of the app is live again', failed);

    story.say('The stack is destroyed:');
    const destroyed = await cdk.destroy(APP);
    checkDeployed(stage, destroyed);
    await checkPolicy(stage, REPOSITORY, manual, 'the manual policy is restored', destroyed);
    story.check((await account.parameters(PARAMETER_PATH)).length === 0, `no parameters remain below ${PARAMETER_PATH} in Parameter Store`, destroyed);

    story.say('The stack is deployed again, a user changes the policy manually, and the stack is destroyed:');
    checkDeployed(stage, await cdk.deploy(APP, { policy: 'safe' }));
    story.check((await account.parameters(PARAMETER_PATH)).length > 0, 'the manual policy is stored in Parameter Store');
    await account.putPolicy(REPOSITORY, POLICIES.safe4.toText());
    checkDeployed(stage, await cdk.destroy(APP));
    await checkPolicy(stage, REPOSITORY, POLICIES.safe4.toText(), 'the policy of the user is kept');
  },
};
