import { apps, type Scenario, type Stage } from './stage';
import { POLICIES } from '../apps/policies';
import { ScenarioFailure } from '../story';

const APP = apps('plain');
const REPOSITORY = 'plain/web';

/** What the other scenarios stand on. */
export interface Emulator {
  appliesPolicies: boolean;
  rollsBack: boolean;
}

/**
 * The emulator without this library. What it cannot do is said, and what rests on that is left to the stand-in for
 * CloudFormation; it is no failure of this project.
 */
export function emulatorItself(emulator: Emulator): Scenario {
  return {
    title: 'the emulator itself, without this library',
    play: async (stage) => {
      const { cdk, account } = stage;
      emulator.appliesPolicies = await holds(stage, 'it applies a lifecycle policy on create and on update', async (check) => {
        check((await cdk.deploy(APP)).exitCode === 0, 'cdk deploy creates a repository');
        check(await live(stage) === POLICIES.first.toText(), 'the repository has its policy on create');
        check((await cdk.deploy(APP, { policy: 'careful' })).exitCode === 0, 'cdk deploy updates the repository');
        check(await live(stage) === POLICIES.careful.toText(), 'the repository has its policy on update');
      });
      emulator.rollsBack = await holds(stage, 'when a later resource fails, it puts the former policy back and keeps the images', async (check) => {
        const digest = await account.push(REPOSITORY, 'v1');
        const failed = await cdk.deploy(APP, { policy: 'careless', later: 'fail' });
        check(failed.exitCode === 1, 'cdk deploy fails');
        const updated = failed.output.search(/UPDATE_COMPLETE +\| AWS::ECR::Repository/);
        check(updated >= 0 && updated < failed.output.search(/UPDATE_FAILED +\| AWS::CloudFormation::CustomResource/), 'it fails after the repository was updated');
        check(await account.stackStatus('Plain') === 'UPDATE_ROLLBACK_COMPLETE', 'the stack is rolled back');
        check(await live(stage) === POLICIES.careful.toText(), 'the former policy is back');
        check((await account.images(REPOSITORY)).join() === 'v1' && digest.startsWith('sha256:'), 'the image is still there');
      });
      const deletes = await holds(stage, 'it deletes a stack', async (check) => {
        check((await cdk.destroy(APP)).exitCode === 0, 'cdk destroy succeeds');
        check(await account.stackStatus('Plain') === undefined, 'the stack is gone');
      });
      return emulator.appliesPolicies && emulator.rollsBack && deletes ? undefined : 'falls short';
    },
  };
}

type Check = (holds: boolean, what: string) => void;

async function holds({ story }: Stage, what: string, attempt: (check: Check) => Promise<void>): Promise<boolean> {
  try {
    await attempt((right, step) => {
      if (!right) throw new ScenarioFailure(step);
    });
    story.check(true, what);
    return true;
  } catch (error) {
    if (!(error instanceof ScenarioFailure)) throw error;
    story.say(`the emulator falls short: it is not so that ${error.message}. What rests on that is covered by the stand-in in ` +
      'test/deployment/gated-deployment.test.ts');
    return false;
  }
}

async function live({ account, story }: Stage): Promise<string | undefined> {
  const policy = await account.livePolicy(REPOSITORY);
  story.livePolicy(REPOSITORY, policy);
  return policy;
}
