import { OPERATIONS } from './operations';
import type { Context } from './operations/operation';
import type { Registry } from './registry';
import { accessKeyIn, Authorize, PrincipalOf, requireAuthorized } from '../http/authorization';
import { ServiceError } from '../http/errors';
import type { Fault, Faults } from '../http/faults';
import { Input, isObject, JsonObject } from '../http/input';
import { errorAnswer, type JsonAnswer, type ServiceRequest } from '../http/json-server';

/** A call, served or rejected. */
export interface Call {
  readonly operation: string;
  readonly input: JsonObject;
  readonly accessKeyId: string;
  /** The time of the call by the simulated clock, in milliseconds since 1970. */
  readonly at: number;
  /** The code of the error in the answer; `ConnectionReset` if the connection was closed without one. */
  readonly error?: string;
}

export interface Answer extends JsonAnswer {
  /** Added to the latency of every answer. */
  readonly delayMs: number;
}

const TARGET = 'AmazonEC2ContainerRegistry_V20150921.';

/** Returns the ECR operation that the header `X-Amz-Target` names, if any. */
export function ecrOperation(target: string | undefined): string | undefined {
  return target?.startsWith(TARGET) ? target.slice(TARGET.length) : undefined;
}

/** Answers decoded requests: injects faults, checks permissions, runs the operation and records the call. */
export class Dispatcher {
  readonly calls: Call[] = [];

  constructor(
    private readonly context: Context,
    private readonly faults: Faults,
    private readonly authorize: Authorize | undefined,
    private readonly principalOf: PrincipalOf = () => undefined,
  ) {}

  dispatch({ target, authorization, body }: Pick<ServiceRequest, 'target' | 'authorization' | 'body'>): Answer | 'reset' {
    const operation = ecrOperation(target) ?? target ?? '';
    const accessKeyId = accessKeyIn(authorization);
    const input = parseBody(body);
    const fault = this.faults.take(operation);
    const record = (error?: string) => {
      this.calls.push({
        operation, input: input ?? {}, accessKeyId: accessKeyId ?? '', at: this.context.clock.now(), ...(error !== undefined && { error }),
      });
    };

    const instead = faultInstead(fault);
    if (instead) {
      record(instead === 'reset' ? 'ConnectionReset' : instead.errorType);
      return instead;
    }
    if (fault?.kind === 'meanwhile') fault.act();
    const delayMs = fault?.kind === 'delay' ? fault.ms : 0;
    try {
      const answer = this.serve(operation, accessKeyId, input);
      record(fault?.kind === 'reset' ? 'ConnectionReset' : undefined);
      return fault?.kind === 'reset' ? 'reset' : { status: 200, body: answer, delayMs };
    } catch (error) {
      const answer = { ...errorAnswer(error), delayMs };
      record(answer.errorType);
      return answer;
    }
  }

  private serve(operation: string, accessKeyId: string | undefined, input: JsonObject | undefined): object {
    if (!Object.hasOwn(OPERATIONS, operation)) throw new ServiceError('UnknownOperationException', `the operation ${JSON.stringify(operation)} is not known`);
    if (accessKeyId === undefined) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    if (!input) throw new ServiceError('SerializationException', 'the request body is not a JSON object');
    const { registry } = this.context;
    if (this.authorize) {
      const resources = resourcesOf(operation, input, registry);
      requireAuthorized(this.authorize, { accountId: registry.accountId, accessKeyId, action: `ecr:${operation}`, resources });
    }
    return OPERATIONS[operation](new Input(input), { ...this.context, principalArn: this.principalOf(accessKeyId) });
  }
}

/** Returns the answer that a fault sends instead of the operation's, if any. */
export function faultInstead(fault: Fault | undefined): Answer | 'reset' | undefined {
  switch (fault?.kind) {
    case 'error':
      return { ...errorAnswer(new ServiceError(fault.code, fault.message ?? fault.code, fault.status)), delayMs: 0 };
    case 'respond':
      return { status: fault.status ?? 200, body: fault.body, delayMs: 0 };
    case 'reset':
      return fault.when === 'after' ? undefined : 'reset';
    default:
      return undefined;
  }
}

function parseBody(body: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(body === '' ? '{}' : body);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the ARNs that the caller needs a permission for. */
function resourcesOf(operation: string, input: JsonObject, { accountId, region }: Registry): string[] {
  if (operation === 'GetAuthorizationToken') return ['*'];
  if (typeof input.resourceArn === 'string') return [input.resourceArn];
  const names: readonly unknown[] = Array.isArray(input.repositoryNames) ? input.repositoryNames : [input.repositoryName ?? '*'];
  return names.map((name) => `arn:aws:ecr:${region}:${accountId}:repository/${String(name)}`);
}
