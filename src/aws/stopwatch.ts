import type { Clock } from './deadline';

/** Measures the phases of a run. */
export class Stopwatch {
  private last: number;
  private readonly times: Record<string, number> = {};

  constructor(private readonly clock: Clock) {
    this.last = clock.now();
  }

  /** Ends a phase and starts the next one. */
  lap(phase: string): void {
    const now = this.clock.now();
    this.times[phase] = now - this.last;
    this.last = now;
  }

  /** The milliseconds per phase. */
  get laps(): Readonly<Record<string, number>> {
    return { ...this.times };
  }
}
