import { isObject } from '../../core/text/json';

/** A call of a function: one key, `Ref` or `Fn::…`. */
export function isExpression(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const [key, ...more] = Object.keys(value);
  return more.length === 0 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'));
}
