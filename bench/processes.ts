/* The processes that the bench of the gate talks to. */
import { ChildProcess, fork } from 'node:child_process';
import * as path from 'node:path';
import type { CallCounts, Content, Endpoints, Request } from './account-process';

/** Lambda gives Node.js a tenth of a function's memory for young objects and the rest for old ones; the gate has 512 MB. */
const LAMBDA_FLAGS = ['--max-semi-space-size=25', '--max-old-space-size=461'];

/** The bucket that reports are stored in. */
export const BUCKET = 'bench-reports';

/** The account: an embedded ECR with latency. */
export class Account {
  static async start(latencyMs: number, previewMs: number): Promise<Account> {
    const child = fork(path.join(__dirname, 'account-process.ts'), [String(latencyMs), String(previewMs)]);
    return new Account(child, await answerOf<Endpoints>(child));
  }

  private constructor(private readonly child: ChildProcess, readonly endpoints: Endpoints) {}

  fill(content: Content): Promise<unknown> {
    return this.ask({ fill: content });
  }

  /** Since the last time. */
  countCalls(): Promise<CallCounts> {
    return this.ask<CallCounts>({ countCalls: true });
  }

  stop(): void {
    this.child.kill();
  }

  /** For everything that calls AWS: the account's endpoints, and nothing of the person who runs the bench. */
  get environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      AWS_ENDPOINT_URL_ECR: this.endpoints.ecr,
      AWS_ENDPOINT_URL_CLOUDFORMATION: this.endpoints.cloudFormation,
      AWS_ENDPOINT_URL_S3: this.endpoints.s3,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
  }

  private ask<T>(request: Request): Promise<T> {
    this.child.send(request);
    return answerOf<T>(this.child);
  }
}

export interface Run {
  readonly milliseconds: number;
  /** The most memory that the process has had so far. */
  readonly peakBytes: number;
  readonly result: unknown;
}

/** A warm process of one bundled function. */
export class Sandbox {
  private readonly child: ChildProcess;

  constructor(bundle: string, account: Account) {
    this.child = fork(path.join(__dirname, 'runner.cjs'), [bundle], {
      env: account.environment, execArgv: LAMBDA_FLAGS, stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  async invoke(event: object): Promise<Run> {
    this.child.send(event);
    const answer = await answerOf<Run & { readonly error?: string }>(this.child);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  stop(): void {
    this.child.kill();
  }
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null, signal: string | null) => reject(new Error(`the process ended: ${signal ?? code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T);
    });
  });
}
