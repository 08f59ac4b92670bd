import { FunctionProcess, type RunResult } from './function-process';

export interface FunctionDefinition {
  /** The physical name, which is also the access key id of the function's calls. */
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly codeDirectory: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly logGroupName: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface Invocation {
  readonly requestId: string;
  /** The result of the handler or Lambda's description of the error, as JSON. */
  readonly payload: string;
  readonly functionError?: 'Unhandled';
}

export interface FunctionHostOptions {
  readonly region: string;
  /** Additional environment variables of all functions, such as the endpoints of the services. */
  readonly environment: Readonly<Record<string, string>>;
  /** An upper limit of the timeout of each function. */
  readonly timeoutLimitMs?: number;
  readonly nextRequestId: () => string;
  /** Returns the time that functions see. @default the real time */
  readonly now?: () => number;
  /**
   * True if a process outlives its function and serves the next one with the same name and code, with the variables of the
   * first one. Lambda does not do this; it saves the cold starts of many short-lived stacks.
   */
  readonly keepsProcesses?: boolean;
}

interface Deployed {
  readonly definition: FunctionDefinition;
  readonly idle: FunctionProcess[];
  readonly busy: Set<FunctionProcess>;
}

/**
 * Runs functions as Lambda does: processes stay warm, each handles one invocation at a time, and a concurrent invocation
 * starts another process.
 */
export class FunctionHost {
  private readonly deployed = new Map<string, Deployed>();
  private readonly logLines = new Map<string, string[]>();
  private readonly processes = new Set<FunctionProcess>();
  private readonly kept = new Map<string, FunctionProcess[]>();

  constructor(private readonly options: FunctionHostOptions) {}

  /** Creates a function, or updates its code and configuration. The next invocation is a cold start. */
  async deploy(definition: FunctionDefinition): Promise<void> {
    const former = this.deployed.get(definition.name);
    this.deployed.set(definition.name, { definition, idle: [], busy: new Set() });
    if (former) await this.retire(former);
  }

  async remove(name: string): Promise<void> {
    const former = this.deployed.get(name);
    this.deployed.delete(name);
    if (former) await this.retire(former);
  }

  /** Finds a function by name, ARN, or ARN with a qualifier. */
  find(nameOrArn: string): FunctionDefinition | undefined {
    return this.deployed.get(functionName(nameOrArn))?.definition;
  }

  /** Returns the log of a function, also after the function is removed. */
  logs(name: string): readonly string[] {
    return [...(this.logLines.get(name) ?? [])];
  }

  async invoke(nameOrArn: string, event: string): Promise<Invocation> {
    const target = this.deployed.get(functionName(nameOrArn));
    if (!target) throw new Error(`Function not found: ${nameOrArn}`);
    const requestId = this.options.nextRequestId();
    const timeoutMs = this.timeoutMs(target.definition);
    const sandbox = this.takeIdle(target) ?? this.start(target.definition);
    target.busy.add(sandbox);
    const result = await sandbox.run(requestId, event, timeoutMs);
    target.busy.delete(sandbox);
    const isCurrent = this.deployed.get(target.definition.name) === target;
    if (!sandbox.isAlive) this.processes.delete(sandbox);
    else if (isCurrent) target.idle.push(sandbox);
    else await this.endWith(target, [sandbox]);
    return toInvocation(requestId, result, timeoutMs);
  }

  async stop(): Promise<void> {
    this.deployed.clear();
    await Promise.all([...this.processes].map((sandbox) => this.kill(sandbox)));
  }

  private takeIdle(target: Deployed): FunctionProcess | undefined {
    const kept = this.keptFor(target.definition);
    for (let candidate = target.idle.pop() ?? kept.pop(); candidate; candidate = target.idle.pop() ?? kept.pop()) {
      if (candidate.isAlive) return candidate;
      this.processes.delete(candidate);
    }
    return undefined;
  }

  /** Ends idle processes immediately. A busy process ends after its invocation, as in Lambda. */
  private async retire(former: Deployed): Promise<void> {
    await this.endWith(former, former.idle.splice(0));
  }

  private async endWith({ definition }: Deployed, idle: readonly FunctionProcess[]): Promise<void> {
    if (this.options.keepsProcesses) this.keptFor(definition).push(...idle);
    else await Promise.all(idle.map((sandbox) => this.kill(sandbox)));
  }

  private keptFor({ name, codeDirectory, handler }: FunctionDefinition): FunctionProcess[] {
    const key = JSON.stringify([name, codeDirectory, handler]);
    const kept = this.kept.get(key) ?? [];
    this.kept.set(key, kept);
    return kept;
  }

  private async kill(sandbox: FunctionProcess): Promise<void> {
    this.processes.delete(sandbox);
    await sandbox.kill();
  }

  private start(definition: FunctionDefinition): FunctionProcess {
    const lines = this.logLines.get(definition.name) ?? [];
    this.logLines.set(definition.name, lines);
    const sandbox = new FunctionProcess({
      codeDirectory: definition.codeDirectory,
      handler: definition.handler,
      environment: this.environmentOf(definition),
      now: this.options.now,
    }, (line) => lines.push(line));
    this.processes.add(sandbox);
    return sandbox;
  }

  private environmentOf(definition: FunctionDefinition): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      TZ: ':UTC',
      // No AWS configuration of this machine: no profile, no instance role.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      // The warning does not apply to Lambda's Node.js, but would appear in every log here.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_REGION: this.options.region,
      AWS_DEFAULT_REGION: this.options.region,
      AWS_ACCESS_KEY_ID: definition.name,
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      AWS_LAMBDA_FUNCTION_NAME: definition.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroupName,
      AWS_LAMBDA_LOG_STREAM_NAME: 'rehearsal',
      REHEARSAL_FUNCTION_ARN: definition.arn,
      ...this.options.environment,
      ...definition.variables,
    };
  }

  private timeoutMs(definition: FunctionDefinition): number {
    return Math.min(definition.timeoutSeconds * 1000, this.options.timeoutLimitMs ?? Infinity);
  }
}

function functionName(nameOrArn: string): string {
  const arn = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(nameOrArn);
  return arn ? arn[1] : nameOrArn.split(':')[0];
}

function toInvocation(requestId: string, result: RunResult, timeoutMs: number): Invocation {
  switch (result.kind) {
    case 'answered':
      return { requestId, payload: result.payload, ...(result.failed && { functionError: 'Unhandled' }) };
    case 'timed-out': {
      const errorMessage = `${requestId} Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      return { requestId, payload: JSON.stringify({ errorMessage }), functionError: 'Unhandled' };
    }
    case 'exited': {
      const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${result.how}`;
      return { requestId, payload: JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }), functionError: 'Unhandled' };
    }
  }
}
