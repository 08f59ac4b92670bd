import type { Clock, Deadline } from './deadline';
import { GateError } from './errors';

/** How long a role that was just made may take to become effective. */
const PERMISSION_PATIENCE = 30_000;
const PERMISSION_DELAY = 1_000;

export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

/** Makes one call to AWS, under the rules that hold for all of them. */
export type Call = <T>(request: (options: CallOptions) => Promise<T>) => Promise<T>;

/** Calls that wait for a fresh role to be let in, and then say which permission is missing. */
export function patientCall(clock: Clock, deadline: Deadline): Call {
  return async (request) => {
    const since = clock.now();
    for (;;) {
      try {
        return await request({ abortSignal: deadline.signal });
      } catch (error) {
        if (!isAccessDenied(error)) throw error;
        if (clock.now() - since + PERMISSION_DELAY > PERMISSION_PATIENCE) {
          throw new GateError('AccessDenied', `${error.message}; allow it for the gate's role, or find out which policy denies it`, { cause: error });
        }
        await deadline.wait(PERMISSION_DELAY * (0.8 + 0.4 * clock.random()), 'waiting for permission');
      }
    }
  };
}

/** ECR and CloudFormation spell it differently. */
function isAccessDenied(error: unknown): error is Error {
  return error instanceof Error && ['AccessDeniedException', 'AccessDenied'].includes(error.name);
}
