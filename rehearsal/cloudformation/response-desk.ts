/** Accepts the responses of custom resources: one pending response per request. */
export class ResponseDesk {
  private readonly waiting = new Map<string, (body: string | undefined) => void>();

  /** Resolves with the body of the first response, or with undefined after the timeout. */
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

  /** Stops waiting for a response that can no longer arrive. */
  cancel(requestId: string): void {
    this.settle(requestId, undefined);
  }

  /** Accepts and ignores late or repeated responses, as a presigned URL does. */
  put(requestId: string, body: string): void {
    this.settle(requestId, body);
  }

  /** Ends all waits, because the functions are about to stop. */
  cancelAll(): void {
    [...this.waiting.values()].forEach((settle) => settle(''));
  }

  private settle(requestId: string, body: string | undefined): void {
    this.waiting.get(requestId)?.(body);
  }
}
