import { setTimeout as sleep } from 'node:timers/promises';
import { Account, emptyAccount } from './account';
import { ecsRoute } from './ecs';
import { eventBridgeRoute } from './eventbridge';
import { inspectorRoute } from './inspector';
import { lambdaRoute } from './lambda';
import type { BusEvent, Route } from './operation';
import { schedulerRoute } from './scheduler';
import { accessKeyIn, type Authorize, requireAuthorized } from '../http/authorization';
import { ServiceError, toServiceError } from '../http/errors';
import { Faults } from '../http/faults';
import type { JsonObject } from '../http/input';
import { errorAnswer, type JsonAnswer, jsonServer, type ServiceRequest } from '../http/json-server';

const ROUTES: readonly Route[] = [ecsRoute, eventBridgeRoute, schedulerRoute, inspectorRoute, lambdaRoute];

/** A call, served or rejected. */
export interface RuntimeCall {
  /** The action in the notation of IAM: `ecs:ListClusters`. */
  readonly action: string;
  /** The resources that the caller needed the permission for. */
  readonly resources: readonly string[];
  readonly input: JsonObject;
  readonly accessKeyId: string;
  /** The code of the error in the answer; `ConnectionReset` if the connection was closed without one. */
  readonly error?: string;
}

export interface EmbeddedRuntimesOptions {
  /** The maximum page size of any list. @default as in AWS */
  readonly pageSize?: number;
  /** The real time until each answer. @default 0 */
  readonly latencyMs?: number;
  /** @default all callers may perform all actions */
  readonly authorize?: Authorize;
}

/**
 * The services that run images, for development: one HTTP server on the loopback interface that stands in for Amazon ECS, Amazon
 * EventBridge and its Scheduler, AWS Lambda and Amazon Inspector. It serves only the operations that find the images in use.
 *
 * Faults name the action: `{ operation: 'ecs:ListClusters', … }`.
 */
export class EmbeddedRuntimes {
  static async start(options: EmbeddedRuntimesOptions = {}): Promise<EmbeddedRuntimes> {
    const runtimes = new EmbeddedRuntimes(options);
    await runtimes.server.start();
    return runtimes;
  }

  account: Account = emptyAccount();
  readonly faults = new Faults();
  /** All calls so far, in order of arrival. */
  readonly calls: RuntimeCall[] = [];
  /** The events on all buses, in order of arrival. */
  readonly events: BusEvent[] = [];
  /** The maximum number of calls that were in progress at once. */
  busiest = 0;
  pageSize: number;
  latencyMs: number;
  private inProgress = 0;
  private readonly authorize: Authorize;
  private readonly server = jsonServer((request) => this.answer(request));

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

  private async answer(request: ServiceRequest): Promise<JsonAnswer | 'reset'> {
    this.busiest = Math.max(this.busiest, ++this.inProgress);
    try {
      if (this.latencyMs > 0) await sleep(this.latencyMs);
      return await this.dispatch(request);
    } finally {
      this.inProgress--;
    }
  }

  private async dispatch(request: ServiceRequest): Promise<JsonAnswer | 'reset'> {
    const [routed] = ROUTES.map((route) => route(request)).filter((found) => found !== undefined);
    if (!routed) return answerWith(new ServiceError('UnknownOperationException', `${request.method} ${request.url.pathname} is not supported by the stand-in`, 404));
    const { operation, input } = routed;
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
      return 'reset';
    }
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'meanwhile') fault.act();
    try {
      if (fault?.kind === 'error') throw new ServiceError(fault.code, fault.message ?? fault.code, fault.status);
      requireAuthorized(this.authorize, { accountId: this.account.accountId, accessKeyId, action, resources }, 403);
      const body = operation.serve(input, { account: this.account, events: this.events, pageSize: this.pageSize });
      record(fault?.kind === 'reset' ? 'ConnectionReset' : undefined);
      return fault?.kind === 'reset' ? 'reset' : { status: 200, body };
    } catch (error) {
      const answer = answerWith(error);
      record(answer.errorType);
      return answer;
    }
  }
}

/** Some of these services name the member `Message`. */
function answerWith(error: unknown): JsonAnswer {
  const answer = errorAnswer(error);
  return { ...answer, body: { ...answer.body, Message: toServiceError(error).message } };
}
