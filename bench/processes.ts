/* The processes of the benchmarks. */
import { ChildProcess, fork } from 'node:child_process';
import * as path from 'node:path';

/** The flags that Lambda passes to Node.js for a function with 512 MB: about a tenth of the memory for young objects, the rest for old ones. */
const LAMBDA_FLAGS = ['--max-semi-space-size=25', '--max-old-space-size=461'];

/** The bucket for reports. */
export const BUCKET = 'bench-reports';

export interface Content {
  readonly repositoryName: string;
  readonly images: number;
  /** The number of images that are old enough to expire. */
  readonly expiring: number;
  /** `even`: every other image has a tag, among both the expiring and the remaining images. */
  readonly mix: 'even' | 'all tagged' | 'five tags each';
}

export interface CallCounts {
  readonly describeStacks: number;
  readonly start: number;
  /** The calls by tag status: chains of pages that can be read in parallel. */
  readonly preview: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, number>>;
}

export interface Endpoints {
  readonly ecr: string;
  readonly cloudFormation: string;
  readonly s3: string;
}

export type Request = { readonly fill: Content } | { readonly countCalls: true };

/** A simulated account: the embedded services, with latency. */
export class Account {
  static async start(latencyMs: number, previewMs: number): Promise<Account> {
    const child = fork(path.join(__dirname, 'account-process.ts'), [String(latencyMs), String(previewMs)]);
    return new Account(child, await answerOf<Endpoints>(child));
  }

  private constructor(private readonly child: ChildProcess, readonly endpoints: Endpoints) {}

  fill(content: Content): Promise<unknown> {
    return this.ask({ fill: content });
  }

  /** Returns the calls since the previous count. */
  countCalls(): Promise<CallCounts> {
    return this.ask<CallCounts>({ countCalls: true });
  }

  stop(): void {
    this.child.kill();
  }

  /** The environment of processes that call AWS: the endpoints of the account, without the AWS configuration of this machine. */
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
  /** The peak memory of the process so far. */
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
