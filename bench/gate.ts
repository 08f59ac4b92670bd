/**
 * Measures the gate: time and memory of the bundled function with the embedded ECR, its startup, and the synthesis.
 * Run after `npm run bundle`: npx tsx bench/gate.ts
 *
 * Compare the ratios: absolute times depend on the machine. Takes three to four minutes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import type { CallsEvent } from './bare-calls';
import type { CallCounts, Content } from './processes';
import { Account, Run, Sandbox } from './processes';
import { atMost, kilobytes, median, megabytes, milliseconds, note, row, seconds, times, title } from './table';
import { encodeGuard } from '../src/core/judgment/guards/guard';
import { encodeGateProperties } from '../src/protocol/gate-properties';

const LATENCY = 30;
const RUNS = 3;
const RATIO_GOAL = 1.15;
const MEMORY_GOAL = 200 * 1024 * 1024;

const BUNDLE = path.resolve(__dirname, '../assets/lifecycle-preview-gate/index.js');
const STACK_ID = 'arn:aws:cloudformation:us-east-1:111122223333:stack/Bench/00000000-0000-4000-a000-000000000000';

const POLICY = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'tagged', tagPatternList: ['pr-*'], countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 },
      action: { type: 'expire' },
    },
    {
      rulePriority: 2,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 },
      action: { type: 'expire' },
    },
  ],
});

const MAX_IMAGES = encodeGuard({ id: 'max-images', limit: 100_000 });
const GUARDS = {
  'maxImages': [MAX_IMAGES],
  '+ protectTags, protectPulledWithin': [
    MAX_IMAGES,
    encodeGuard({ id: 'protect-tags', patterns: ['release-*', 'prod'] }),
    encodeGuard({ id: 'protect-pulled-within', seconds: 7 * 24 * 60 * 60 }),
  ],
} as const;
type GuardSet = keyof typeof GUARDS;
const GUARD_SETS = Object.keys(GUARDS) as GuardSet[];
const WITH_INVENTORY = GUARD_SETS[1];

const WARM_UP: Content = { repositoryName: 'warm-up', images: 2_000, expiring: 400, mix: 'even' };
const EVEN: Content = { repositoryName: 'even', images: 100_000, expiring: 20_000, mix: 'even' };
const TAGGED: Content = { repositoryName: 'tagged', images: 100_000, expiring: 20_000, mix: 'all tagged' };
const ALL: Content = { repositoryName: 'all', images: 100_000, expiring: 100_000, mix: 'even' };

function gateEvent({ repositoryName }: Content, guards: GuardSet): object {
  return {
    RequestType: 'Update',
    RequestId: 'bench',
    StackId: STACK_ID,
    LogicalResourceId: 'Gate',
    PhysicalResourceId: 'gate',
    ResourceProperties: {
      ServiceToken: 'bench',
      ...encodeGateProperties({
        Purpose: 'GATE',
        RepositoryName: repositoryName,
        LifecyclePolicyText: POLICY,
        Guards: GUARDS[guards],
        Enforcement: 'FAIL',
        LookAheadSeconds: '172800',
        TimeoutSeconds: '840',
      }),
    },
  };
}

/** Returns the event for the longest chain of calls only. */
function chainOf({ repositoryName }: Content): CallsEvent {
  return { stackId: STACK_ID, repositoryName, lifecyclePolicyText: POLICY, tagStatuses: ['TAGGED'], withImages: false };
}

/** Returns the event for all calls of a gate with inventory. */
function callsOf(content: Content): CallsEvent {
  return { ...chainOf(content), tagStatuses: ['TAGGED', 'UNTAGGED'], withImages: true };
}

/** Returns the length of the longest chain of dependent calls. Tagged and untagged images can be read in parallel. */
function dependentCalls({ describeStacks, start, preview, images }: CallCounts): number {
  const { ANY = 0, ...chains } = preview;
  return describeStacks + start + ANY + Math.max(0, ...Object.values(chains), ...Object.values(images));
}

async function invokeGate(sandbox: Sandbox, content: Content, guards: GuardSet): Promise<Run> {
  const run = await sandbox.invoke(gateEvent(content, guards));
  const { Data, Reason } = run.result as { readonly Data?: { readonly ExpiringImageCount: number }; readonly Reason?: string };
  if (Data?.ExpiringImageCount !== content.expiring) throw new Error(`the gate found ${Data?.ExpiringImageCount} images, not ${content.expiring}: ${Reason}`);
  return run;
}

async function warmGate(account: Account): Promise<Sandbox> {
  const sandbox = new Sandbox(BUNDLE, account);
  for (const guards of GUARD_SETS) await invokeGate(sandbox, WARM_UP, guards);
  return sandbox;
}

interface Measured {
  readonly content: Content;
  readonly guards: GuardSet;
  readonly time: number;
  readonly peakBytes: number;
}

