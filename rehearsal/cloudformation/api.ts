import type { FaultList } from './faults';
import type { Permissions } from './permissions';

/** A request to one of the APIs, read from HTTP and not yet looked at. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Of whoever signed the request; empty when nobody did. */
  readonly accessKeyId: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export class ApiError extends Error {
  constructor(public readonly code: string, public readonly status: number, message: string) {
    super(message);
    this.name = code;
  }
}

/** A call that the stand-in has served, in the order of arrival. */
export interface ApiCall {
  readonly service: 'cloudformation';
  readonly operation: string;
  readonly accessKeyId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The code of the error that was the answer. */
  readonly error?: string;
}

/** What all served operations have in common: they are recorded, may be late or faulty, and need a permission. */
export class CallGuard {
  public readonly calls: ApiCall[] = [];

  constructor(private readonly faults: FaultList, private readonly permissions: Permissions) {}

  async serve<T>(call: Omit<ApiCall, 'error'>, action: string, resourceArn: string, work: () => Promise<T>): Promise<T> {
    const place = this.calls.push(call) - 1;
    try {
      await this.strike(call.operation);
      if (!this.permissions.isAuthorized(call.accessKeyId, action, resourceArn)) {
        throw new ApiError(
          'AccessDenied', 403,
          `User: ${call.accessKeyId} is not authorized to perform: ${action} on resource: ${resourceArn} because no identity-based policy allows the ${action} action`,
        );
      }
      return await work();
    } catch (error) {
      this.calls[place] = { ...call, error: (error as Error).name };
      throw error;
    }
  }

  private async strike(operation: string): Promise<void> {
    const fault = this.faults.take(operation);
    if (!fault) return;
    if (fault.latencyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.latencyMs));
    if (fault.code !== undefined) throw new ApiError(fault.code, fault.status ?? 400, fault.message ?? fault.code);
  }
}
