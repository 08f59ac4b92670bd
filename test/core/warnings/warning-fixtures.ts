import type { PolicyRule } from '../../../src/core/policy/policy-document';
import { validatePolicy } from '../../../src/core/policy/validation';
import { policyWarnings } from '../../../src/core/warnings/find-warnings';

/** The advice on a policy that ECR takes. */
export function advise(...rules: PolicyRule[]) {
  expect(validatePolicy({ rules })).toEqual([]);
  return policyWarnings({ rules });
}

/** The ids of the advice, each with the rules that it is about: `ruleCanNeverAct 2 1`. */
export function idsOf(advice: ReturnType<typeof policyWarnings>): string[] {
  return advice.map(({ id, rulePriorities }) => [id, ...rulePriorities].join(' '));
}