/** Measures the gate with both sets of guards, and the bare calls, alternately. */
async function againstBareCalls(account: Account, bareCalls: string, content: Content): Promise<Measured[]> {
  const bare = new Sandbox(bareCalls, account);
  for (const event of [chainOf(WARM_UP), callsOf(WARM_UP)]) await bare.invoke(event);
  const gates = await Promise.all(GUARD_SETS.map(async (guards) => ({ guards, sandbox: await warmGate(account) })));
  try {
    const chain: number[] = [];
    const calls: number[] = [];
    const found = gates.map(() => ({ taken: [] as number[], peakBytes: 0, dependent: 0 }));
    for (let i = 0; i < RUNS; i++) {
      chain.push((await bare.invoke(chainOf(content))).milliseconds);
      calls.push((await bare.invoke(callsOf(content))).milliseconds);
      for (const [j, { guards, sandbox }] of gates.entries()) {
        await account.countCalls();
        const run = await invokeGate(sandbox, content, guards);
        found[j].dependent = dependentCalls(await account.countCalls());
        found[j].taken.push(run.milliseconds);
        found[j].peakBytes = run.peakBytes;
      }
    }
    return gates.map(({ guards }, j) => {
      const { taken, peakBytes, dependent } = found[j];
      const time = median(taken);
      const baseline = median(guards === WITH_INVENTORY ? calls : chain);
      const computed = dependent * LATENCY;
      row(
        `${content.mix}, ${guards}`, seconds(time), seconds(baseline), times(time / baseline), atMost(time / baseline, RATIO_GOAL),
        times(time / median(chain)), `${dependent} calls`, seconds(computed), times(time / computed),
      );
      return { content, guards, time, peakBytes };
    });
  } finally {
    bare.stop();
    for (const { sandbox } of gates) sandbox.stop();
  }
}

interface ScriptRun {
  readonly affected: number;
  readonly previewSeconds: number;
  readonly imagesSeconds: number;
}

/** Returns a Python interpreter with boto3, if one is installed. */
function findPython(): string | undefined {
  const python = process.env.BENCH_PYTHON ?? 'python3';
  return spawnSync(python, ['-c', 'import boto3']).status === 0 ? python : undefined;
}

