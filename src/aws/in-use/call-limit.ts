import type { Call } from '../call';
import { GateError } from '../errors';

/** Makes at most `maxConcurrent` calls at a time. The others wait in the order in which they were made. */
export class CallLimit {
  private running = 0;
  private closed = false;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly inner: Call, private readonly maxConcurrent: number) {}

  readonly call: Call = async (request) => {
    if (this.running < this.maxConcurrent) this.running++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      if (this.closed) throw new GateError('UnknownImageUse', 'another call failed, so the images in use are unknown; try again');
      return await this.inner(request);
    } finally {
      // The next waiting call takes the place of this one.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  };

  /** Rejects all waiting and future calls, because their answers are no longer needed. */
  close(): void {
    this.closed = true;
  }
}
