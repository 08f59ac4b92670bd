/** Why the gate could not judge, or may not pass. The code is stable; the message is one clause with the way out. */
export class GateError extends Error {
  constructor(readonly code: string, message: string, options?: { readonly cause?: unknown }) {
    super(`${code}: ${message}`, options);
    this.name = 'GateError';
  }
}
