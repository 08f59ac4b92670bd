import type { Clock, Deadline } from './deadline';
import { GateError } from './errors';

/** The milliseconds for which a call is retried. Throttling and faults of the service are retried until the deadline. */
export interface Patience {
  /** After a missing permission. */
  readonly permission: number;
  /** After a lost connection, or if the service cannot be reached. */
  readonly connection: number;
}

/** A new role may take half a minute to become effective. */
const GATE_PATIENCE: Patience = { permission: 30_000, connection: Infinity };
const FIRST_DELAY = 1_000;
const MAX_DELAY = 20_000;

export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** Makes one call to AWS, with the retries that all calls share. */
export type Call = <T>(request: (options: CallOptions) => Promise<T>) => Promise<T>;

/**
 * Returns calls that continue to retry after the SDK has given up: until the deadline after throttling, a fault of the service
 * or a lost connection, and for as long as a new role may take after a missing permission. Then the error names the permission.
 */
export function callWithRetry(clock: Clock, deadline: Deadline, patience = GATE_PATIENCE): Call {
  return async (request) => {
    const since = clock.now();
    // The total delay since the last answer of any kind. It excludes the time of a busy machine, and of throttling before.
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
            throw new GateError('AccessDenied', `${error.message}; allow it, or find the policy that denies it`, { cause: error });
          }
          await deadline.wait(FIRST_DELAY * spread, 'waiting for permission');
        } else if (isConnectionError(error) ? unanswered <= patience.connection : isTransient(error)) {
          await deadline.wait(delay * spread, `retrying after ${String(error)}`);
        } else {
          throw error;
        }
      }
    }
  };
}

/** ECR and CloudFormation use different names for this error. */
function isAccessDenied(error: unknown): error is Error {
  return error instanceof Error && ['AccessDeniedException', 'AccessDenied'].includes(error.name);
}

const THROTTLED = ['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded', 'SlowDown'];
const LOST = ['TimeoutError', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'];

/** True if the next attempt may succeed. The SDK has made many attempts by then. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return THROTTLED.includes(error.name) || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** True if there was no answer: the connection was refused, or it broke. */
export function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return LOST.includes(error.name) || LOST.includes((error as { readonly code?: string }).code ?? '');
}
