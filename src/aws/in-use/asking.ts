import type { Call, CallOptions } from '../call';
import { GateError } from '../errors';

/** Makes a call and says of every failure which action failed, as IAM names it. */
export type Ask = <T>(action: string, request: (options: CallOptions) => Promise<T>) => Promise<T>;

export function asking(call: Call): Ask {
  return async (action, request) => {
    try {
      return await call(request);
    } catch (error) {
      throw failureOf(action, error);
    }
  };
}

function failureOf(action: string, error: unknown): GateError {
  if (!(error instanceof GateError)) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return new GateError('UnknownImageUse', `${action} failed with ${what}; without it nobody knows what is in use: try again`, { cause: error });
  }
  // Not every service names the action that it denies.
  if (error.code !== 'AccessDenied' || error.message.includes(action)) return error;
  return new GateError('AccessDenied', `${action}: ${error.message.slice(`${error.code}: `.length)}`, { cause: error.cause });
}

/**
 * What was asked for, or undefined when it has gone since it was listed: then it uses nothing.
 *
 * @param message the start of the error's message, where the name of the error stands for other problems as well
 */
export async function unlessGone<T>(work: Promise<T>, errorName: string, message = ''): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GateError && error.cause instanceof Error && isNamed(error.cause, errorName, message)) return undefined;
    throw error;
  }
}

function isNamed({ name, message }: Error, errorName: string, start: string): boolean {
  return name === errorName && message.startsWith(start);
}

/** A part of an answer that must be there: an answer without it is unknown, not empty. */
export function present<T>(part: T | null | undefined, action: string, name: string): T {
  if (part === undefined || part === null) {
    throw new GateError('UnknownImageUse', `${action} answered without ${name}, so it is not known what is in use; try again`);
  }
  return part;
}

export interface Page<T> {
  readonly items: readonly T[] | undefined;
  readonly nextToken: string | undefined;
}

/** Everything on all pages. */
export async function allPages<T>(read: (nextToken: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items = [], nextToken } = await read(token);
    all.push(...items);
    if (nextToken && nextToken === token) {
      throw new GateError('UnknownImageUse', 'a list of what is in use comes back to the same page again and again; try again');
    }
    token = nextToken;
  } while (token);
  return all;
}

/** The list in pieces that one call takes, nothing twice. */
export function batches(list: readonly string[], size: number): string[][] {
  const distinct = [...new Set(list)];
  return Array.from({ length: Math.ceil(distinct.length / size) }, (_, i) => distinct.slice(i * size, (i + 1) * size));
}

export function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