function runScript(python: string, account: Account, content: Content, withImages: boolean): ScriptRun {
  const script = path.join(__dirname, 'boto3_gate.py');
  const args = [script, content.repositoryName, POLICY, withImages ? 'with-images' : 'preview-only'];
  const { stdout, stderr, status } = spawnSync(python, args, { env: account.environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the script failed: ${stderr.trim().split('\n').at(-1)}`);
  const run = JSON.parse(stdout) as ScriptRun;
  if (run.affected !== content.expiring) throw new Error(`the script found ${run.affected} images, not ${content.expiring}`);
  return run;
}

function againstScript(account: Account, measured: readonly Measured[]): void {
  const python = findPython();
  if (python === undefined) {
    note('skipped: Python with boto3 is not installed');
    return;
  }
  const { previewSeconds, imagesSeconds } = runScript(python, account, EVEN, true);
  for (const { guards, time } of measured.filter(({ content }) => content === EVEN)) {
    const script = 1000 * (previewSeconds + (guards === WITH_INVENTORY ? imagesSeconds : 0));
    row(`even, ${guards}`, seconds(time), seconds(script), times(script / time));
  }
}

/** Measures the cost of the waiter's 5-second polling interval, with a preview that takes 2 seconds. */
async function againstWaiter(): Promise<void> {
  const python = findPython();
  if (python === undefined) return;
  const account = await Account.start(LATENCY, 2_000);
  const sandbox = new Sandbox(BUNDLE, account);
  try {
    await account.fill(WARM_UP);
    const gate: number[] = [];
    for (let i = 0; i < RUNS; i++) gate.push((await invokeGate(sandbox, WARM_UP, 'maxImages')).milliseconds);
    const script = 1000 * runScript(python, account, WARM_UP, false).previewSeconds;
    row('400 of 2,000 images, a preview takes 2 s', seconds(median(gate)), seconds(script), times(script / median(gate)));
  } finally {
    sandbox.stop();
    account.stop();
  }
}

async function memory(account: Account, measured: readonly Measured[]): Promise<void> {
  const print = ({ content: { expiring, mix }, guards, time, peakBytes }: Measured) => row(
    `${expiring.toLocaleString('en')} expire, ${mix}, ${guards === WITH_INVENTORY ? 'all guards' : guards}`,
    megabytes(peakBytes), atMost(peakBytes, MEMORY_GOAL), seconds(time),
  );
  measured.forEach(print);
  await account.fill(ALL);
  const sandbox = await warmGate(account);
  try {
    const { milliseconds: time, peakBytes } = await invokeGate(sandbox, ALL, WITH_INVENTORY);
    print({ content: ALL, guards: WITH_INVENTORY, time, peakBytes });
  } finally {
    sandbox.stop();
  }
}

/** Bundles like the `bundle` task. */
async function bundle(contents: string, outfile: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir: __dirname, loader: 'ts' }, bundle: true, minify: true, platform: 'node', target: 'node20', outfile, logLevel: 'warning',
  });
}

async function startUp(directory: string): Promise<void> {
  const bare = path.join(directory, 'bare-client.js');
  await bundle('import { ECRClient } from "@aws-sdk/client-ecr"; export const client = new ECRClient({ region: "us-east-1" });', bare);
  const empty = path.join(directory, 'empty.js');
  writeFileSync(empty, '');
  const files = [
    { name: 'the gate', file: BUNDLE }, { name: 'the bare ECR client', file: bare }, { name: 'an empty file', file: empty },
  ].map((entry) => ({ ...entry, size: statSync(entry.file).size, taken: [] as number[] }));
  const env = { PATH: process.env.PATH, AWS_REGION: 'us-east-1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  for (let i = 0; i < 9; i++) {
    for (const { file, taken } of files) {
      const start = performance.now();
      const { status } = spawnSync(process.execPath, ['-e', 'require(process.argv[1])', file], { env });
      if (status !== 0) throw new Error(`require of ${file} failed`);
      taken.push(performance.now() - start);
    }
  }
  const [gate, client, none] = files.map(({ taken }) => median(taken));
  for (const { name, size, taken } of files) row(name, kilobytes(size), milliseconds(median(taken)), milliseconds(median(taken) - none));
  row('the gate / the bare ECR client', times(files[0].size / files[1].size), times(gate / client), times((gate - none) / (client - none)));
}

function synth(): void {
  const REPOSITORIES = 500;
  const taken: Record<'gated' | 'plain', number[]> = { gated: [], plain: [] };
  for (let i = 0; i < RUNS; i++) {
    for (const kind of ['gated', 'plain'] as const) {
      const args = [...process.execArgv, path.join(__dirname, 'synth-app.ts'), kind, String(REPOSITORIES)];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`the ${kind} app failed: ${stderr.trim().slice(0, 500)}`);
      taken[kind].push(Number(stdout));
    }
  }
  const [gated, plain] = [median(taken.gated), median(taken.plain)];
  row(`${REPOSITORIES} repositories in stacks of 100`, seconds(gated), seconds(plain), times(gated / plain), `+ ${((gated - plain) / REPOSITORIES).toFixed(1)} ms each`);
}

/** Prints the error of a failed measurement and continues: a benchmark is not a test. */
async function section(text: string, header: string[], measure: () => Promise<void> | void): Promise<void> {
  title(text);
  row('', ...header);
  try {
    await measure();
  } catch (error) {
    note(`measurement failed: ${(error as Error).message}`);
  }
}

async function main(): Promise<void> {
  if (!existsSync(BUNDLE)) {
    note('skipped: the bundle does not exist; run `npm run bundle` first');
    return;
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-gate-'));
  const account = await Account.start(LATENCY, 0);
  try {
    const bareCalls = path.join(directory, 'bare-calls.js');
    await bundle("export { handler } from './bare-calls';", bareCalls);
    for (const content of [WARM_UP, EVEN, TAGGED]) await account.fill(content);
    const measured: Measured[] = [];
    await section(
      `Time: the bundled handler, warm; 100,000 images, 20,000 expire, ${LATENCY} ms per call, median of ${RUNS}\n`
      + '  bare: the same calls by a bare client, as parallel as possible, without processing the answers\n'
      + '  chain: only the longest chain of dependent calls; computed: the number of these calls times the latency',
      ['gate', 'bare', 'gate / bare', `goal ${RATIO_GOAL}`, 'gate / chain', 'longest chain', 'computed', 'gate / computed'],
      async () => {
        for (const content of [EVEN, TAGGED]) measured.push(...await againstBareCalls(account, bareCalls, content));
      },
    );
    await section(
      `Time: the gate (median of ${RUNS}) and a plain script with boto3's waiter and paginators (one run)`,
      ['gate', 'script', 'script / gate'],
      async () => {
        againstScript(account, measured);
        await againstWaiter();
      },
    );
    await section(
      'Memory: peak of the handler process; 100,000 images, Node.js flags of a Lambda function with 512 MB',
      ['peak', `goal ${megabytes(MEMORY_GOAL)}`, 'time per run'],
      () => memory(account, measured),
    );
    await section(
      'Startup: a Node.js process that requires a bundle and exits, median of 9',
      ['bundle', 'process', 'minus empty'],
      () => startUp(directory),
    );
    await section(
      `Synthesis: GatedRepository and ecr.Repository with the same lifecycle rules, from App to the end of synth(), median of ${RUNS}`,
      ['gated', 'plain', 'gated / plain'],
      synth,
    );
  } finally {
    account.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

void main();
