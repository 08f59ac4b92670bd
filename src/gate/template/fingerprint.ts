import { createHash } from 'crypto';
import { isExpression, isRecord } from './carried-policy';
import { hasDynamicReference } from './dynamic-references';
import { namesIn } from './references';

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
 * @param mayCopy whether the gate may have this expression, too: neither a secret nor something that waits for the gate
 */
export function fingerprintRepository(
  properties: Readonly<Record<string, unknown>>, tags: unknown, mayCopy: (expression: unknown) => boolean,
): RepositoryFingerprint {
  const { LifecyclePolicy: _, ...rest } = properties;
  const values = new Map(expressionsIn(rest)
    .filter((value) => !isConstant(value) && !hasDynamicReference(value) && mayCopy(value))
    .map((value) => [canonical(value), value]));
  const hash = createHash('sha256').update(canonical([properties, tags])).digest('hex').slice(0, 32);
  return { Hash: hash, ...(values.size > 0 && { Values: [...values.values()] }) };
}

/** The outermost calls of functions. */
function expressionsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (isExpression(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  return isRecord(value) ? Object.values(value).flatMap(expressionsIn) : [];
}

const CONSTANTS = ['AccountId', 'NoValue', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix'].map((name) => `AWS::${name}`);

/** Whether the value is the same as long as the stack lives. Mappings and conditions may change with the template. */
function isConstant(expression: Readonly<Record<string, unknown>>): boolean {
  const isIndirect = /"Fn::(?!Join"|Select"|Split"|Sub")/.test(JSON.stringify(expression));
  return !isIndirect && [...namesIn(expression)].every((name) => CONSTANTS.includes(name));
}

/** JSON that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? '';
}
