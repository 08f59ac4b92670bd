import type { Clock } from './deadline';

/** How long the phases of a run took. */
export class Stopwatch {
  private last: number;
  private readonly times: Record<string, number> = {};

  constructor(private readonly clock: Clock) {
    this.last = clock.now();
  }

  /** Ends a phase. */
  lap(phase: string): void {
    const now = this.clock.now();
    this.times[phase] = now - this.last;
    this.last = now;
  }

  /** Milliseconds by phase. */
  get laps(): Readonly<Record<string, number>> {
    return { ...this.times };
  }
}
