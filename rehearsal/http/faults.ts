/** A fault of one call. */
export type Fault =
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  /** Breaks the connection before the operation (the default), or after it, so that only the answer is lost. */
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /** Delays the answer. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Sends this answer without running the operation. */
  | { readonly kind: 'respond'; readonly body: object; readonly status?: number }
  /** Runs code just before the operation, such as the preview of another client or a push. */
  | { readonly kind: 'meanwhile'; readonly act: () => void };

export interface FaultPlan {
  /** @default any operation */
  readonly operation?: string;
  /** The number of calls to affect. @default 1 */
  readonly times?: number;
  /** The number of calls of the operation to skip first. @default 0 */
  readonly skip?: number;
  readonly fault: Fault;
}

/** Pending faults. Each call takes the first one that matches it. */
export class Faults {
  private readonly plans: { readonly operation?: string; readonly fault: Fault; times: number; skip: number }[] = [];

  add({ operation, times = 1, skip = 0, fault }: FaultPlan): void {
    this.plans.push({ operation, times, skip, fault });
  }

  /** Removes all pending faults. */
  clear(): void {
    this.plans.length = 0;
  }

  /** The number of calls still to affect: 0 after all injected faults have happened. */
  get pending(): number {
    return this.plans.reduce((sum, { times }) => sum + times, 0);
  }

  take(operation: string): Fault | undefined {
    for (const plan of this.plans) {
      if (plan.operation !== undefined && plan.operation !== operation) continue;
      if (plan.skip > 0) {
        plan.skip--;
        continue;
      }
      if (--plan.times === 0) this.plans.splice(this.plans.indexOf(plan), 1);
      return plan.fault;
    }
    return undefined;
  }
}
