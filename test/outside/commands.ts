import { endGroup, startGroup } from './process-group';

/** A check that cannot be made on this machine, and why. It is printed, and counts as no failure. */
export class Skipped extends Error {}

export interface CommandOptions {
  readonly cwd?: string;
  /** On top of this process's own variables. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** @default 5 minutes */
  readonly timeoutSeconds?: number;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** -1 when there is no such command, or when it took too long. */
  readonly status: number;
}

/** Runs a command to its end, however it ends; this process goes on serving meanwhile. */
export function outcomeOf(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const { cwd, env, input = '', timeoutSeconds = 300 } = options;
  return new Promise((resolve) => {
    const child = startGroup(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timer = setTimeout(() => {
      stderr.push(Buffer.from(`\nstopped after ${timeoutSeconds} s`));
      endGroup(child);
    }, timeoutSeconds * 1000);
    const done = (status: number, note = '') => {
      clearTimeout(timer);
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() + note, status });
    };
    child.stdout!.on('data', (piece: Buffer) => stdout.push(piece));
    child.stderr!.on('data', (piece: Buffer) => stderr.push(piece));
    child.stdin!.on('error', () => undefined); // it may end before it has read its input
    child.stdin!.end(input);
    child.on('error', (error) => done(-1, error.message));
    child.on('close', (code) => done(code ?? -1));
  });
}

/** What a command prints. Throws with the end of what it said if it fails. */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { stdout, stderr, status } = await outcomeOf(command, args, options);
  if (status !== 0) {
    const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n');
    throw new Error(`${command} ${args.slice(0, 4).join(' ')} failed (${status}):\n${said}`);
  }
  return stdout;
}

/** The first line of what a tool says about its version, or a skip when the machine has no such tool. */
export async function versionOf(command: string, args: readonly string[] = ['--version']): Promise<string> {
  const { stdout, stderr, status } = await outcomeOf(command, args, { timeoutSeconds: 30 });
  if (status !== 0) throw new Skipped(`no ${command}`);
  return `${stdout}${stderr}`.replace(/\u001b\[[\d;]*m/g, '').trim().split('\n')[0];
}

/** Fetches from a registry. When that fails and the registry does not answer at all, the check is skipped. */
export async function fromRegistry<T>(url: string, fetching: () => Promise<T>): Promise<T> {
  try {
    return await fetching();
  } catch (error) {
    const answers = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(15_000) }).then(({ status }) => status < 500, () => false);
    if (!answers) throw new Skipped(`${new URL(url).host} does not answer`);
    throw error;
  }
}
