import type { Clock, Deadline } from './deadline';
import { GateError } from './errors';

/** For how many milliseconds a call goes on trying. Over throttling and faults of the service it does until the deadline. */
export interface Patience {
  /** Over a missing permission. */
  readonly permission: number;
  /** Over a service that cannot be reached, or that breaks off. */
  readonly connection: number;
}

/** A role that was just made may take half a minute to become effective. */
const GATE_PATIENCE: Patience = { permission: 30_000, connection: Infinity };
const FIRST_DELAY = 1_000;
const MAX_DELAY = 20_000;

export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** Makes one call to AWS, under the rules that hold for all of them. */
export type Call = <T>(request: (options: CallOptions) => Promise<T>) => Promise<T>;

/**
 * Calls that go on trying where the SDK has given up: over throttling, faults of the service and lost connections until
 * the deadline, over a missing permission for as long as a fresh role may take, and then say which one is missing.
 */
export function callWithRetry(clock: Clock, deadline: Deadline, patience = GATE_PATIENCE): Call {
  return async (request) => {
    const since = clock.now();
    // What was waited since the last answer of any kind: not the time that a busy machine takes, nor that of throttling before.
    let unanswered = 0;
    for (let delay = FIRST_DELAY; ; delay = Math.min(delay * 2, MAX_DELAY)) {
      try {
        return await request({ abortSignal: deadline.signal });
      } catch (error) {
        const spread = 0.8 + 0.4 * clock.random();
        if (isConnectionError(error) && unanswered === 0) delay = FIRST_DELAY;
        unanswered = isConnectionError(error) ? unanswered + delay : 0;
        if (isAccessDenied(error)) {
          if (clock.now() - since + FIRST_DELAY > patience.permission) {
            throw new GateError('AccessDenied', `${error.message}; allow it, or find out which policy denies it`, { cause: error });
          }
          await deadline.wait(FIRST_DELAY * spread, 'waiting for permission');
        } else if (isConnectionError(error) ? unanswered <= patience.connection : isTransient(error)) {
          await deadline.wait(delay * spread, `trying again after ${nameOf(error)}`);
        } else {
          throw error;
        }
      }
    }
  };
}

/** ECR and CloudFormation spell it differently. */
function isAccessDenied(error: unknown): error is Error {
  return error instanceof Error && ['AccessDeniedException', 'AccessDenied'].includes(error.name);
}

const THROTTLED = ['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded', 'SlowDown'];
const LOST = ['TimeoutError', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'];

/** What may be better the next time. The SDK has tried many times by then. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return THROTTLED.includes(error.name) || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** No answer at all: nobody was there, or the connection broke. */
export function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return LOST.includes(error.name) || LOST.includes((error as { readonly code?: string }).code ?? '');
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
