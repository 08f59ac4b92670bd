import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import * as path from 'node:path';
import { endGroup, startGroup } from '../../outside/process-group';

const STARTUP_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 200;

/** The account in the emulator, which accepts any access key. */
export const ACCOUNT = {
  accountId: '000000000000',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;

/** The environment of programs that use the emulator's account, without the AWS configuration of this machine. */
export function awsEnvironment(endpoint: string, home: string): NodeJS.ProcessEnv {
  return {
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`,
    HOME: home,
    TMPDIR: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: ACCOUNT.region,
    AWS_DEFAULT_REGION: ACCOUNT.region,
    AWS_ACCESS_KEY_ID: ACCOUNT.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ACCOUNT.credentials.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

export interface MinistackOptions {
  readonly python: string;
  readonly port: number;
  /** The AWS endpoint of its Lambda functions. */
  readonly endpointForFunctions: string;
  /** An empty directory for its files. */
  readonly home: string;
  readonly logFile: string;
}

/** The emulator, on the loopback interface only. */
export class Ministack {
  static async start(options: MinistackOptions): Promise<Ministack> {
    const { python, port, endpointForFunctions, home, logFile } = options;
    const env = { ...awsEnvironment(endpointForFunctions, home), BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port) };
    const log = openSync(logFile, 'w');
    const child = startGroup(python, [path.join(__dirname, 'start_ministack.py')], { env, stdio: ['pipe', log, log] });
    closeSync(log);
    const ministack = new Ministack(child);
    await ministack.ready(`http://127.0.0.1:${port}/_ministack/health`, logFile);
    return ministack;
  }

  private constructor(private readonly child: ChildProcess) {}

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    endGroup(this.child);
    await ended;
  }

  private async ready(url: string, logFile: string): Promise<void> {
    for (let waited = 0; waited < STARTUP_TIMEOUT_MS; waited += POLL_INTERVAL_MS) {
      if (this.child.exitCode !== null) break;
      const healthy = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then((answer) => answer.ok, () => false);
      if (healthy) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    await this.stop();
    throw new Error(`the emulator did not start within ${STARTUP_TIMEOUT_MS / 1000} s; see ${logFile}`);
  }
}

/** Returns a port that was free a moment ago. Another process may take it before the emulator does. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
