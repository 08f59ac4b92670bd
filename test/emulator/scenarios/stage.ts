import type { Account } from '../account';
import type { PreviewProxy } from '../preview-proxy/preview-proxy';
import type { Story } from '../story';
import type { CdkCli } from '../tools/cdk-cli';
import type { LoggedCommand } from '../tools/logged-command';

/** The tools of a scenario. */
export interface Stage {
  readonly cdk: CdkCli;
  readonly account: Account;
  readonly proxy: PreviewProxy;
  readonly story: Story;
}

export interface Scenario {
  readonly title: string;
  /** Throws if a check fails. A limitation of the emulator is reported and does not fail the scenario. */
  run(stage: Stage): Promise<void | 'limited'>;
}

export const DAY = 24 * 60 * 60 * 1000;

export function apps(name: string): string {
  return `test/emulator/apps/${name}.ts`;
}

export function checkDeployed({ story }: Stage, result: LoggedCommand): void {
  story.check(result.exitCode === 0, `the command line exits with 0 (${(result.milliseconds / 1000).toFixed(1)} s)`, result);
}

/** Prints and compares the live policy. */
export async function checkPolicy(
  { story, account }: Stage, repositoryName: string, wanted: string, claim: string, evidence?: LoggedCommand,
): Promise<void> {
  const live = await account.livePolicy(repositoryName);
  story.livePolicy(repositoryName, live);
  story.check(live === wanted, claim, evidence);
}

export async function checkStatus({ story, account }: Stage, stackName: string, wanted: string, evidence?: LoggedCommand): Promise<void> {
  const status = await account.stackStatus(stackName);
  story.check(status === wanted, `the status of stack ${stackName} is ${wanted}`, evidence);
}

/** Returns the gate's verdict on a repository, which must be on one line of the output. */
export function checkVerdict({ story }: Stage, result: LoggedCommand, repositoryName: string): string {
  story.check(result.exitCode === 1, 'the command line exits with 1', result);
  const verdict = gateLines(result).find((line) => line.startsWith(`UnexpectedExpiry: the lifecycle policy for repository "${repositoryName}"`)
    && /The whole report is in log group \S+$/.test(line)) ?? '';
  story.check(verdict !== '', 'the command line shows the gate\'s verdict on one line:', result);
  story.quote(verdict);
  return verdict;
}

/** Returns the messages of the gate in the events of a deployment, each on one line of the output. */
export function gateLines({ output }: LoggedCommand): string[] {
  return output.split('\n').flatMap((line) => /_FAILED +\| Custom::\w+ +\| \S+ \(\w+\) (.*)$/.exec(line)?.[1] ?? []);
}

export function fingerprintIn({ story }: Stage, verdict: string): string {
  const fingerprint = /approvedPreview[^"]* to "([0-9a-f]{16})"/.exec(verdict)?.[1] ?? '';
  story.check(fingerprint !== '', `the verdict contains a fingerprint: ${fingerprint}`);
  return fingerprint;
}
