import { isObject, type Json, type JsonObject } from './json';

/** A statement that might decide the request, but uses an element that the stand-in does not evaluate. */
export class UnsupportedStatement extends Error {
  constructor(what: string, statement: JsonObject) {
    super(`unsupported: IAM statement with ${what}, which the stand-in does not evaluate: ${JSON.stringify(statement)}`);
    this.name = 'UnsupportedStatement';
  }
}

/**
 * Returns true if the policies of a role allow the action: an explicit Deny wins, and actions are denied by default.
 *
 * @throws UnsupportedStatement if the result depends on an element that is not evaluated
 */
export function isAllowed(policyDocuments: readonly Json[], action: string, resourceArn: string): boolean {
  const matching = policyDocuments.flatMap(statementsOf).filter((statement) => applies(statement, action, resourceArn));
  return matching.length > 0 && matching.every((statement) => statement.Effect === 'Allow');
}

function statementsOf(document: Json): JsonObject[] {
  const statements = isObject(document) ? document.Statement : [];
  return (Array.isArray(statements) ? statements : [statements]).filter(isObject);
}

function applies(statement: JsonObject, action: string, resourceArn: string): boolean {
  const unsupported = ['NotAction', 'NotResource'].find((key) => key in statement);
  if (unsupported) throw new UnsupportedStatement(unsupported, statement);
  const applicable = patternsOf(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()))
    && patternsOf(statement.Resource).some((pattern) => matches(pattern, resourceArn));
  if (!applicable) return false;
  if ('Condition' in statement) throw new UnsupportedStatement('a Condition', statement);
  return true;
}

function patternsOf(value: Json | undefined): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** In a pattern, `*` matches any text and `?` any one character. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}
