import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Account } from './account';
import { PreviewProxy } from './preview-proxy/preview-proxy';
import { appWideGates } from './scenarios/app-wide-gates';
import { attachment } from './scenarios/attachment';
import { type Emulator, emulatorItself } from './scenarios/emulator-itself';
import { examples } from './scenarios/examples';
import * as gated from './scenarios/gated-repository';
import type { Scenario, Stage } from './scenarios/stage';
import { ScenarioFailure, Story } from './story';
import { measure } from './timing';
import { CdkCli, versionOf } from './tools/cdk-cli';
import { ACCOUNT, freePort, Ministack } from './tools/ministack';
import { type EmulatorPython, emulatorPython } from './tools/python';
import { Skipped } from '../outside/commands';
import { CACHE } from '../outside/virtual-environment';

/*
 * Real deployments: the AWS CDK's command line on an emulator of AWS that is not of this project. `npm run test:deploy`;
 * `-- --time 5` measures, in five runs, what the gate adds to a deployment.
 */

const LOGS = path.join(CACHE, 'emulator-logs');
/** How long a preview runs: long enough to be met IN_PROGRESS. */
const PREVIEW_MS = 500;
const MAX_RUN_MS = 25 * 60_000;

const story = new Story();

async function main(): Promise<void> {
  const runs = timedRuns(process.argv.slice(2));
  setTimeout(() => {
    console.log(`FAILED  the run is not over after ${MAX_RUN_MS / 60_000} minutes`);
    process.exit(1);
  }, MAX_RUN_MS).unref();
  rmSync(LOGS, { recursive: true, force: true });
  mkdirSync(LOGS, { recursive: true });

  let emulatorsPython: EmulatorPython;
  try {
    emulatorsPython = await emulatorPython();
  } catch (error) {
    if (!(error instanceof Skipped)) throw error;
    console.log(`skipped: ${error.message}`);
    return;
  }
  // Of the command line and of the emulator: both keep things there that the next run must not find.
  const homes = mkdtempSync(path.join(tmpdir(), 'emulator-'));
  process.once('exit', () => rmSync(homes, { recursive: true, force: true, maxRetries: 5 }));
  const home = (name: string) => {
    mkdirSync(path.join(homes, name));
    return path.join(homes, name);
  };
  const port = await freePort();
  const proxy = await PreviewProxy.start({ emulator: `http://127.0.0.1:${port}`, previewMs: PREVIEW_MS, ...ACCOUNT });
  const account = new Account(proxy.endpoint);
  let emulator: Ministack | undefined;
  try {
    const { python, version, emulatorVersion } = emulatorsPython;
    const cdk = new CdkCli(proxy.endpoint, home('cdk'), LOGS);
    story.heading('Real deployments: the AWS CDK command line on an emulator of AWS');
    story.say(`aws-cdk ${cdk.version}, aws-cdk-lib ${versionOf('aws-cdk-lib')}, Node.js ${process.versions.node}; ministack ${emulatorVersion}, Python ${version}`);
    emulator = await Ministack.start({
      python, port, endpointForFunctions: proxy.endpoint, home: home('emulator'), logFile: path.join(LOGS, 'emulator.log'),
    });
    const stage = { cdk, account, proxy, story };
    if (runs === undefined) await playAll(stage);
    else await time(stage, runs);
  } finally {
    account.close();
    await emulator?.stop();
    await proxy.stop();
  }
}

async function playAll(stage: Stage): Promise<void> {
  const emulator: Emulator = { appliesPolicies: false, rollsBack: false };
  const outcomes: string[] = [];
  const play = async ({ title, play: action }: Scenario, possible = true): Promise<void> => {
    const number = outcomes.length + 1;
    story.heading(`${number}. ${title}`);
    let outcome: string;
    if (!possible) {
      outcome = 'not played';
      story.say('not played: the emulator falls short, see 2; covered by the stand-in in test/deployment/gated-deployment.test.ts');
    } else {
      try {
        outcome = await action(stage) ?? 'ok';
      } catch (error) {
        outcome = 'FAILED';
        story.failed(error);
        process.exitCode = 1;
      }
    }
    outcomes.push(`${outcome.padEnd(12)}${number}. ${title}`);
  };

  await play(bootstrap);
  await play(emulatorItself(emulator));
  const { appliesPolicies, rollsBack } = emulator;
  for (const scenario of [gated.create, gated.push, gated.blockedUpdate, gated.approvedUpdate]) await play(scenario, appliesPolicies);
  await play(gated.failingLaterResource, rollsBack);
  for (const scenario of [gated.throttledPreviews, gated.refusedPreviews, gated.destroy, appWideGates]) await play(scenario, appliesPolicies);
  await play(attachment, rollsBack);
  await play(examples, appliesPolicies);

  story.heading('Outcome');
  for (const outcome of outcomes) console.log(`   ${outcome}`);
  const left = outcomes.filter((outcome) => outcome.startsWith('not played')).length;
  if (left > 0) console.log(`skipped: ${left} of ${outcomes.length} scenarios, because the emulator falls short`);
}

async function time(stage: Stage, runs: number): Promise<void> {
  await bootstrap.play(stage);
  await measure(stage, runs, PREVIEW_MS);
}

/** How often to measure, or undefined to play the scenarios. */
function timedRuns(args: readonly string[]): number | undefined {
  if (args.length === 0) return undefined;
  const runs = Number(args[1]);
  if (args.length === 2 && args[0] === '--time' && Number.isInteger(runs) && runs >= 1 && runs <= 20) return runs;
  throw new ScenarioFailure(`the arguments ${JSON.stringify(args)} are unknown: none, or --time with 1 to 20 runs`);
}

const bootstrap: Scenario = {
  title: 'cdk bootstrap',
  play: async ({ cdk, account }) => {
    const result = await cdk.bootstrap();
    story.check(result.exitCode === 0, 'the command line exits with 0', result);
    const status = await account.stackStatus('CDKToolkit');
    story.check(status === 'CREATE_COMPLETE', 'the stack CDKToolkit is in CREATE_COMPLETE', result);
  },
};

main().catch((error: unknown) => {
  story.failed(error);
  process.exitCode = 1;
});
