import { endGroup, startGroup } from './process-group';

/** The reason that a check cannot run on this machine. It is printed and does not count as a failure. */
export class Skipped extends Error {}

export interface CommandOptions {
  readonly cwd?: string;
  /** Variables in addition to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** @default 5 minutes */
  readonly timeoutSeconds?: number;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code; -1 if the command does not exist or timed out. */
  readonly status: number;
}

/** Runs a command asynchronously. Resolves with its outcome, also if it fails. */
export function outcomeOf(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const { cwd, env, input = '', timeoutSeconds = 300 } = options;
  return new Promise((resolve) => {
    const child = startGroup(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timer = setTimeout(() => {
      stderr.push(Buffer.from(`\ntimed out after ${timeoutSeconds} s`));
      endGroup(child);
    }, timeoutSeconds * 1000);
    const done = (status: number, note = '') => {
      clearTimeout(timer);
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() + note, status });
    };
    child.stdout!.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin!.on('error', () => undefined); // the command may end before it has read its input
    child.stdin!.end(input);
    child.on('error', (error) => done(-1, error.message));
    child.on('close', (code) => done(code ?? -1));
  });
}

/** Runs a command and returns its stdout. Throws an error with the end of its output if it fails. */
export async function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { stdout, stderr, status } = await outcomeOf(command, args, options);
  if (status !== 0) {
    const output = `${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n');
    throw new Error(`${command} ${args.slice(0, 4).join(' ')} failed (${status}):\n${output}`);
  }
  return stdout;
}

/** Returns the first line of a tool's version output. Throws `Skipped` if the tool is not installed. */
export async function versionOf(command: string, args: readonly string[] = ['--version']): Promise<string> {
  const { stdout, stderr, status } = await outcomeOf(command, args, { timeoutSeconds: 30 });
  if (status !== 0) throw new Skipped(`${command} is not installed`);
  return `${stdout}${stderr}`.replace(/\u001b\[[\d;]*m/g, '').trim().split('\n')[0];
}

/** Runs code that downloads from a registry. Throws `Skipped` if it fails and the registry is unreachable. */
export async function fromRegistry<T>(url: string, download: () => Promise<T>): Promise<T> {
  try {
    return await download();
  } catch (error) {
    const answers = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(15_000) }).then(({ status }) => status < 500, () => false);
    if (!answers) throw new Skipped(`${new URL(url).host} is unreachable`);
    throw error;
  }
}
