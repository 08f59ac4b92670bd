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
 * Real deployments: the AWS CDK's command line on a third-party emulator of AWS. Run: `npm run test:deploy`; with
 * `-- --time 5` it measures in five runs the time that the gate adds to a deployment.
 */

const LOGS = path.join(CACHE, 'emulator-logs');
/** The duration of a preview, long enough that the gate reads it while it is IN_PROGRESS. */
const PREVIEW_MS = 500;
const MAX_RUN_MS = 25 * 60_000;

const story = new Story();

async function main(): Promise<void> {
  const runs = timedRuns(process.argv.slice(2));
  setTimeout(() => {
    console.log(`FAILED  the run has not finished after ${MAX_RUN_MS / 60_000} minutes`);
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
  // The home directories of the command line and the emulator, which must not keep files between runs.
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
    if (runs === undefined) await runAll(stage);
    else await time(stage, runs);
  } finally {
    account.close();
    await emulator?.stop();
    await proxy.stop();
  }
}

async function runAll(stage: Stage): Promise<void> {
  const emulator: Emulator = { appliesPolicies: false, rollsBack: false };
  const outcomes: string[] = [];
  const run = async ({ title, run: action }: Scenario, possible = true): Promise<void> => {
    const number = outcomes.length + 1;
    story.heading(`${number}. ${title}`);
    let outcome: string;
    if (!possible) {
      outcome = 'skipped';
      story.say('not run because of a limitation of the emulator, see 2; test/deployment/gated-deployment.test.ts covers it with the stand-in');
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

  await run(bootstrap);
  await run(emulatorItself(emulator));
  const { appliesPolicies, rollsBack } = emulator;
  for (const scenario of [gated.create, gated.push, gated.blockedUpdate, gated.approvedUpdate]) await run(scenario, appliesPolicies);
  await run(gated.failingLaterResource, rollsBack);
  for (const scenario of [gated.throttledPreviews, gated.deniedPreviews, gated.destroy, appWideGates]) await run(scenario, appliesPolicies);
  await run(attachment, rollsBack);
  await run(examples, appliesPolicies);

  story.heading('Outcome');
  for (const outcome of outcomes) console.log(`   ${outcome}`);
  const skipped = outcomes.filter((outcome) => outcome.startsWith('skipped')).length;
  if (skipped > 0) console.log(`skipped: ${skipped} of ${outcomes.length} scenarios, because of limitations of the emulator`);
}

async function time(stage: Stage, runs: number): Promise<void> {
  await bootstrap.run(stage);
  await measure(stage, runs, PREVIEW_MS);
}

/** Returns the number of timed runs, or undefined to run the scenarios. */
function timedRuns(args: readonly string[]): number | undefined {
  if (args.length === 0) return undefined;
  const runs = Number(args[1]);
  if (args.length === 2 && args[0] === '--time' && Number.isInteger(runs) && runs >= 1 && runs <= 20) return runs;
  throw new ScenarioFailure(`invalid arguments ${JSON.stringify(args)}: pass none, or --time with 1 to 20 runs`);
}

const bootstrap: Scenario = {
  title: 'cdk bootstrap',
  run: async ({ cdk, account }) => {
    const result = await cdk.bootstrap();
    story.check(result.exitCode === 0, 'the command line exits with 0', result);
    const status = await account.stackStatus('CDKToolkit');
    story.check(status === 'CREATE_COMPLETE', 'the status of stack CDKToolkit is CREATE_COMPLETE', result);
  },
};

main().catch((error: unknown) => {
  story.failed(error);
  process.exitCode = 1;
});
