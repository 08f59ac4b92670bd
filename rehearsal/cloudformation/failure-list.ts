import { ResourceFailure } from './errors';

/** Requested failures: "the next create or update of this resource fails". */
export class FailureList {
  private readonly requested: Array<{ stackName: string; logicalId: string; reason: string }> = [];

  add(stackName: string, logicalId: string, reason: string): void {
    this.requested.push({ stackName, logicalId, reason });
  }

  clear(): void {
    this.requested.length = 0;
  }

  /** Returns the requested logical ids that the stack does not have, which is a mistake in the test. */
  unknownTo(stackName: string, logicalIds: ReadonlyMap<string, unknown>): string[] {
    return this.requested
      .filter((failure) => failure.stackName === stackName && !logicalIds.has(failure.logicalId))
      .map(({ logicalId }) => logicalId);
  }

  /** @throws ResourceFailure if a failure was requested; each request applies once */
  failIfRequested(stackName: string, logicalId: string): void {
    const index = this.requested.findIndex((failure) => failure.stackName === stackName && failure.logicalId === logicalId);
    if (index === -1) return;
    const [failure] = this.requested.splice(index, 1);
    throw new ResourceFailure(failure.reason);
  }
}
