/** The clock of the service. It stands still between calls of `advance`, so that ages are exact. */
export class SimulatedClock {
  constructor(private current: number) {}

  /** Returns the current time in milliseconds since 1970. */
  now(): number {
    return this.current;
  }

  /** Returns the current time in the format of the core's images. */
  iso(): string {
    return new Date(this.current).toISOString();
  }

  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`time only moves forward: cannot advance by ${ms} ms`);
    this.current += ms;
  }
}
