import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type LoggedCommand, runLogged } from './logged-command';
import { ACCOUNT, awsEnvironment } from './ministack';

const ROOT = path.join(__dirname, '../../..');
const CLI = path.join(ROOT, 'node_modules/aws-cdk');
const TIMEOUT_MS = 240_000;

/** The context values of an app, passed with `-c`. */
export type Context = Readonly<Record<string, string>>;

/** The command line of the AWS CDK, as a user runs it. */
export class CdkCli {
  readonly version = versionOf('aws-cdk');
  private readonly environment: NodeJS.ProcessEnv;
  private runs = 0;

  constructor(endpoint: string, private readonly home: string, private readonly logs: string) {
    this.environment = {
      ...awsEnvironment(endpoint, home),
      NO_COLOR: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.dev.json'), // the examples import the library by its name
    };
  }

  bootstrap(): Promise<LoggedCommand> {
    return this.run('bootstrap', [`aws://${ACCOUNT.accountId}/${ACCOUNT.region}`]);
  }

  /** Deploys all stacks or the given ones. The `app` is a TypeScript file, relative to the root of the checkout, or an assembly directory. */
  deploy(app: string, context: Context = {}, ...stacks: string[]): Promise<LoggedCommand> {
    return this.run('deploy', [...stacks.length > 0 ? stacks : ['--all'], '--require-approval', 'never', '--progress', 'events'], app, context);
  }

  synth(app: string, context: Context = {}): Promise<LoggedCommand> {
    return this.run('synth', ['--quiet'], app, context);
  }

  destroy(app: string, context: Context = {}): Promise<LoggedCommand> {
    return this.run('destroy', ['--all', '--force'], app, context);
  }

  /** Returns the assembly directory of the last run of an app. */
  assembly(): string {
    return path.join(this.home, `cdk.out-${this.runs}`);
  }

  private run(command: string, args: readonly string[], app?: string, context: Context = {}): Promise<LoggedCommand> {
    const number = ++this.runs;
    const appArgs = app === undefined ? [] : ['--app', app.endsWith('.ts') ? `"${process.execPath}" --import tsx ${app}` : app,
      ...(app.endsWith('.ts') ? ['--output', this.assembly()] : [])];
    const contextArgs = Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const logFile = path.join(this.logs, `${String(number).padStart(2, '0')}-cdk-${command}.log`);
    return runLogged(process.execPath, [path.join(CLI, 'bin/cdk'), command, ...args, ...appArgs, ...contextArgs, '--ci', '--no-notices', '--no-version-reporting'],
      { environment: this.environment, timeoutMs: TIMEOUT_MS, logFile, cwd: ROOT });
  }
}

/** Returns the version of an installed package. */
export function versionOf(packageName: string): string {
  return (JSON.parse(readFileSync(path.join(ROOT, 'node_modules', packageName, 'package.json'), 'utf8')) as { version: string }).version;
}
