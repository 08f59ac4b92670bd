import { UNKNOWN } from './known-text';
import { isObject } from '../text/json';

/** A statement in the JSON of a policy. Every value can also be a list. */
export interface PolicyStatementJson {
  readonly Sid?: unknown;
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** A text in a statement, with its path: `Principal.AWS[1]`. */
export interface Entry {
  readonly at: string;
  readonly text: string;
}

/** One entry of a condition: `StringEquals`, `aws:PrincipalOrgID` and the values. */
export interface ConditionEntry {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Entry[];
}

/** Returns the texts of a value that is text or a list of texts. IAM treats booleans and numbers as text. */
export function entriesOf(value: unknown, at: string): Entry[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => entriesOf(item, `${at}[${i}]`));
  const isText = typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
  return isText ? [{ at, text: String(value) }] : [];
}

/** Returns the AWS principals of a `Principal` or `NotPrincipal`: accounts, ARNs, `*`. */
export function awsPrincipalsOf(principal: unknown, at: string): Entry[] {
  if (typeof principal === 'string') return [{ at, text: principal }];
  if (!isObject(principal)) return [];
  return entriesOf(principal.AWS, `${at}.AWS`);
}

/** A condition that is known only at deployment. */
const UNKNOWN_CONDITION: ConditionEntry = { operator: UNKNOWN, key: UNKNOWN, values: [] };

export function conditionsOf({ Condition }: PolicyStatementJson): ConditionEntry[] {
  if (!isObject(Condition)) return isStated(Condition) ? [UNKNOWN_CONDITION] : [];
  return Object.entries(Condition).flatMap(([operator, keys]) => (!isObject(keys) ? [UNKNOWN_CONDITION] : Object.entries(keys).map(([key, value]) =>
    ({ operator, key, values: entriesOf(value, `Condition.${operator}.${key}`).map(withoutVariables) }))));
}

/** Replaces variables such as `${aws:ResourceAccount}`, whose value depends on the call. `${*}`, `${?}` and `${$}` are not variables. */
function withoutVariables({ at, text }: Entry): Entry {
  return { at, text: text.replace(/\$\{[^*?$}][^}]*\}/g, UNKNOWN) };
}

/** True if a value is present and not empty. */
export function isStated(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.values(value).some(isStated) : true;
}
