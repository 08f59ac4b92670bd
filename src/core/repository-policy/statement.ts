import { UNKNOWN } from './known-text';
import { isObject } from '../text/is-object';

/** A statement as a policy's JSON has it. Every value may also come as a list. */
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

/** A text of a statement, and where it stands: `Principal.AWS[1]`. */
export interface Entry {
  readonly at: string;
  readonly text: string;
}

/** One line of a condition: `StringEquals`, `aws:PrincipalOrgID`, its values. */
export interface ConditionEntry {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Entry[];
}

/** The texts of a value that is a text or a list of texts. IAM takes booleans and numbers for texts. */
export function entriesOf(value: unknown, at: string): Entry[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => entriesOf(item, `${at}[${i}]`));
  const isText = typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
  return isText ? [{ at, text: String(value) }] : [];
}

/** The AWS principals of a `Principal` or `NotPrincipal`: accounts, ARNs, `*`. */
export function awsPrincipalsOf(principal: unknown, at: string): Entry[] {
  if (typeof principal === 'string') return [{ at, text: principal }];
  if (!isObject(principal)) return [];
  return entriesOf(principal.AWS, `${at}.AWS`);
}

/** Some condition that only the deployment knows. */
const UNKNOWN_CONDITION: ConditionEntry = { operator: UNKNOWN, key: UNKNOWN, values: [] };

export function conditionsOf({ Condition }: PolicyStatementJson): ConditionEntry[] {
  if (!isObject(Condition)) return isStated(Condition) ? [UNKNOWN_CONDITION] : [];
  return Object.entries(Condition).flatMap(([operator, keys]) => (!isObject(keys) ? [UNKNOWN_CONDITION] : Object.entries(keys).map(([key, value]) =>
    ({ operator, key, values: entriesOf(value, `Condition.${operator}.${key}`).map(withoutVariables) }))));
}

/** `${aws:ResourceAccount}` and the like: what a variable stands for, each call decides. `${*}`, `${?}`, `${$}` are no variables. */
function withoutVariables({ at, text }: Entry): Entry {
  return { at, text: text.replace(/\$\{[^*?$}][^}]*\}/g, UNKNOWN) };
}

/** Whether there is something at all. */
export function isStated(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.values(value).some(isStated) : true;
}
