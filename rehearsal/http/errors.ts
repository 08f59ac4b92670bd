/** An error that a client receives, with the code that AWS uses for it. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Further members of the error's shape. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

export function invalidParameter(member: string, constraint: string): ServiceError {
  return new ServiceError('InvalidParameterException', `Invalid parameter at '${member}' failed to satisfy constraint: '${constraint}'`);
}

/** Any other error is a bug of the stand-in: the client receives it, with its stack trace. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError('ServerException', error instanceof Error ? error.stack ?? error.message : String(error), 500);
}
