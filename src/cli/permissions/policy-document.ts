import type { Permission } from './plan-permissions';

export interface IamPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** The maximum length of a managed policy in characters, without white space. */
export const MAX_MANAGED_POLICY_LENGTH = 6_144;

/**
 * Returns the shortest policy that allows exactly these permissions.
 *
 * Resources with the same actions share a statement, so that each ARN is written once. Everything is sorted, so that the same app
 * always has the same policy.
 */
export function policyDocument(permissions: readonly Permission[]): IamPolicy {
  const actions = groupBy(permissions, ({ resource }) => resource, ({ action }) => action);
  const statements = groupBy([...actions], ([, all]) => all.join(), ([resource]) => resource);
  return {
    Version: '2012-10-17',
    Statement: [...statements].sort(byKey).map(([all, resources]) => ({ Effect: 'Allow', Action: all.split(','), Resource: resources })),
  };
}

/** Groups values by a key. The values of a group are sorted, and each is in it once. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string, valueOf: (item: T) => string): Map<string, string[]> {
  const groups = new Map<string, Set<string>>();
  for (const item of items) groups.set(keyOf(item), (groups.get(keyOf(item)) ?? new Set()).add(valueOf(item)));
  return new Map([...groups].map(([key, values]) => [key, [...values].sort()]));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
