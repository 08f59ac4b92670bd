import { createHash } from 'crypto';
import { namesIn } from './references';
import { isExpression } from '../../construct/expression';
import { isObject } from '../../core/text/json';

/** A value that changes with everything that makes CloudFormation update a repository. */
export interface RepositoryFingerprint {
  /** A hash of the properties in the template. */
  readonly Hash: string;
  /** The expressions whose values are known only at deployment. */
  readonly Values?: readonly unknown[];
}

/**
 * Fingerprints the properties of a repository.
 *
 * @param tags The tags of the stack, which CloudFormation adds to the repository.
 * @param isForbidden True if the gate must not refer to this parameter or resource: it is a secret, or depends on the gate.
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

/** Returns the outermost function calls. */
function expressionsIn(value: unknown): unknown[] {
  if (isExpression(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  return isObject(value) ? Object.values(value).flatMap(expressionsIn) : [];
}

/** A placeholder for parts that must not be copied. */
const OMITTED = '-';

/**
 * Copies an expression without the parts that must not be copied. The rest still changes with its parameters and conditions. A
 * dynamic reference becomes plain text. Returns undefined if no part of the expression can be omitted.
 */
function copyOf(value: unknown, isForbidden: (name: string) => boolean): unknown {
  const copy = (inner: unknown): unknown => copyOf(inner, isForbidden);
  const orOmitted = (inner: unknown): unknown => copy(inner) ?? OMITTED;
  if (typeof value === 'string') return value.replaceAll('{{', '{ {');
  if (Array.isArray(value)) return value.map(orOmitted);
  if (!isObject(value)) return value;
  if (!isExpression(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, orOmitted(inner)]));
  const [[name, argument]] = Object.entries(value);
  const parts: unknown[] = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Ref':
    case 'Fn::GetAtt': return [...namesIn(value)].some(isForbidden) ? undefined : value;
    case 'Fn::If': return { [name]: [parts[0], ...parts.slice(1).map(orOmitted)] };
    case 'Fn::Join': return Array.isArray(parts[1]) || copy(parts[1]) !== undefined ? { [name]: [parts[0], copy(parts[1])] } : undefined;
    case 'Fn::Sub': {
      const [text, variables = {}] = parts;
      const known = String(text).replaceAll('{{', '{ {').replace(/\$\{([^!.}][^.}]*)[^}]*\}/g, (whole, inner: string) =>
        (!(inner in (variables as object)) && isForbidden(inner) ? OMITTED : whole));
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

/** Returns true if the value never changes in the life of the stack. Mappings and conditions may change with the template. */
function isConstant(expression: unknown): boolean {
  const isIndirect = /"Fn::(?!Join"|Select"|Split"|Sub")/.test(JSON.stringify(expression));
  return !isIndirect && [...namesIn(expression)].every((name) => CONSTANTS.includes(name));
}

/** Returns JSON that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isObject(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? '';
}
