import { isObject } from '../core/text/json';

/** True for a call of a CloudFormation function: an object with one key, `Ref` or `Fn::…`. */
export function isExpression(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const [key, ...more] = Object.keys(value);
  return more.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
}

/** True for `{ Ref: AWS::NoValue }`, with which CloudFormation leaves a property out. */
export function isNoValue(value: unknown): boolean {
  return isObject(value) && value.Ref === 'AWS::NoValue';
}

/** True if CloudFormation or a transform generates keys of this object at deployment. */
export function hasGeneratedKeys(value: object): boolean {
  return Object.keys(value).some((key) => key.startsWith('Fn::'));
}
