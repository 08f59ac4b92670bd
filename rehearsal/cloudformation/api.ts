import type { FaultList } from './faults';
import type { Permissions } from './permissions';
import { ServiceError } from '../http/errors';

/** A request to the API, as read from HTTP. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The access key of the signature; empty if the request is not signed. */
  readonly accessKeyId: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A call, served or rejected. */
export interface ApiCall {
  readonly service: 'cloudformation';
  readonly operation: string;
  readonly accessKeyId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The code of the error in the answer. */
  readonly error?: string;
}

/** Records each call, injects its fault, and checks the caller's permission. */
export class CallGuard {
  public readonly calls: ApiCall[] = [];

  constructor(private readonly faults: FaultList, private readonly permissions: Permissions) {}

  async serve<T>(call: Omit<ApiCall, 'error'>, action: string, resourceArn: string, work: () => Promise<T>): Promise<T> {
    const index = this.calls.push(call) - 1;
    try {
      await this.injectFault(call.operation);
      if (!this.permissions.isAuthorized(call.accessKeyId, action, resourceArn)) {
        throw new ServiceError(
          'AccessDenied',
          `User: ${call.accessKeyId} is not authorized to perform: ${action} on resource: ${resourceArn} because no identity-based policy allows the ${action} action`,
          403,
        );
      }
      return await work();
    } catch (error) {
      this.calls[index] = { ...call, error: (error as Error).name };
      throw error;
    }
  }

  private async injectFault(operation: string): Promise<void> {
    const fault = this.faults.take(operation);
    if (!fault) return;
    if (fault.latencyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.latencyMs));
    if (fault.code !== undefined) throw new ServiceError(fault.code, fault.message ?? fault.code, fault.status);
  }
}
