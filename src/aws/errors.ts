/**
 * An error with a stable code: the gate could not judge, or must not pass.
 *
 * The message is one clause that says what is wrong and what to do. It does not repeat the code: output for people uses
 * `String(error)`, which puts the two together, and gives `name: message` for all other errors.
 */
export class GateError extends Error {
  constructor(readonly code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'GateError';
  }

  override toString(): string {
    return `${this.code}: ${this.message}`;
  }
}
