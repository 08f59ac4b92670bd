/** What CloudFormation refuses before anything runs, and what its API answers with status 400. */
export class ValidationError extends Error {
  public readonly code = 'ValidationError';

  constructor(message: string) {
    super(message);
    this.name = 'ValidationError';
  }
}

/** One resource could not be created, updated or deleted. */
export class ResourceFailure extends Error {
  constructor(
    message: string,
    /** Set when something exists all the same, which a rollback then deletes. */
    public readonly physicalId?: string,
  ) {
    super(message);
    this.name = 'ResourceFailure';
  }
}
