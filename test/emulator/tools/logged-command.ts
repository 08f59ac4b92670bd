import { createWriteStream } from 'node:fs';
import { endGroup, startGroup } from '../../outside/process-group';

export interface LoggedCommandOptions {
  /** The complete environment; the command inherits no variables of this process. */
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** The file for the output, which is also part of the result. */
  readonly logFile: string;
  readonly cwd?: string;
}

export interface LoggedCommand {
  /** The exit code; undefined after a timeout or a signal. */
  readonly exitCode: number | undefined;
  /** stdout and stderr, interleaved. */
  readonly output: string;
  readonly milliseconds: number;
  readonly logFile: string;
}

/** Runs a command to its end. Rejects if the command does not exist. */
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
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup(child);
  }, timeoutMs);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (timedOut) output += `\ntimed out after ${timeoutMs / 1000} s\n`;
    return { exitCode: exitCode ?? undefined, output, milliseconds: performance.now() - since, logFile };
  } finally {
    clearTimeout(timer);
    log.end();
  }
}
