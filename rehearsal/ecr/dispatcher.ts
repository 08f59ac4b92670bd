import { accessKeyIn, Authorize, PrincipalOf, requireAuthorized } from './authorization';
import { EcrError } from './errors';
import type { Fault, Faults } from './faults';
import { Input, isObject, JsonObject } from './input';
import { OPERATIONS } from './operations';
import type { Context } from './operations/operation';

/** A call that was served, or refused. */
export interface Call {
  readonly operation: string;
  readonly input: JsonObject;
  readonly accessKeyId: string;
  /** On the simulated clock, milliseconds since 1970. */
  readonly at: number;
  /** The code of the error that it was answered with; `ConnectionReset` if the answer never came. */
  readonly error?: string;
}

export interface Request {
  /** The header `X-Amz-Target`. */
  readonly target: string | undefined;
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly errorType?: string;
  /** On top of the latency that every answer has. */
  readonly delayMs: number;
}

const TARGET = 'AmazonEC2ContainerRegistry_V20150921.';

/** The operation that the header `X-Amz-Target` names, if it is one of ECR's. */
export function ecrOperation(target: string | undefined): string | undefined {
  return target?.startsWith(TARGET) ? target.slice(TARGET.length) : undefined;
}

/** From a decoded HTTP request to an answer, or to a broken connection: faults, access, the operation, the record. */
export class Dispatcher {
  readonly calls: Call[] = [];

  constructor(
    private readonly context: Context,
    private readonly faults: Faults,
    private readonly authorize: Authorize | undefined,
    private readonly principalOf: PrincipalOf = () => undefined,
  ) {}

  dispatch({ target, authorization, body }: Request): Answer | 'reset' {
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
      const answer = errorAnswer(error, delayMs);
      record(answer.errorType);
      return answer;
    }
  }

  private serve(operation: string, accessKeyId: string | undefined, input: JsonObject | undefined): object {
    if (!Object.hasOwn(OPERATIONS, operation)) throw new EcrError('UnknownOperationException', `the operation ${JSON.stringify(operation)} is not known`);
    if (accessKeyId === undefined) throw new EcrError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    if (!input) throw new EcrError('SerializationException', 'the request body is not a JSON object');
    if (this.authorize) requireAuthorized(this.authorize, accessKeyId, operation, input, this.context.registry);
    return OPERATIONS[operation](new Input(input), { ...this.context, principalArn: this.principalOf(accessKeyId) });
  }
}

/** What a fault answers in place of the operation, if it does. */
export function faultInstead(fault: Fault | undefined): Answer | 'reset' | undefined {
  switch (fault?.kind) {
    case 'error':
      return errorAnswer(new EcrError(fault.code, fault.message ?? fault.code, fault.status), 0);
    case 'respond':
      return { status: fault.status ?? 200, body: fault.body, delayMs: 0 };
    case 'reset':
      return fault.when === 'after' ? undefined : 'reset';
    default:
      return undefined;
  }
}

function errorAnswer(error: unknown, delayMs: number): Answer {
  // What is not ours to answer is a bug of this server: the client sees it, with where it came from.
  const known = error instanceof EcrError ? error : new EcrError('ServerException', error instanceof Error ? error.stack ?? error.message : String(error), 500);
  return {
    status: known.status,
    body: { __type: known.code, message: known.message, ...known.members },
    errorType: known.code,
    delayMs,
  };
}

function parseBody(body: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(body === '' ? '{}' : body);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
