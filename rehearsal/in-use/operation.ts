import type { Account } from './account';
import { ServiceError } from '../http/errors';
import { Input, JsonObject } from '../http/input';
import type { ServiceRequest } from '../http/json-server';

/** An event on a bus. */
export interface BusEvent {
  /** The ARN of the bus. */
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
}

export interface Context {
  readonly account: Account;
  /** The events on all buses, in order of arrival. */
  readonly events: BusEvent[];
  /** The maximum page size of any list, whatever the request asks for. */
  readonly pageSize: number;
}

export interface Operation {
  /** The action in the notation of IAM: `ecs:ListClusters`. */
  readonly action: string;
  /** The resources that the caller needs the permission for. @default '*', where AWS defines no resource type */
  readonly resources?: (input: Input, account: Account) => readonly string[];
  readonly serve: (input: Input, context: Context) => object;
}

export interface Routed {
  readonly operation: Operation;
  readonly input: Input;
}

/** Finds the operation of a service that a request calls, if any. */
export type Route = (request: ServiceRequest) => Routed | undefined;

export function routed(operation: Operation | undefined, json: JsonObject): Routed | undefined {
  return operation && { operation, input: new Input(json) };
}

/** Routes the protocol that names the operation in a header (`X-Amz-Target: AWSEvents.ListRules`) and has the input in the body. */
export function jsonTarget(service: string, operations: Readonly<Record<string, Operation>>): Route {
  return ({ target, body }) => (target?.startsWith(`${service}.`) ? routed(operations[target.slice(service.length + 1)], parsed(body)) : undefined);
}

/** Returns the query parameters of a REST call. */
export function queryOf({ url }: ServiceRequest): JsonObject {
  return Object.fromEntries(url.searchParams);
}

export function parsed(body: string): JsonObject {
  return JSON.parse(body === '' ? '{}' : body) as JsonObject;
}

export interface ListRequest {
  /** The list that the token belongs to; it is invalid for any other list. */
  readonly scope: string;
  readonly token: string | undefined;
  readonly atMost: number;
}

/** Returns one page of a list, and the token of the next page. */
export function pageOf<T>(list: readonly T[], { scope, token, atMost }: ListRequest): { items: T[]; nextToken?: string } {
  const from = token === undefined ? 0 : positionIn(scope, token);
  const to = from + atMost;
  return { items: list.slice(from, to), ...(to < list.length && { nextToken: Buffer.from(JSON.stringify([scope, to])).toString('base64url') }) };
}

function positionIn(scope: string, token: string): number {
  const [of, position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [string, number];
  if (of !== scope) throw new ServiceError('InvalidParameterException', 'Invalid token');
  return position;
}
