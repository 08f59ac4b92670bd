/** A request that CloudFormation rejects before any resource changes; its API answers with status 400. */
export class ValidationError extends Error {
  public readonly code = 'ValidationError';

  constructor(message: string) {
    super(message);
    this.name = 'ValidationError';
  }
}

/** The failure to create, update or delete one resource. */
export class ResourceFailure extends Error {
  constructor(
    message: string,
    /** Set if a physical resource exists despite the failure; a rollback deletes it. */
    public readonly physicalId?: string,
  ) {
    super(message);
    this.name = 'ResourceFailure';
  }
}
