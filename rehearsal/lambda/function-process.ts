import { ChildProcess, fork } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const RUNTIME = path.join(__dirname, 'runtime.cjs');

export interface ProcessDefinition {
  readonly codeDirectory: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Returns the time that the function sees. @default the real time */
  readonly now?: () => number;
}

/** The outcome of one invocation. */
export type RunResult =
  | { readonly kind: 'answered'; readonly payload: string; readonly failed: boolean }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'exited'; readonly how: string };

interface Answer {
  readonly requestId: string;
  readonly payload: string;
  readonly failed: boolean;
}

/** A warm process of a function, which handles one invocation at a time. */
export class FunctionProcess {
  private readonly child: ChildProcess;
  private readonly closed: Promise<string>;
  private readonly endMarks = new Map<string, () => void>();
  private alive = true;

  constructor(private readonly definition: ProcessDefinition, onLogLine: (line: string) => void) {
    this.child = fork(RUNTIME, [definition.codeDirectory, definition.handler], {
      env: { ...definition.environment },
      execArgv: [], // none of the loaders and flags of this process
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.closed = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.alive = false;
        resolve(error.message);
      });
      this.child.once('close', (code, signal) => {
        this.alive = false;
        resolve(code === null ? `signal: ${signal}` : `exit status ${code}`);
      });
    });
    this.readLines('stdout', this.child.stdout!, onLogLine);
    this.readLines('stderr', this.child.stderr!, onLogLine);
  }

  get isAlive(): boolean {
    return this.alive;
  }

  async run(requestId: string, event: string, timeoutMs: number): Promise<RunResult> {
    const logComplete = Promise.all(['stdout', 'stderr'].map((stream) => this.endOfLog(stream, requestId)));
    const answered = new Promise<Answer>((resolve) => {
      const onMessage = (message: unknown): void => {
        if ((message as Answer).requestId !== requestId) return;
        this.child.off('message', onMessage);
        resolve(message as Answer);
      };
      this.child.on('message', onMessage);
    });
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<RunResult>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'timed-out' }), timeoutMs);
    });
    // A failed send means that the process has ended, which `closed` reports.
    this.child.send({ requestId, event, deadline: Date.now() + timeoutMs, clock: this.definition.now?.() }, () => undefined);
    try {
      const result = await Promise.race([
        answered.then(async ({ payload, failed }): Promise<RunResult> => {
          await logComplete;
          return { kind: 'answered', payload, failed };
        }),
        timedOut,
        this.closed.then((how): RunResult => ({ kind: 'exited', how })),
      ]);
      if (result.kind === 'timed-out') await this.kill();
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }

  private endOfLog(stream: string, requestId: string): Promise<void> {
    return new Promise((resolve) => this.endMarks.set(`${stream} \u0000end ${requestId}`, resolve));
  }

  private readLines(stream: string, readable: Readable, onLogLine: (line: string) => void): void {
    createInterface({ input: readable }).on('line', (line) => {
      // The handler may have written a line without a line break before the mark.
      const at = line.indexOf('\u0000end ');
      if (at === -1) {
        onLogLine(line);
        return;
      }
      if (at > 0) onLogLine(line.slice(0, at));
      const key = `${stream} ${line.slice(at)}`;
      this.endMarks.get(key)?.();
      this.endMarks.delete(key);
    });
  }
}
