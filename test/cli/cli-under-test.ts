import { ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';

/* Runs the real bundle as a process in a clean environment, without settings of the user who runs the tests. */

export const BUNDLE = path.resolve(__dirname, '../../assets/cli/ecr-lifecycle.mjs');

const SHIFTED_CLOCK = path.resolve(__dirname, '../../rehearsal/lambda/shifted-clock.cjs');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  /** Environment variables to set, or to remove if the value is undefined. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export class CliUnderTest {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'cli-'));

  /**
   * @param endpoints The `AWS_ENDPOINT_URL…` variables of the services that the command may call.
   * @param now The time at which the command runs, in milliseconds since 1970. Default: the real time.
   */
  constructor(private readonly endpoints: Readonly<Record<string, string>> = {}, private readonly now?: number) {}

  get environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.directory,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'person',
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...this.endpoints,
      ...(this.now !== undefined && { REHEARSAL_NOW: String(this.now), NODE_OPTIONS: `--require=${SHIFTED_CLOCK}` }),
    };
  }

  /** Runs a command and waits until it ends. */
  async run(args: readonly string[], { stdin = '', environment = {} }: RunOptions = {}): Promise<Finished> {
    const child = this.start(args, environment);
    child.stdin!.end(stdin);
    return finished(child);
  }

  start(args: readonly string[], environment: RunOptions['environment'] = {}): ChildProcess {
    return spawn(process.execPath, [BUNDLE, ...args], { cwd: this.directory, env: { ...this.environment, ...environment } });
  }

  async json<T>(args: readonly string[]): Promise<T> {
    const { stdout, stderr } = await this.run([...args, '--format', 'json']);
    if (stdout === '') throw new Error(`nothing on stdout: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Synthesizes an app, and returns the directory of its assembly. */
  synth(name: string, build: (app: App) => void): string {
    const app = new App({ outdir: path.join(this.directory, name), analyticsReporting: false });
    build(app);
    app.synth();
    return name;
  }

  write(file: string, content: string | object): string {
    const at = path.join(this.directory, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  read(file: string): string {
    return readFileSync(path.join(this.directory, file), 'utf8');
  }

  dispose(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function finished(child: ChildProcess): Promise<Finished> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (piece: Buffer) => { stdout += piece.toString(); });
    child.stderr!.on('data', (piece: Buffer) => { stderr += piece.toString(); });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
