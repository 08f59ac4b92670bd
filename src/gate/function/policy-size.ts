import { hasGeneratedKeys } from '../../construct/expression';

/** The limits of IAM, in characters: for all inline policies of a role together, and for one managed policy. */
export const INLINE_LIMIT = 10_240;
export const MANAGED_LIMIT = 6_144;

/**
 * The maximum lengths of the values of pseudo parameters. The partition with the longest name has none of the regions with the
 * longest names, so both together have some room.
 */
const MAX_PSEUDO_PARAMETER_LENGTHS: Record<string, number> = {
  'AWS::AccountId': 12, 'AWS::Partition': 10, 'AWS::Region': 16, 'AWS::StackName': 128, 'AWS::URLSuffix': 20,
};
/** The maximum length of an ARN, a stack id or a name. */
const MAX_REFERENCE_LENGTH = 256;

/** Returns the maximum number of characters that a resolved value can have as JSON when it is deployed. */
export function maxLength(value: any): number {
  if (typeof value === 'string') return JSON.stringify(value).length;
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + maxLength(item) + 1, 2);
  if ('Ref' in value) return (MAX_PSEUDO_PARAMETER_LENGTHS[value.Ref] ?? MAX_REFERENCE_LENGTH) + 2;
  const join = value['Fn::Join'];
  if (join && Array.isArray(join[1])) return join[1].reduce((sum: number, part: unknown) => sum + maxLength(part) - 2 + join[0].length, 2);
  if (hasGeneratedKeys(value)) return MAX_REFERENCE_LENGTH + 2;
  return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + maxLength(item) + 4, 2);
}

export function documentOf<T>(statements: readonly T[]) {
  return { Version: '2012-10-17', Statement: statements };
}
