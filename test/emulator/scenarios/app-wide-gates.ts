import { apps, checkDeployed, checkPolicy, checkVerdict, type Scenario } from './stage';
import { POLICIES } from '../apps/policies';

const APP = apps('two-teams');

export const appWideGates: Scenario = {
  title: 'one line gates two stacks that know nothing of gates',
  play: async (stage) => {
    const { cdk, account, story } = stage;
    checkDeployed(stage, await cdk.deploy(APP, { policy: 'first' }));
    const names = { TeamA: 'team-a/api', TeamB: await account.physicalName('TeamB', 'Batch') };
    for (const name of Object.values(names)) {
      for (const tag of ['release-1', 'pr-1', 'pr-2']) await account.push(name, tag);
    }
    for (const [stackName, name] of Object.entries(names)) {
      story.say(`A careless update of ${stackName}:`);
      const result = await cdk.deploy(APP, { policy: 'careless' }, stackName);
      checkVerdict(stage, result, name);
      await checkPolicy(stage, name, POLICIES.first.toText(), 'the live policy is as it was', result);
    }
    story.say('A careful update of both:');
    checkDeployed(stage, await cdk.deploy(APP, { policy: 'careful' }));
    for (const name of Object.values(names)) await checkPolicy(stage, name, POLICIES.careful.toText(), 'the policy is live');

    checkDeployed(stage, await cdk.destroy(APP));
    const left = [await account.stackStatus('TeamA'), await account.stackStatus('TeamB')];
    story.check(left.every((status) => status === undefined), 'both stacks are gone');
  },
};
