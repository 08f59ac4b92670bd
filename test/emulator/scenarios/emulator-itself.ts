import { apps, type Scenario, type Stage } from './stage';
import { POLICIES } from '../apps/policies';
import { ScenarioFailure } from '../story';

const APP = apps('plain');
const REPOSITORY = 'plain/web';

/** The features of the emulator that the other scenarios require. */
export interface Emulator {
  appliesPolicies: boolean;
  rollsBack: boolean;
}

/**
 * Checks the emulator without this library. A missing feature is reported and does not fail the run: the tests with the
 * stand-in for CloudFormation cover the scenarios that need it.
 */
export function emulatorItself(emulator: Emulator): Scenario {
  return {
    title: 'the emulator itself, without this library',
    run: async (stage) => {
      const { cdk, account } = stage;
      emulator.appliesPolicies = await holds(stage, 'it applies a lifecycle policy on create and update', async (check) => {
        check((await cdk.deploy(APP)).exitCode === 0, 'cdk deploy creates a repository');
        check(await live(stage) === POLICIES.first.toText(), 'the repository has its policy on create');
        check((await cdk.deploy(APP, { policy: 'safe' })).exitCode === 0, 'cdk deploy updates the repository');
        check(await live(stage) === POLICIES.safe.toText(), 'the repository has its policy on update');
      });
      emulator.rollsBack = await holds(stage, 'when a later resource fails, it restores the former policy and keeps the images', async (check) => {
        const digest = await account.push(REPOSITORY, 'v1');
        const failed = await cdk.deploy(APP, { policy: 'risky', later: 'fail' });
        check(failed.exitCode === 1, 'cdk deploy fails');
        const updated = failed.output.search(/UPDATE_COMPLETE +\| AWS::ECR::Repository/);
        check(updated >= 0 && updated < failed.output.search(/UPDATE_FAILED +\| AWS::CloudFormation::CustomResource/), 'it fails after the update of the repository');
        check(await account.stackStatus('Plain') === 'UPDATE_ROLLBACK_COMPLETE', 'the stack is rolled back');
        check(await live(stage) === POLICIES.safe.toText(), 'the former policy is restored');
        check((await account.images(REPOSITORY)).join() === 'v1' && digest.startsWith('sha256:'), 'the image is kept');
      });
      const deletes = await holds(stage, 'it deletes a stack', async (check) => {
        check((await cdk.destroy(APP)).exitCode === 0, 'cdk destroy succeeds');
        check(await account.stackStatus('Plain') === undefined, 'the stack is deleted');
      });
      return emulator.appliesPolicies && emulator.rollsBack && deletes ? undefined : 'limited';
    },
  };
}

type Check = (holds: boolean, claim: string) => void;

async function holds({ story }: Stage, feature: string, attempt: (check: Check) => Promise<void>): Promise<boolean> {
  try {
    await attempt((ok, step) => {
      if (!ok) throw new ScenarioFailure(step);
    });
    story.check(true, feature);
    return true;
  } catch (error) {
    if (!(error instanceof ScenarioFailure)) throw error;
    story.say(`the emulator has a limitation: expected that ${error.message}. The scenarios that need this are skipped; ` +
      'test/deployment/gated-deployment.test.ts covers them with the stand-in');
    return false;
  }
}

async function live({ account, story }: Stage): Promise<string | undefined> {
  const policy = await account.livePolicy(REPOSITORY);
  story.livePolicy(REPOSITORY, policy);
  return policy;
}
