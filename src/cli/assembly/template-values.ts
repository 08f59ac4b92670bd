/** The values that expressions in a template can refer to. */
export interface TemplateScope {
  /** Returns the value of a parameter or a pseudo parameter, or undefined if it is unknown before the deployment. */
  readonly ref: (name: string) => unknown;
  readonly mappings: Fields;
  readonly conditions: Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Thrown for an expression of a template whose value is unknown before the deployment. */
export class UnresolvedValueError extends Error {
  constructor(readonly expression: unknown) {
    super('gets its value only at the deployment');
  }
}

const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Returns the value that CloudFormation would pass on, with functions evaluated, and numbers and booleans as text.
 *
 * @throws UnresolvedValueError If a part of the value is unknown before the deployment.
 */
export function resolveValue(value: unknown, scope: TemplateScope): unknown {
  const resolved = resolveAny(value, scope);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** True if CloudFormation creates a resource that has this condition. */
export function holds(condition: unknown, scope: TemplateScope): boolean {
  return typeof condition !== 'string' || test({ Condition: condition }, scope);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function resolveAny(value: unknown, scope: TemplateScope): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value.includes('{{resolve:')) throw new UnresolvedValueError(value);
  if (Array.isArray(value)) return value.map((item) => resolveAny(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isFields(value)) return value;
  const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
  if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return evaluated(name, argument, scope, value);
  // A transform next to other keys would change them.
  if (more.some(([key]) => key.startsWith('Fn::')) || (more.length > 0 && name.startsWith('Fn::'))) throw new UnresolvedValueError(value);
  const fields = Object.entries(value).map(([key, item]) => [key, resolveAny(item, scope)]).filter(([, item]) => item !== NO_VALUE);
  return Object.fromEntries(fields);
}

function evaluated(name: string, argument: unknown, scope: TemplateScope, whole: unknown): unknown {
  const unknown = new UnresolvedValueError(whole);
  const inner = (value: unknown) => resolveAny(value, scope);
  const list = (value: unknown): unknown[] => {
    const resolved = inner(value);
    if (!Array.isArray(resolved)) throw unknown;
    return resolved;
  };
  const parts = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Ref': return argument === 'AWS::NoValue' ? NO_VALUE : known(scope.ref(String(argument)), unknown);
    case 'Fn::Join': return list(parts[1]).map((item) => textOf(item, unknown)).join(String(parts[0]));
    case 'Fn::Split': return textOf(inner(parts[1]), unknown).split(String(parts[0]));
    case 'Fn::Select': return known(list(parts[1])[Number(inner(parts[0]))], unknown);
    case 'Fn::Sub': return substituted(parts, scope, unknown);
    case 'Fn::FindInMap': {
      const [map, first, second] = parts.map((part) => textOf(inner(part), unknown));
      const row = fieldsOf(fieldsOf(scope.mappings[map])[first]);
      return known(row[second], unknown);
    }
    case 'Fn::If': return resolveAny(parts[test({ Condition: parts[0] }, scope) ? 1 : 2], scope);
    default: throw unknown;
  }
}

/** Evaluates `Fn::Sub`: `${Name}` is replaced by a value, `${!Name}` remains as the text `${Name}`. */
function substituted([text, variables]: readonly unknown[], scope: TemplateScope, unknown: UnresolvedValueError): string {
  const own = fieldsOf(variables);
  return String(text).replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    return textOf(name in own ? resolveAny(own[name], scope) : scope.ref(name), unknown);
  });
}

function test(expression: unknown, scope: TemplateScope): boolean {
  const [[name, argument] = ['', undefined]] = isFields(expression) ? Object.entries(expression) : [];
  const operands = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Condition': return test(scope.conditions[String(argument)], scope);
    case 'Fn::Equals': return String(resolveAny(operands[0], scope)) === String(resolveAny(operands[1], scope));
    case 'Fn::Not': return !test(operands[0], scope);
    case 'Fn::And': return operands.every((operand) => test(operand, scope));
    case 'Fn::Or': return operands.some((operand) => test(operand, scope));
    default: throw new UnresolvedValueError(expression);
  }
}

function known(value: unknown, unknown: UnresolvedValueError): unknown {
  if (value === undefined) throw unknown;
  return value;
}

function textOf(value: unknown, unknown: UnresolvedValueError): string {
  if (value === undefined || typeof value === 'object' || typeof value === 'symbol') throw unknown;
  return String(value);
}
