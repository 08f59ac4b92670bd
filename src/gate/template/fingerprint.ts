import { createHash } from 'crypto';
import { isExpression } from './expression';
import { namesIn } from './references';
import { isObject } from '../../core/text/json';

/** Changes with everything that makes CloudFormation update a repository. */
export interface RepositoryFingerprint {
  /** Of the properties as they stand in the template. */
  readonly Hash: string;
  /** The parts whose values only the deployment knows. */
  readonly Values?: readonly unknown[];
}

/**
 * Fingerprints the properties of a repository.
 *
 * @param tags of the stack, which CloudFormation hands on to the repository
 * @param isForbidden whether the gate must not refer to this parameter or resource: it is a secret, or depends on the gate
 */
export function fingerprintRepository(
  properties: Readonly<Record<string, unknown>>, tags: unknown, isForbidden: (name: string) => boolean,
): RepositoryFingerprint {
  const { LifecyclePolicy: _, ...rest } = properties;
  const values = new Map(expressionsIn(rest)
    .map((value) => copyOf(value, isForbidden))
    .filter((value) => isExpression(value) && !isConstant(value))
    .map((value) => [canonical(value), value]));
  const hash = createHash('sha256').update(canonical([properties, tags])).digest('hex').slice(0, 32);
  return { Hash: hash, ...(values.size > 0 && { Values: [...values.values()] }) };
}

/** The outermost calls of functions. */
function expressionsIn(value: unknown): unknown[] {
  if (isExpression(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  return isObject(value) ? Object.values(value).flatMap(expressionsIn) : [];
}

/** In place of what must not be copied. */
const LEFT_OUT = '-';

/**
 * The expression without what must not be copied; the rest of it still changes with its parameters and conditions. A dynamic
 * reference becomes plain text. Undefined where nothing can be left out of an expression.
 */
function copyOf(value: unknown, isForbidden: (name: string) => boolean): unknown {
  const copy = (inner: unknown): unknown => copyOf(inner, isForbidden);
  const orLeftOut = (inner: unknown): unknown => copy(inner) ?? LEFT_OUT;
  if (typeof value === 'string') return value.replaceAll('{{', '{ {');
  if (Array.isArray(value)) return value.map(orLeftOut);
  if (!isObject(value)) return value;
  if (!isExpression(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, orLeftOut(inner)]));
  const [[name, argument]] = Object.entries(value);
  const parts: unknown[] = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Ref':
    case 'Fn::GetAtt': return [...namesIn(value)].some(isForbidden) ? undefined : value;
    case 'Fn::If': return { [name]: [parts[0], ...parts.slice(1).map(orLeftOut)] };
    case 'Fn::Join': return Array.isArray(parts[1]) || copy(parts[1]) !== undefined ? { [name]: [parts[0], copy(parts[1])] } : undefined;
    case 'Fn::Sub': {
      const [text, variables = {}] = parts;
      const known = String(text).replaceAll('{{', '{ {').replace(/\$\{([^!.}][^.}]*)[^}]*\}/g, (whole, inner: string) =>
        (!(inner in (variables as object)) && isForbidden(inner) ? LEFT_OUT : whole));
      return { [name]: Array.isArray(argument) ? [known, copy(variables)] : known };
    }
    default: {
      const copied = parts.map(copy);
      if (copied.includes(undefined)) return undefined;
      return { [name]: Array.isArray(argument) ? copied : copied[0] };
    }
  }
}

const CONSTANTS = ['AccountId', 'NoValue', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix'].map((name) => `AWS::${name}`);

/** Whether the value is the same as long as the stack lives. Mappings and conditions may change with the template. */
function isConstant(expression: unknown): boolean {
  const isIndirect = /"Fn::(?!Join"|Select"|Split"|Sub")/.test(JSON.stringify(expression));
  return !isIndirect && [...namesIn(expression)].every((name) => CONSTANTS.includes(name));
}

/** JSON that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isObject(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? '';
}
