import { checkAcrossRules } from './cross-rule-checks';
import { Findings } from './findings';
import { CheckContext, ObjectReader } from './object-reader';
import { DOCUMENT_KEYS } from './policy-keys';
import { checkRule } from './rule-checks';
import type { Problem } from '../text/problem';

export interface ValidationOptions {
  /** Values that are known only at deploy time (CDK tokens): no check looks at them. */
  readonly isUnresolved?: (value: unknown) => boolean;
}

/** The most rules that ECR takes in one policy. */
export const MAX_RULES = 50;

/** One set of checks for text and for rules made by the API: structure, each rule, then across rules. */
export function validatePolicy(document: unknown, options: ValidationOptions = {}): Problem[] {
  const findings = new Findings();
  checkPolicy(document, { findings, isUnresolved: options.isUnresolved ?? (() => false) });
  return findings.inReadingOrder();
}

/** The same checks, for a caller with findings of its own. */
export function checkPolicy(document: unknown, context: CheckContext): void {
  const rules = ObjectReader.open(document, [], DOCUMENT_KEYS, context)?.list('rules', 'required').value;
  if (!rules) return;
  if (rules.length > MAX_RULES) {
    context.findings.add('TooManyRules', ['rules'],
      `rules has ${rules.length} rules, more than the ${MAX_RULES} that ECR takes: merge or drop some`);
  }
  const facts = Array.from(rules, (rule, i) => checkRule(rule, ['rules', i], context));
  checkAcrossRules(facts, context.findings);
}
