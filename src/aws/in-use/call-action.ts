import type { Call, CallOptions } from '../call';
import { GateError } from '../errors';

/** Makes a call, and names the action in the error if the call fails. The action is the one that IAM checks. */
export type CallAction = <T>(action: string, request: (options: CallOptions) => Promise<T>) => Promise<T>;

export function makeCallAction(call: Call): CallAction {
  return async (action, request) => {
    try {
      return await call(request);
    } catch (error) {
      throw actionError(action, error);
    }
  };
}

function actionError(action: string, error: unknown): GateError {
  if (!(error instanceof GateError)) {
    return new GateError('UnknownImageUse', `${action} failed with ${String(error)}, so the images in use are unknown; try again`, { cause: error });
  }
  // Not all services name the denied action.
  if (error.code !== 'AccessDenied' || error.message.includes(action)) return error;
  return new GateError('AccessDenied', `${action}: ${error.message}`, { cause: error.cause });
}

/**
 * Returns the result, or undefined if the resource was deleted after it was listed. A deleted resource does not use an image.
 *
 * @param messageStart The start of the error's message, if the name of the error stands for other problems as well.
 */
export async function unlessDeleted<T>(work: Promise<T>, errorName: string, messageStart = ''): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GateError && error.cause instanceof Error && isNamed(error.cause, errorName, messageStart)) return undefined;
    throw error;
  }
}

function isNamed({ name, message }: Error, errorName: string, messageStart: string): boolean {
  return name === errorName && message.startsWith(messageStart);
}

/** Returns a required part of an answer. Throws if it is missing: a missing list is unknown, not empty. */
export function required<T>(part: T | null | undefined, action: string, name: string): T {
  if (part === undefined || part === null) {
    throw new GateError('UnknownImageUse', `${action} answered without ${name}, so the images in use are unknown; try again`);
  }
  return part;
}

export interface Page<T> {
  readonly items: readonly T[] | undefined;
  readonly nextToken: string | undefined;
}

/** Returns the items of all pages. */
export async function allPages<T>(read: (nextToken: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items = [], nextToken } = await read(token);
    all.push(...items);
    if (nextToken && nextToken === token) {
      throw new GateError('UnknownImageUse', 'a list of image users returns the same page again and again, so the images in use are unknown; try again');
    }
    token = nextToken;
  } while (token);
  return all;
}

/** Splits a list into batches for one call each, without duplicates. */
export function batches(list: readonly string[], size: number): string[][] {
  const distinct = [...new Set(list)];
  return Array.from({ length: Math.ceil(distinct.length / size) }, (_, i) => distinct.slice(i * size, (i + 1) * size));
}

export function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
