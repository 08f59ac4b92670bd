/** A fault of the next calls of one operation. */
export interface Fault {
  /** `DescribeStacks`, `DescribeStackResource`, or `PutResponse` (the response of a custom resource). */
  readonly operation: string;
  /** @default 1 */
  readonly times?: number;
  /** The code of the error, such as `Throttling`; `ConnectionReset` breaks the connection of a `PutResponse`. Without a code, the call is only delayed. */
  readonly code?: string;
  /** @default 400 */
  readonly status?: number;
  readonly message?: string;
  /** The delay of the answer. */
  readonly latencyMs?: number;
}

/** Pending faults, used in the order in which they were added. */
export class FaultList {
  private readonly pending: Array<{ readonly fault: Fault; left: number }> = [];

  add(fault: Fault): void {
    this.pending.push({ fault, left: fault.times ?? 1 });
  }

  take(operation: string): Fault | undefined {
    const index = this.pending.findIndex(({ fault }) => fault.operation === operation);
    if (index === -1) return undefined;
    const entry = this.pending[index];
    entry.left -= 1;
    if (entry.left <= 0) this.pending.splice(index, 1);
    return entry.fault;
  }

  clear(): void {
    this.pending.length = 0;
  }
}
