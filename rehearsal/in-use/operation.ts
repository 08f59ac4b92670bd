import type { Account } from './account';
import type { Request } from './server';
import { EcrError } from '../ecr/errors';
import { Input, JsonObject } from '../ecr/input';

export interface Context {
  readonly account: Account;
  /** The most that a list gives a page, whatever it is asked for. */
  readonly pageSize: number;
}

export interface Operation {
  /** As IAM names it. */
  readonly action: string;
  /** What the caller must be allowed it on. @default '*', where AWS defines no resource */
  readonly resources?: (input: Input, account: Account) => readonly string[];
  readonly serve: (input: Input, context: Context) => object;
}

export interface Routed {
  readonly operation: Operation;
  readonly input: Input;
}

/** The operation of one service that a request means; undefined if it means none. */
export type Route = (request: Request) => Routed | undefined;

export function routed(operation: Operation | undefined, json: JsonObject): Routed | undefined {
  return operation && { operation, input: new Input(json) };
}

/** The protocol with the operation in a header, `X-Amz-Target: AWSEvents.ListRules`, and the input in the body. */
export function jsonTarget(service: string, operations: Readonly<Record<string, Operation>>): Route {
  return ({ target, body }) => (target?.startsWith(`${service}.`) ? routed(operations[target.slice(service.length + 1)], parsed(body)) : undefined);
}

/** The input of a REST call by GET: path and query. */
export function queryOf({ url }: Request): JsonObject {
  return Object.fromEntries(url.searchParams);
}

export function parsed(body: string): JsonObject {
  return JSON.parse(body === '' ? '{}' : body) as JsonObject;
}

export interface ListRequest {
  /** What the token is for: it is good for nothing else. */
  readonly scope: string;
  readonly token: string | undefined;
  readonly atMost: number;
}

/** One page of a list, and the token of the next. */
export function pageOf<T>(list: readonly T[], { scope, token, atMost }: ListRequest): { items: T[]; nextToken?: string } {
  const from = token === undefined ? 0 : positionIn(scope, token);
  const to = from + atMost;
  return { items: list.slice(from, to), ...(to < list.length && { nextToken: Buffer.from(JSON.stringify([scope, to])).toString('base64url') }) };
}

function positionIn(scope: string, token: string): number {
  const [of, position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [string, number];
  if (of !== scope) throw new EcrError('InvalidParameterException', 'Invalid token');
  return position;
}
