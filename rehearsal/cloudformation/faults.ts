/** Something that goes wrong with the next calls of one operation. */
export interface Fault {
  /** `DescribeStacks`, `DescribeStackResource`, or `PutResponse`: an answer on its way to CloudFormation. */
  readonly operation: string;
  /** @default 1 */
  readonly times?: number;
  /** The error's code, as `Throttling`; `ConnectionReset` breaks the connection of a `PutResponse`. Without one the call is only late. */
  readonly code?: string;
  /** @default 400 */
  readonly status?: number;
  readonly message?: string;
  /** Wait this long before the answer. */
  readonly latencyMs?: number;
}

/** Faults that wait for their calls, used up in the order in which they were added. */
export class FaultList {
  private readonly waiting: Array<{ readonly fault: Fault; left: number }> = [];

  add(fault: Fault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  take(operation: string): Fault | undefined {
    const at = this.waiting.findIndex(({ fault }) => fault.operation === operation);
    if (at === -1) return undefined;
    const entry = this.waiting[at];
    entry.left -= 1;
    if (entry.left <= 0) this.waiting.splice(at, 1);
    return entry.fault;
  }

  clear(): void {
    this.waiting.length = 0;
  }
}
