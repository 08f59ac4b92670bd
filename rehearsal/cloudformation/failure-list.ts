import { ResourceFailure } from './errors';

/** Failures that were ordered in advance: "the next create or update of this resource fails". */
export class FailureList {
  private readonly ordered: Array<{ stackName: string; logicalId: string; reason: string }> = [];

  add(stackName: string, logicalId: string, reason: string): void {
    this.ordered.push({ stackName, logicalId, reason });
  }

  clear(): void {
    this.ordered.length = 0;
  }

  /** Which of the ordered failures name no resource of the stack: a mistake of whoever ordered them. */
  unknownTo(stackName: string, logicalIds: ReadonlyMap<string, unknown>): string[] {
    return this.ordered
      .filter((failure) => failure.stackName === stackName && !logicalIds.has(failure.logicalId))
      .map(({ logicalId }) => logicalId);
  }

  /** @throws ResourceFailure when one was ordered; each serves once */
  strike(stackName: string, logicalId: string): void {
    const at = this.ordered.findIndex((failure) => failure.stackName === stackName && failure.logicalId === logicalId);
    if (at === -1) return;
    const [failure] = this.ordered.splice(at, 1);
    throw new ResourceFailure(failure.reason);
  }
}
