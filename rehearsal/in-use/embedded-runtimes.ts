import { setTimeout as sleep } from 'node:timers/promises';
import { Account, emptyAccount } from './account';
import { ecsRoute } from './ecs';
import { eventBridgeRoute } from './eventbridge';
import { inspectorRoute } from './inspector';
import { lambdaRoute } from './lambda';
import type { Route } from './operation';
import { schedulerRoute } from './scheduler';
import { Answer, httpServer, Request } from './server';
import { accessKeyIn, Authorize } from '../ecr/authorization';
import { EcrError } from '../ecr/errors';
import { Faults } from '../ecr/faults';
import type { JsonObject } from '../ecr/input';

const ROUTES: readonly Route[] = [ecsRoute, eventBridgeRoute, schedulerRoute, inspectorRoute, lambdaRoute];

/** A call that was served, or refused. */
export interface RuntimeCall {
  /** As IAM names it: `ecs:ListClusters`. */
  readonly action: string;
  /** What the caller had to be allowed it on. */
  readonly resources: readonly string[];
  readonly input: JsonObject;
  readonly accessKeyId: string;
  /** The code of the error that it was answered with; `ConnectionReset` if the answer never came. */
  readonly error?: string;
}

export interface EmbeddedRuntimesOptions {
  /** The most that any list gives a page. @default as many as in AWS */
  readonly pageSize?: number;
  /** How long each answer takes, in real time. @default 0 */
  readonly latencyMs?: number;
  /** @default everybody may do everything */
  readonly authorize?: Authorize;
}

/**
 * What runs images, for development: an HTTP server on the loopback interface that the AWS SDKs take for Amazon ECS, Amazon
 * EventBridge and its Scheduler, AWS Lambda and Amazon Inspector at once. It knows only what is asked to find out which images are in use.
 *
 * Faults are named by the action: `{ operation: 'ecs:ListClusters', … }`.
 */
export class EmbeddedRuntimes {
  static async start(options: EmbeddedRuntimesOptions = {}): Promise<EmbeddedRuntimes> {
    const runtimes = new EmbeddedRuntimes(options);
    await runtimes.server.start();
    return runtimes;
  }

  account: Account = emptyAccount();
  readonly faults = new Faults();
  /** Every call so far, in the order of arrival. */
  readonly calls: RuntimeCall[] = [];
  /** The most calls that were ever under way at once. */
  busiest = 0;
  pageSize: number;
  latencyMs: number;
  private underWay = 0;
  private readonly authorize: Authorize;
  private readonly server = httpServer((request) => this.answer(request));

  private constructor({ pageSize = Infinity, latencyMs = 0, authorize = () => true }: EmbeddedRuntimesOptions) {
    this.pageSize = pageSize;
    this.latencyMs = latencyMs;
    this.authorize = authorize;
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async answer(request: Request): Promise<Answer | undefined> {
    this.busiest = Math.max(this.busiest, ++this.underWay);
    try {
      if (this.latencyMs > 0) await sleep(this.latencyMs);
      return await this.dispatch(request);
    } finally {
      this.underWay--;
    }
  }

  /** Undefined: the connection breaks. */
  private async dispatch(request: Request): Promise<Answer | undefined> {
    const [meant] = ROUTES.map((route) => route(request)).filter((found) => found !== undefined);
    if (!meant) return errorAnswer(new EcrError('UnknownOperationException', `${request.method} ${request.url.pathname} is not known here`, 404));
    const { operation, input } = meant;
    const { action } = operation;
    const accessKeyId = accessKeyIn(request.authorization) ?? '';
    const resources = operation.resources?.(input, this.account) ?? ['*'];
    const record = (error?: string) => {
      this.calls.push({ action, resources, input: input.json, accessKeyId, ...(error !== undefined && { error }) });
    };

    const fault = this.faults.take(action);
    if (fault?.kind === 'respond') {
      record();
      return { status: fault.status ?? 200, body: fault.body };
    }
    if (fault?.kind === 'reset' && fault.when !== 'after') {
      record('ConnectionReset');
      return undefined;
    }
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'meanwhile') fault.act();
    try {
      if (fault?.kind === 'error') throw new EcrError(fault.code, fault.message ?? fault.code, fault.status);
      this.requireAuthorized(accessKeyId, action, resources);
      const body = operation.serve(input, { account: this.account, pageSize: this.pageSize });
      record(fault?.kind === 'reset' ? 'ConnectionReset' : undefined);
      return fault?.kind === 'reset' ? undefined : { status: 200, body };
    } catch (error) {
      const answer = errorAnswer(error);
      record(answer.errorType);
      return answer;
    }
  }

  private requireAuthorized(accessKeyId: string, action: string, resources: readonly string[]): void {
    const refused = resources.find((resource) => !this.authorize(accessKeyId, action, resource));
    if (refused === undefined) return;
    throw new EcrError(
      'AccessDeniedException',
      `User: arn:aws:sts::${this.account.accountId}:assumed-role/${accessKeyId} is not authorized to perform: ${action} ` +
      `on resource: ${refused} because no identity-based policy allows the ${action} action`,
      403,
    );
  }
}

function errorAnswer(error: unknown): Answer & { readonly errorType: string } {
  // What is not ours to answer is a bug of this server: the client sees it, with where it came from.
  const { code, message, status } = error instanceof EcrError
    ? error
    : new EcrError('ServerException', error instanceof Error ? error.stack ?? error.message : String(error), 500);
  return { status, body: { __type: code, message, Message: message }, errorType: code };
}
