import type { Account } from '../account';
import type { PreviewProxy } from '../preview-proxy/preview-proxy';
import type { Story } from '../story';
import type { CdkCli } from '../tools/cdk-cli';
import type { LoggedCommand } from '../tools/logged-command';

/** What a scenario plays on. */
export interface Stage {
  readonly cdk: CdkCli;
  readonly account: Account;
  readonly proxy: PreviewProxy;
  readonly story: Story;
}

export interface Scenario {
  readonly title: string;
  /** Throws when something is not as it should be; what the emulator lacks is told, and no failure. */
  play(stage: Stage): Promise<void | 'falls short'>;
}

export const DAY = 24 * 60 * 60 * 1000;

export function apps(name: string): string {
  return `test/emulator/apps/${name}.ts`;
}

export function checkDeployed({ story }: Stage, result: LoggedCommand): void {
  story.check(result.exitCode === 0, `the command line exits with 0 (${(result.milliseconds / 1000).toFixed(1)} s)`, result);
}

/** Prints the live policy, too. */
export async function checkPolicy(
  { story, account }: Stage, repositoryName: string, wanted: string, what: string, evidence?: LoggedCommand,
): Promise<void> {
  const live = await account.livePolicy(repositoryName);
  story.livePolicy(repositoryName, live);
  story.check(live === wanted, what, evidence);
}

export async function checkStatus({ story, account }: Stage, stackName: string, wanted: string, evidence?: LoggedCommand): Promise<void> {
  const status = await account.stackStatus(stackName);
  story.check(status === wanted, `the stack ${stackName} is in ${wanted}`, evidence);
}

/** The gate's verdict on a repository, which has to stand on one line of what the command line printed. */
export function checkVerdict({ story }: Stage, result: LoggedCommand, repositoryName: string): string {
  story.check(result.exitCode === 1, 'the command line exits with 1', result);
  const verdict = gateLines(result).find((line) => line.startsWith(`UnexpectedExpiry: the lifecycle policy for repository "${repositoryName}"`)
    && /The whole report is in log group \S+$/.test(line)) ?? '';
  story.check(verdict !== '', 'the command line shows the gate\'s verdict on one line:', result);
  story.quote(verdict);
  return verdict;
}

/** What the gate says in the events of a deployment, each on one line of the output. */
export function gateLines({ output }: LoggedCommand): string[] {
  return output.split('\n').flatMap((line) => /_FAILED +\| Custom::\w+ +\| \S+ \(\w+\) (.*)$/.exec(line)?.[1] ?? []);
}

export function fingerprintIn({ story }: Stage, verdict: string): string {
  const fingerprint = /set approvedPreview \([^)]*\) to "([0-9a-f]{16})"/.exec(verdict)?.[1] ?? '';
  story.check(fingerprint !== '', `it gives a fingerprint: ${fingerprint}`);
  return fingerprint;
}
