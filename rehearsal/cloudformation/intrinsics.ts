import { ValidationError } from './errors';
import { isObject, mapValues, type Json, type JsonObject } from './json';
import { getAttTarget, partsOfSub } from './references';

/** The values that are known before any resource exists. */
export interface Environment {
  /** Parameters and pseudo parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly mappings: JsonObject;
  readonly conditions: Readonly<Record<string, boolean>>;
}

/** The values that come from the resources. */
export interface ResourceValues {
  ref(logicalId: string): string;
  attribute(logicalId: string, name: string): Json;
}

const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Json | typeof NO_VALUE;

const VALUE_FUNCTIONS = new Set(['Ref', 'Fn::GetAtt', 'Fn::Join', 'Fn::Sub', 'Fn::Select', 'Fn::Split', 'Fn::If', 'Fn::FindInMap']);
const PSEUDO_PARAMETERS = new Set(['AccountId', 'NoValue', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix'].map((name) => `AWS::${name}`));
const CONDITION_FUNCTIONS = new Set(['Condition', 'Fn::Equals', 'Fn::And', 'Fn::Or', 'Fn::Not']);

/** Rejects values that `resolve` cannot resolve, before any resource changes. */
export function validateIntrinsics(value: Json, where: string): void {
  if (value === null) throw new ValidationError(`[${where}] 'null' values are not allowed in templates`);
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    throw new ValidationError(`[${where}] dynamic reference ${value} is not supported by the stand-in`);
  }
  if (Array.isArray(value)) value.forEach((item, index) => validateIntrinsics(item, `${where}/${index}`));
  if (!isObject(value)) return;
  for (const [key, argument] of Object.entries(value)) {
    if (key === 'Ref' || key.startsWith('Fn::')) {
      if (!VALUE_FUNCTIONS.has(key)) throw new ValidationError(`[${where}] intrinsic function ${key} is not supported by the stand-in`);
      if (Object.keys(value).length > 1) throw new ValidationError(`[${where}] ${key} must be the only key of its object`);
      validatePseudoParameters(key, argument, where);
    }
    validateIntrinsics(argument, `${where}/${key}`);
  }
}

function validatePseudoParameters(key: string, argument: Json, where: string): void {
  const text = String(Array.isArray(argument) ? argument[0] : argument);
  const names = key === 'Ref' ? [text] : key === 'Fn::Sub' ? partsOfSub(text).map((part) => ('name' in part ? part.name : '')) : [];
  const unknown = names.find((name) => name.startsWith('AWS::') && !PSEUDO_PARAMETERS.has(name));
  if (unknown) throw new ValidationError(`[${where}] pseudo parameter ${unknown} is not supported by the stand-in`);
}

/** Evaluates all conditions; a condition may refer to others. */
export function evaluateConditions(environment: Environment, declared: JsonObject): Environment {
  const results: Record<string, boolean> = {};
  const inProgress = new Set<string>();
  const evaluate = (name: string): boolean => {
    if (name in results) return results[name];
    if (!(name in declared)) throw new ValidationError(`Template format error: Unresolved condition dependency ${name} in the Conditions block`);
    if (inProgress.has(name)) throw new ValidationError(`Template format error: Found circular condition dependency between ${[...inProgress].join(', ')}`);
    inProgress.add(name);
    results[name] = test(declared[name], environment, evaluate);
    inProgress.delete(name);
    return results[name];
  };
  Object.keys(declared).forEach(evaluate);
  return { ...environment, conditions: results };
}

function test(expression: Json, environment: Environment, evaluate: (name: string) => boolean): boolean {
  const entries = isObject(expression) ? Object.entries(expression) : [];
  const [name, argument] = entries[0] ?? [];
  if (entries.length !== 1 || !CONDITION_FUNCTIONS.has(name)) {
    throw new ValidationError(`Template format error: condition ${JSON.stringify(expression)} is not supported by the stand-in`);
  }
  if (name === 'Condition') return evaluate(String(argument));
  const operands = Array.isArray(argument) ? argument : [argument];
  if (name === 'Fn::Equals') {
    const [left, right] = operands.map((operand) => resolve(operand, environment, NO_RESOURCES));
    return String(left) === String(right);
  }
  const results = operands.map((operand) => test(operand, environment, evaluate));
  if (name === 'Fn::Not') return !results[0];
  return name === 'Fn::And' ? results.every(Boolean) : results.some(Boolean);
}

const NO_RESOURCES: ResourceValues = {
  ref: (logicalId) => {
    throw new ValidationError(`Template format error: Unresolved dependencies [${logicalId}]. Cannot reference resources in the Conditions block`);
  },
  attribute: (logicalId) => NO_RESOURCES.ref(logicalId),
};

/** Replaces each `Fn::If` with the selected branch, so that the other branch adds no dependency. */
export function selectBranches(value: Json, environment: Environment): Json {
  if (Array.isArray(value)) return value.map((item) => selectBranches(item, environment));
  if (!isObject(value)) return value;
  if (!('Fn::If' in value)) return mapValues(value, (item) => selectBranches(item, environment));
  const [condition, whenTrue, whenFalse] = listOf(value['Fn::If'], 'Fn::If', 3);
  const result = environment.conditions[String(condition)];
  if (result === undefined) throw new ValidationError(`Template format error: Unresolved condition ${String(condition)} in Fn::If`);
  return selectBranches(result ? whenTrue : whenFalse, environment);
}

/** Resolves all functions in a value; `AWS::NoValue` removes its property or list item. */
export function resolve(value: Json, environment: Environment, resources: ResourceValues): Json {
  const resolved = resolveAny(value, environment, resources);
  return resolved === NO_VALUE ? {} : resolved;
}

function resolveAny(value: Json, environment: Environment, resources: ResourceValues): Resolved {
  if (Array.isArray(value)) {
    return value.map((item) => resolveAny(item, environment, resources)).filter((item) => item !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'))) {
    return applyFunction(keys[0], value[keys[0]], environment, resources);
  }
  const properties: JsonObject = {};
  for (const key of keys) {
    const resolved = resolveAny(value[key], environment, resources);
    if (resolved !== NO_VALUE) properties[key] = resolved;
  }
  return properties;
}

function applyFunction(name: string, argument: Json, environment: Environment, resources: ResourceValues): Resolved {
  const inner = (value: Json): Json => resolve(value, environment, resources);
  switch (name) {
    case 'Ref':
      return resolveRef(String(argument), environment, resources);
    case 'Fn::GetAtt':
      return resources.attribute(...getAttTarget(argument));
    case 'Fn::If':
      return resolveAny(selectBranches({ [name]: argument }, environment), environment, resources);
    case 'Fn::Join': {
      const [delimiter, items] = listOf(argument, name, 2);
      return listOf(inner(items), name).map(textOf).join(String(delimiter));
    }
    case 'Fn::Split': {
      const [delimiter, text] = listOf(argument, name, 2);
      return textOf(inner(text)).split(String(delimiter));
    }
    case 'Fn::Select': {
      const [index, items] = listOf(argument, name, 2);
      const list = listOf(inner(items), name);
      const selected = list[Number(inner(index))];
      if (selected === undefined) throw new ValidationError(`Template error: Fn::Select cannot select nonexistent value at index ${String(index)}`);
      return selected;
    }
    case 'Fn::FindInMap': {
      const [map, first, second] = listOf(argument, name, 3).map((key) => textOf(inner(key)));
      const top = environment.mappings[map];
      const row = isObject(top) ? top[first] : undefined;
      const found = isObject(row) ? row[second] : undefined;
      if (found === undefined) throw new ValidationError(`Template error: Unable to get mapping for ${map}::${first}::${second}`);
      return found;
    }
    case 'Fn::Sub':
      return substitute(argument, environment, resources);
    default:
      throw new ValidationError(`intrinsic function ${name} is not supported by the stand-in`);
  }
}

function resolveRef(name: string, environment: Environment, resources: ResourceValues): Resolved {
  if (name === 'AWS::NoValue') return NO_VALUE;
  if (name in environment.parameters) return environment.parameters[name];
  return resources.ref(name);
}

function substitute(argument: Json, environment: Environment, resources: ResourceValues): string {
  const [text, declared] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = isObject(declared) ? declared : {};
  return partsOfSub(textOf(text)).map((part) => {
    if ('literal' in part) return part.literal;
    if (part.name in variables) return textOf(resolve(variables[part.name], environment, resources));
    const isAttribute = part.name.includes('.') && !(part.name in environment.parameters);
    const value = isAttribute
      ? resources.attribute(...getAttTarget(part.name))
      : resolveRef(part.name, environment, resources);
    return textOf(value === NO_VALUE ? '' : value);
  }).join('');
}

function listOf(value: Json, name: string, length?: number): Json[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value;
  throw new ValidationError(`Template error: ${name} got ${JSON.stringify(value)} instead of a list${length ? ` of ${length}` : ''}`);
}

function textOf(value: Json): string {
  if (value === null || typeof value === 'object') {
    throw new ValidationError(`Template error: text is needed, not ${JSON.stringify(value)}`);
  }
  return String(value);
}
