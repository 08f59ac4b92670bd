import { setMaxListeners } from 'node:events';
import { GateError } from './errors';

/** Time as the gate sees it; tests bring their own. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 up to 1: spreads retries. */
  random(): number;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};

/** The moment by which the gate has answered, whatever happens: an answer that comes too late is none. */
export class Deadline {
  static in(clock: Clock, milliseconds: number): Deadline {
    return new Deadline(clock, clock.now() + milliseconds);
  }

  private readonly abort = new AbortController();

  constructor(private readonly clock: Clock, private readonly at: number) {
    // Dozens of calls listen to it at a time, on purpose.
    setMaxListeners(0, this.abort.signal);
  }

  /** Ends requests that are still under way once the deadline has passed. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get remaining(): number {
    return Math.max(0, this.at - this.clock.now());
  }

  /** Waits, but not beyond the deadline. */
  async wait(milliseconds: number, doing: string): Promise<void> {
    if (milliseconds >= this.remaining) throw this.reached(doing);
    await this.clock.sleep(milliseconds);
  }

  /** The work's outcome, or a failure once the deadline has passed. */
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
    return new GateError('ExceededDeadline', `the time was up while ${doing}; raise the gate's timeout (14 minutes at most) or try again`);
  }
}
