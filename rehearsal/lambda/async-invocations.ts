import type { FunctionHost } from './function-host';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Lambda's defaults: it drops an event that is older, and repeats a failed invocation twice. */
const MAX_AGE = 6 * 60 * MINUTE;
const WAITS_AFTER_FAILURE = [MINUTE, 2 * MINUTE];
const FIRST_WAIT = SECOND;
const MAX_WAIT = 5 * MINUTE;

export interface AsyncEvent {
  readonly functionArn: string;
  /** The payload, at the moment when it is delivered. */
  readonly payload: (waitedMs: number) => string;
  /** After this long its sender no longer waits for what comes of it. */
  readonly patienceMs: number;
}

/**
 * Lambda's queue for asynchronous invocations. Events wait while the function is throttled, and are repeated when it fails.
 * All of that goes by a clock of its own, which takes no real time.
 */
export class AsyncInvocations {
  /** How often each event is delivered: Lambda promises at least once. */
  deliveries = 1;
  /** Milliseconds since the start, as the queue sees it. */
  private now = 0;
  private throttledUntil = 0;
  /** Events that outlasted their sender's patience, still in the queue. */
  private late: Array<() => Promise<void>> = [];

  constructor(private readonly functions: FunctionHost) {}

  /** The function cannot be invoked for this long, counted from now: another one has used up the account's concurrency. */
  throttle(milliseconds: number): void {
    this.throttledUntil = this.now + milliseconds;
  }

  /** Resolves when nothing more can come of the event while its sender waits. */
  async deliver(event: AsyncEvent): Promise<void> {
    const sentAt = this.now;
    this.waitForCapacity(sentAt, Math.min(event.patienceMs, MAX_AGE));
    if (this.now < this.throttledUntil) {
      this.late.push(() => this.invoke(event, sentAt));
      return;
    }
    for (const late of this.late.splice(0)) await late();
    for (let i = 0; i < this.deliveries; i++) await this.invoke(event, sentAt);
  }

  private waitForCapacity(since: number, atMost: number): void {
    for (let wait = FIRST_WAIT; this.now < this.throttledUntil; wait = Math.min(wait * 2, MAX_WAIT)) {
      if (this.now + wait - since > atMost) {
        this.now = since + atMost;
        return;
      }
      this.now += wait;
    }
  }

  private async invoke({ functionArn, payload }: AsyncEvent, sentAt: number): Promise<void> {
    for (const wait of [0, ...WAITS_AFTER_FAILURE]) {
      if (!this.functions.find(functionArn)) return; // deleted meanwhile
      this.now += wait;
      const { functionError } = await this.functions.invoke(functionArn, payload(this.now - sentAt));
      if (functionError === undefined) return;
    }
  }
}
