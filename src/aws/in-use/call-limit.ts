import type { Call } from '../call';
import { GateError } from '../errors';

/** Lets only so many calls be under way at once; the others wait their turn, first come, first served. */
export class CallLimit {
  private running = 0;
  private closed = false;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly inner: Call, private readonly atMost: number) {}

  readonly call: Call = async (request) => {
    if (this.running < this.atMost) this.running++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      if (this.closed) throw new GateError('UnknownImageUse', 'another call failed already');
      return await this.inner(request);
    } finally {
      // Whoever waits takes over the place.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  };

  /** Begins no further call, also none that waits: nobody wants the answers any more. */
  close(): void {
    this.closed = true;
  }
}
