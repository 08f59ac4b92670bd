import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { validatePolicy } from '../../../src/core/policy/validation';
import { policyWarnings } from '../../../src/core/warnings/find-warnings';

/** Returns the warnings about a valid policy. */
export function warningsOf(...rules: PolicyRule[]) {
  expect(validatePolicy({ rules })).toEqual([]);
  return policyWarnings({ rules });
}

/** Returns the IDs of the warnings, each with its rules: `ruleCanNeverAct 2 1`. */
export function idsOf(warnings: ReturnType<typeof policyWarnings>): string[] {
  return warnings.map(({ id, rulePriorities }) => [id, ...rulePriorities].join(' '));
}
