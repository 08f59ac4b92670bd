import type { Account } from './account';
import { apps, DAY, type Stage } from './scenarios/stage';
import { ScenarioFailure } from './story';
import type { Context } from './tools/cdk-cli';
import type { LoggedCommand } from './tools/logged-command';
import { median, note, row, seconds, times, title } from '../../bench/table';

const APP = apps('timed');
const IMAGES = 10;

const VARIANTS = {
  without: { gated: 'no', stackName: 'TimedWithout', repositoryName: 'timed/plain' },
  with: { gated: 'yes', stackName: 'TimedWithGate', repositoryName: 'timed/gated' },
} as const;
type Variant = keyof typeof VARIANTS;

const STEPS = ['create', 'update'] as const;
type Step = typeof STEPS[number];

/** Durations in milliseconds: of the whole command and of the stack operation. */
type Times = Record<'command' | 'stack', number>;

/** Measures the time that the gate adds to a deployment: each run deploys the same stack with and without it. */
export async function measure(stage: Stage, runs: number, previewMs: number): Promise<void> {
  stage.proxy.aheadMs = 30 * DAY;
  const assemblies = await synthesize(stage);
  const samples = { create: { without: [], with: [] }, update: { without: [], with: [] } } as Record<Step, Record<Variant, Times[]>>;
  // The first run publishes the assets and is not counted.
  for (let run = 0; run <= runs; run++) {
    for (const variant of ['without', 'with'] as const) {
      const taken = await runLifecycle(stage, variant, assemblies[variant]);
      if (run > 0) for (const step of STEPS) samples[step][variant].push(taken[step]);
    }
  }
  title(`Time that the gate adds to a deployment, ${runs} runs; a preview takes ${seconds(previewMs)} here`);
  row('', 'minimum', 'median', 'maximum', 'ratio');
  for (const step of STEPS) {
    for (const [part, words] of [['command', 'cdk deploy'], ['stack', 'the stack only']] as const) {
      const [without, gated] = (['without', 'with'] as const).map((variant) => samples[step][variant].map((taken) => taken[part]));
      row(`${step}, ${words}, without a gate`, ...range(without));
      row(`${step}, ${words}, with a gate`, ...range(gated), times(median(gated) / median(without)));
    }
  }
  note('A stack with a repository and a custom resource that depends on it, from a synthesized app.');
  note(`The update previews ${IMAGES} images. The command line polls the stack every 5 seconds.`);
}

async function synthesize({ cdk }: Stage): Promise<Record<Variant, Record<Step, string>>> {
  const assembly = async (variant: Variant, context: Context) => {
    expectSuccess(await cdk.synth(APP, { gated: VARIANTS[variant].gated, ...context }));
    return cdk.assembly();
  };
  const both = async (variant: Variant) => ({
    create: await assembly(variant, { policy: 'first' }),
    // Updates the custom resource as well.
    update: await assembly(variant, { policy: 'safe', later: 'again' }),
  });
  return { without: await both('without'), with: await both('with') };
}

/** Creates the stack, pushes images, updates and destroys it. */
async function runLifecycle({ cdk, account }: Stage, variant: Variant, assembly: Record<Step, string>): Promise<Record<Step, Times>> {
  const { stackName, repositoryName } = VARIANTS[variant];
  const deploy = async (step: Step): Promise<Times> => {
    const result = expectSuccess(await cdk.deploy(assembly[step]));
    return { command: result.milliseconds, stack: await stackTime(account, stackName, step) };
  };
  const create = await deploy('create');
  for (let i = 0; i < IMAGES; i++) await account.push(repositoryName, `pr-${i}`);
  const update = await deploy('update');
  expectSuccess(await cdk.destroy(assembly.update));
  return { create, update };
}

async function stackTime(account: Account, stackName: string, step: Step): Promise<number> {
  const prefix = step === 'create' ? 'CREATE' : 'UPDATE';
  const events = await account.stackEvents(stackName);
  const at = (status: string) => events.find((event) => event.status === status)!.at;
  return at(`${prefix}_COMPLETE`) - at(`${prefix}_IN_PROGRESS`);
}

function expectSuccess(result: LoggedCommand): LoggedCommand {
  if (result.exitCode !== 0) throw new ScenarioFailure('a timed deployment failed', result);
  return result;
}

function range(values: readonly number[]): string[] {
  return [Math.min(...values), median(values), Math.max(...values)].map(seconds);
}
