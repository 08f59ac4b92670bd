import { apps, checkDeployed, checkPolicy, checkVerdict, type Scenario } from './stage';
import { POLICIES } from '../apps/policies';

const APP = apps('two-teams');

export const appWideGates: Scenario = {
  title: 'one line adds gates to two stacks',
  run: async (stage) => {
    const { cdk, account, story } = stage;
    checkDeployed(stage, await cdk.deploy(APP, { policy: 'first' }));
    const names = { TeamA: 'team-a/api', TeamB: await account.physicalName('TeamB', 'Batch') };
    for (const name of Object.values(names)) {
      for (const tag of ['release-1', 'pr-1', 'pr-2']) await account.push(name, tag);
    }
    for (const [stackName, name] of Object.entries(names)) {
      story.say(`A risky update of ${stackName}:`);
      const result = await cdk.deploy(APP, { policy: 'risky' }, stackName);
      checkVerdict(stage, result, name);
      await checkPolicy(stage, name, POLICIES.first.toText(), 'the live policy is unchanged', result);
    }
    story.say('A safe update of both:');
    checkDeployed(stage, await cdk.deploy(APP, { policy: 'safe' }));
    for (const name of Object.values(names)) await checkPolicy(stage, name, POLICIES.safe.toText(), 'the policy is live');

    checkDeployed(stage, await cdk.destroy(APP));
    const statuses = [await account.stackStatus('TeamA'), await account.stackStatus('TeamB')];
    story.check(statuses.every((status) => status === undefined), 'both stacks are deleted');
  },
};
