import type { FunctionHost } from './function-host';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Lambda's defaults: it discards older events, and retries a failed invocation twice. */
const MAX_AGE = 6 * 60 * MINUTE;
const RETRY_DELAYS = [MINUTE, 2 * MINUTE];
const MIN_BACKOFF = SECOND;
const MAX_BACKOFF = 5 * MINUTE;

export interface AsyncEvent {
  readonly functionArn: string;
  /** Returns the payload at the time of delivery. */
  readonly payload: (waitedMs: number) => string;
  /** The time that the sender waits for the outcome. */
  readonly senderTimeoutMs: number;
}

/**
 * Lambda's queue for asynchronous invocations. Events wait while the function is throttled, and are retried if it fails.
 * The queue has its own clock, which takes no real time.
 */
export class AsyncInvocations {
  /** The number of deliveries of each event: Lambda guarantees at least one. */
  deliveries = 1;
  /** The time of the queue's clock, in milliseconds since its start. */
  private now = 0;
  private throttledUntil = 0;
  /** Events still in the queue after the timeouts of their senders. */
  private late: Array<() => Promise<void>> = [];

  constructor(private readonly functions: FunctionHost) {}

  /** Throttles all functions for this time, as if another function used the whole concurrency of the account. */
  throttle(milliseconds: number): void {
    this.throttledUntil = this.now + milliseconds;
  }

  /** Resolves when the event can have no further effect while its sender waits. */
  async deliver(event: AsyncEvent): Promise<void> {
    const sentAt = this.now;
    this.waitForCapacity(sentAt, Math.min(event.senderTimeoutMs, MAX_AGE));
    if (this.now < this.throttledUntil) {
      this.late.push(() => this.invoke(event, sentAt));
      return;
    }
    for (const late of this.late.splice(0)) await late();
    for (let i = 0; i < this.deliveries; i++) await this.invoke(event, sentAt);
  }

  private waitForCapacity(since: number, atMost: number): void {
    for (let wait = MIN_BACKOFF; this.now < this.throttledUntil; wait = Math.min(wait * 2, MAX_BACKOFF)) {
      if (this.now + wait - since > atMost) {
        this.now = since + atMost;
        return;
      }
      this.now += wait;
    }
  }

  private async invoke({ functionArn, payload }: AsyncEvent, sentAt: number): Promise<void> {
    for (const wait of [0, ...RETRY_DELAYS]) {
      if (!this.functions.find(functionArn)) return; // deleted in the meantime
      this.now += wait;
      const { functionError } = await this.functions.invoke(functionArn, payload(this.now - sentAt));
      if (functionError === undefined) return;
    }
  }
}
