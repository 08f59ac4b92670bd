/** Where the functions behind custom resources put their answers: one pending place a request. */
export class ResponseDesk {
  private readonly waiting = new Map<string, (body: string | undefined) => void>();

  /** Resolves with the first body that is put, or with undefined when the time is over. */
  expect(requestId: string, timeoutMs: number): Promise<string | undefined> {
    return new Promise((resolve) => {
      const settle = (body: string | undefined): void => {
        clearTimeout(timer);
        this.waiting.delete(requestId);
        resolve(body);
      };
      const timer = setTimeout(() => settle(undefined), timeoutMs);
      this.waiting.set(requestId, settle);
    });
  }

  /** Nothing will come any more. */
  giveUp(requestId: string): void {
    this.settle(requestId, undefined);
  }

  /** A late or repeated answer is taken and ignored, as a presigned URL does. */
  put(requestId: string, body: string): void {
    this.settle(requestId, body);
  }

  /** Nobody will answer any more. */
  abandon(): void {
    [...this.waiting.values()].forEach((settle) => settle(''));
  }

  private settle(requestId: string, body: string | undefined): void {
    this.waiting.get(requestId)?.(body);
  }
}
