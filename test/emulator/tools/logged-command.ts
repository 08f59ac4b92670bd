import { createWriteStream } from 'node:fs';
import { endGroup, startGroup } from '../../outside/process-group';

export interface LoggedCommandOptions {
  /** The whole environment: nothing of the person who runs this reaches the command. */
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** Where its output goes, besides into the result. */
  readonly logFile: string;
  readonly cwd?: string;
}

export interface LoggedCommand {
  /** Undefined when it was ended, by the time-out or by a signal. */
  readonly exitCode: number | undefined;
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly milliseconds: number;
  readonly logFile: string;
}

/** Runs a command to its end. Rejects when there is no such command. */
export async function runLogged(command: string, args: readonly string[], options: LoggedCommandOptions): Promise<LoggedCommand> {
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
