import { apps, checkDeployed, checkPolicy, checkStatus, checkVerdict, type Scenario } from './stage';
import { POLICIES } from '../apps/policies';

const APP = apps('by-hand');
const REPOSITORY = 'by-hand';
const REMEMBERED = '/cdk-ecr-lifecycle/Tidy';

export const attachment: Scenario = {
  title: 'a policy is attached to a repository that was made by hand, and taken back',
  play: async (stage) => {
    const { cdk, account, story } = stage;
    const byHand = POLICIES.first.toText();
    await account.createRepository(REPOSITORY);
    await account.putPolicy(REPOSITORY, byHand);
    for (const tag of ['release-1', 'pr-1', 'pr-2']) await account.push(REPOSITORY, tag);
    await checkPolicy(stage, REPOSITORY, byHand, 'the repository has a policy by hand');

    story.say('A careless policy:');
    const blocked = await cdk.deploy(APP, { policy: 'careless' });
    checkVerdict(stage, blocked, REPOSITORY);
    await checkPolicy(stage, REPOSITORY, byHand, 'the live policy is as it was found', blocked);

    story.say('A careful one:');
    const deployed = await cdk.deploy(APP, { policy: 'careful' });
    checkDeployed(stage, deployed);
    await checkPolicy(stage, REPOSITORY, POLICIES.careful.toText(), 'the policy of the app is live', deployed);

    story.say('Another careful one, and a later resource that fails:');
    const failed = await cdk.deploy(APP, { policy: 'careful4', later: 'fail' });
    story.check(failed.exitCode === 1 && /UPDATE_COMPLETE +\| Custom::LifecyclePolicyAttachment/.test(failed.output), 'the attachment was updated by then', failed);
    await checkStatus(stage, 'Tidy', 'UPDATE_ROLLBACK_COMPLETE', failed);
    await checkPolicy(stage, REPOSITORY, POLICIES.careful.toText(), 'the former policy of the app is live again', failed);

    story.say('The stack is destroyed:');
    const destroyed = await cdk.destroy(APP);
    checkDeployed(stage, destroyed);
    await checkPolicy(stage, REPOSITORY, byHand, 'what was found is back', destroyed);
    story.check((await account.parameters(REMEMBERED)).length === 0, `nothing is left below ${REMEMBERED} in Parameter Store`, destroyed);

    story.say('It is deployed again, somebody else changes the policy by hand, and it is destroyed:');
    checkDeployed(stage, await cdk.deploy(APP, { policy: 'careful' }));
    story.check((await account.parameters(REMEMBERED)).length > 0, 'what was found is remembered in Parameter Store');
    await account.putPolicy(REPOSITORY, POLICIES.careful4.toText());
    checkDeployed(stage, await cdk.destroy(APP));
    await checkPolicy(stage, REPOSITORY, POLICIES.careful4.toText(), 'the policy of somebody else stays');
  },
};
