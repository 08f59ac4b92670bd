/**
 * Measures the command line as a process: its startup, and a plan of 200 repositories in parallel and sequentially.
 * Run after `npm run bundle`: npx tsx bench/plan.ts
 *
 * Compare the ratios: absolute times depend on the machine. Takes about half a minute.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Account } from './processes';
import { atMost, median, milliseconds, note, row, seconds, times, title } from './table';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from '../src';

const LATENCY = 30;
const REPOSITORIES = 200;
const STARTS = 9;
const CONCURRENCY = 10;
/** The minimum speedup, including the startup of the process. */
const SPEED_GOAL = 5;
const START_GOAL = 2;

const CLI = path.resolve(__dirname, '../assets/cli/ecr-lifecycle.mjs');
const directory = mkdtempSync(path.join(tmpdir(), 'bench-'));

async function main(): Promise<void> {
  try {
    await benchStart();
    await benchRepositories();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function benchStart(): Promise<void> {
  title(`Startup, as a whole process: median of ${STARTS} alternating runs`);
  const starts = { help: [] as number[], node: [] as number[] };
  for (let i = 0; i < STARTS; i++) {
    starts.node.push(await timed(['-e', '0'], {}));
    starts.help.push(await timed([CLI, 'plan', '--help'], {}));
  }
  const [help, node] = [median(starts.help), median(starts.node)];
  row('', 'plan --help', 'node -e 0', 'ratio', `goal: ${times(START_GOAL)}`);
  row('', milliseconds(help), milliseconds(node), times(help / node), atMost(help / node, START_GOAL));
}

async function benchRepositories(): Promise<void> {
  title(`plan of ${REPOSITORIES} repositories, ${LATENCY} ms per call, 2 calls each`);
  const account = await Account.start(LATENCY, 0);
  try {
    synthesize();
    for (let n = 0; n < REPOSITORIES; n++) await account.fill({ repositoryName: nameOf(n), images: 20, expiring: 4, mix: 'even' });
    const plan = (concurrency: number) => timed([CLI, 'plan', '--app', directory, '--concurrency', String(concurrency)], account.environment);
    const sequential = await plan(1);
    const parallel = await plan(CONCURRENCY);
    const parallel50 = await plan(50);
    row('', 'one at a time', `${CONCURRENCY} in parallel`, 'ratio', `goal: ${times(SPEED_GOAL)}`);
    row('', seconds(sequential), seconds(parallel), times(sequential / parallel), sequential / parallel >= SPEED_GOAL ? 'met' : 'MISSED');
    note(`50 in parallel: ${seconds(parallel50)}, ${times(sequential / parallel50)}`);
  } finally {
    account.stop();
  }
}

function synthesize(): void {
  const app = new App({ outdir: directory, analyticsReporting: false });
  const lifecyclePolicy = LifecyclePolicy.fromRules(
    LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(10) }),
    LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.imageCountMoreThan(10) }),
  );
  for (let n = 0; n < REPOSITORIES; n += 50) {
    const stack = new Stack(app, `Team${n}`);
    for (let i = n; i < n + 50; i++) {
      new GatedRepository(stack, `R${i}`, { repositoryName: nameOf(i), lifecyclePolicy, guards: [LifecycleGuard.maxImages(1000)] });
    }
  }
  app.synth();
}

function nameOf(n: number): string {
  return `team/service-${n}`;
}

/** Returns the duration in milliseconds. Rejects if the command fails, because an incomplete plan has no comparable time. */
function timed(args: readonly string[], environment: Record<string, string>): Promise<number> {
  const since = performance.now();
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(performance.now() - since) : reject(new Error(`exit code ${code}`))));
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
