/** The service's own clock: it stands still until somebody moves it, so that ages are exact. */
export class SimulatedClock {
  constructor(private current: number) {}

  /** Milliseconds since 1970. */
  now(): number {
    return this.current;
  }

  /** The present moment as the core's images carry it. */
  iso(): string {
    return new Date(this.current).toISOString();
  }

  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`time only moves forward: cannot advance by ${ms} ms`);
    this.current += ms;
  }
}
