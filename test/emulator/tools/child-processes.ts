import { ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/* Every process here leads a group of its own, so that what it starts ends with it. */

export interface CommandOptions {
  /** The whole environment: nothing of the person who runs this reaches the command. */
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** Where its output goes, besides into the result. */
  readonly logFile: string;
  readonly cwd?: string;
}

export interface CommandResult {
  /** Undefined when it was ended, by the time-out or by a signal. */
  readonly exitCode: number | undefined;
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly milliseconds: number;
  readonly logFile: string;
}

const groups = new Set<ChildProcess>();

export function startGroup(command: string, args: readonly string[], options: Omit<SpawnOptions, 'detached'>): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  groups.add(child);
  child.once('exit', () => groups.delete(child));
  child.once('error', () => groups.delete(child));
  return child;
}

export function endGroup(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** At the end of this process, however it comes, all groups end. */
export function endGroupsWithThisProcess(): void {
  process.once('exit', () => groups.forEach((child) => endGroup(child)));
  for (const [signal, exitCode] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) process.once(signal, () => process.exit(exitCode));
}

/** Runs a command to its end. Rejects when there is no such command. */
export async function run(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const { environment, timeoutMs, logFile, cwd } = options;
  const log = createWriteStream(logFile);
  const since = performance.now();
  const child = startGroup(command, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'], cwd });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
      log.write(piece);
    });
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child);
  }, timeoutMs);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (late) output += `\nended after ${timeoutMs / 1000} s\n`;
    return { exitCode: exitCode ?? undefined, output, milliseconds: performance.now() - since, logFile };
  } finally {
    clearTimeout(timer);
    log.end();
  }
}
