import { checkAcrossRules } from './cross-rule-checks';
import { CheckContext, ObjectReader } from './object-reader';
import { DOCUMENT_KEYS } from './policy-keys';
import { PolicyProblems } from './policy-problems';
import { checkRule } from './rule-checks';
import type { Problem } from '../text/problem';

export interface ValidationOptions {
  /** True for values that are known only at deployment (CDK tokens). No check reads them. */
  readonly isUnresolved?: (value: unknown) => boolean;
}

/** The most rules that ECR accepts in one policy. */
export const MAX_RULES = 50;

/** Validates a policy, from text or from the API: its structure, each rule, and the rules against each other. */
export function validatePolicy(document: unknown, options: ValidationOptions = {}): Problem[] {
  const problems = new PolicyProblems();
  checkPolicy(document, { problems, isUnresolved: options.isUnresolved ?? (() => false) });
  return problems.list();
}

/** Validates a policy and adds the problems to those of the caller. */
export function checkPolicy(document: unknown, context: CheckContext): void {
  const rules = ObjectReader.open(document, [], DOCUMENT_KEYS, context)?.list('rules', 'required').value;
  if (!rules) return;
  if (rules.length > MAX_RULES) {
    context.problems.add('TooManyRules', ['rules'],
      `rules has ${rules.length} rules, more than the ${MAX_RULES} that ECR accepts: merge or remove some`);
  }
  const facts = Array.from(rules, (rule, i) => checkRule(rule, ['rules', i], context));
  checkAcrossRules(facts, context.problems);
}
