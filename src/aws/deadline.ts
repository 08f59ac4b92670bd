import { setMaxListeners } from 'node:events';
import { GateError } from './errors';

/** The time of a gate. Tests replace it. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Returns a number from 0 (inclusive) to 1 (exclusive), which spreads retries. */
  random(): number;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

/** The moment by which the gate must have answered. CloudFormation ignores a later answer. */
export class Deadline {
  static in(clock: Clock, milliseconds: number): Deadline {
    return new Deadline(clock, clock.now() + milliseconds);
  }

  private readonly abort = new AbortController();

  constructor(private readonly clock: Clock, private readonly at: number) {
    // Dozens of calls listen to the signal at a time, on purpose.
    setMaxListeners(0, this.abort.signal);
  }

  /** Aborts the requests that are still in progress when the deadline has passed. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get remaining(): number {
    return Math.max(0, this.at - this.clock.now());
  }

  /** Waits. Throws at once if the wait would end after the deadline. */
  async wait(milliseconds: number, doing: string): Promise<void> {
    if (milliseconds >= this.remaining) throw this.reached(doing);
    await this.clock.sleep(milliseconds);
  }

  /** Returns the result of the work. Throws when the deadline passes. */
  async withTimeout<T>(work: Promise<T>, doing: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.reached(doing)), this.remaining);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private reached(doing: string): GateError {
    this.abort.abort();
    return new GateError('ExceededDeadline', `timed out while ${doing}; raise the gate's timeout (14 minutes at most) or try again`);
  }
}
