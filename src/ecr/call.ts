import type { Clock, Deadline } from './deadline';
import { GateError } from './errors';

/** How long a role that was just made may take to become effective. */
const PERMISSION_PATIENCE = 30_000;
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 20_000;

export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** Makes one call to AWS, under the rules that hold for all of them. */
export type Call = <T>(request: (options: CallOptions) => Promise<T>) => Promise<T>;

/**
 * Calls that go on trying where the SDK has given up: over throttling, faults of the service and lost connections until
 * the deadline, over a missing permission for as long as a fresh role may take, and then say which one is missing.
 */
export function patientCall(clock: Clock, deadline: Deadline): Call {
  return async (request) => {
    const since = clock.now();
    for (let delay = FIRST_DELAY; ; delay = Math.min(delay * 2, LONGEST_DELAY)) {
      try {
        return await request({ abortSignal: deadline.signal });
      } catch (error) {
        const spread = 0.8 + 0.4 * clock.random();
        if (isAccessDenied(error)) {
          if (clock.now() - since + FIRST_DELAY > PERMISSION_PATIENCE) {
            throw new GateError('AccessDenied', `${error.message}; allow it for the gate's role, or find out which policy denies it`, { cause: error });
          }
          await deadline.wait(FIRST_DELAY * spread, 'waiting for permission');
        } else if (isPassing(error)) {
          await deadline.wait(delay * spread, `trying again after ${error.name}: ${error.message}`);
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
function isPassing(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { readonly code?: string; readonly $metadata?: { readonly httpStatusCode?: number } };
  return THROTTLED.includes(error.name) || LOST.includes(error.name) || LOST.includes(code ?? '') || ($metadata?.httpStatusCode ?? 0) >= 500;
}
