/** Something that goes wrong with one call. */
export type Fault =
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  /** The connection breaks: by default before the operation, else after it took effect, so that only the answer is lost. */
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /** The operation is served, and answered this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** This answer instead of the operation's. */
  | { readonly kind: 'respond'; readonly body: object; readonly status?: number }
  /** Something happens just before the operation is served: another person's preview, a push. */
  | { readonly kind: 'meanwhile'; readonly act: () => void };

export interface FaultPlan {
  /** @default any operation */
  readonly operation?: string;
  /** How many calls it hits. @default 1 */
  readonly times?: number;
  /** How many calls of the operation it lets pass first. @default 0 */
  readonly skip?: number;
  readonly fault: Fault;
}

/** Faults to come: each call takes the first one that is meant for it. */
export class Faults {
  private readonly plans: { readonly operation?: string; readonly fault: Fault; times: number; skip: number }[] = [];

  add({ operation, times = 1, skip = 0, fault }: FaultPlan): void {
    this.plans.push({ operation, times, skip, fault });
  }

  /** Forgets all that have not happened yet. */
  clear(): void {
    this.plans.length = 0;
  }

  /** How many calls are still to be hit: 0 when a test used up what it injected. */
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
