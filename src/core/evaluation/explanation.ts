import type { Decision, Outcome, Reason } from './decision';
import { PolicyDocument, PolicyRule } from '../policy/policy-document';
import { plural, withThousands } from '../text/words';

/** Why an image goes or stays, one entry a fact. */
export interface Explanation {
  readonly code: Outcome | 'BLOCKED_BY_INDEX' | 'EXEMPT_AS_INDEX_CHILD' | 'FOLLOWS_SUBJECT' | 'NO_RULE_MATCHES';
  readonly rulePriority?: number;
  /** A lower-case sentence for people. */
  readonly message: string;
}

/**
 * Puts a decision and the rules' reasons into words.
 *
 * @param exempt whether rules pass the image over because an index refers to it
 */
export function explain(document: PolicyDocument, decision: Decision, reasons: readonly Reason[], exempt = false): Explanation[] {
  const rules = new Map(document.rules.map((rule) => [rule.rulePriority, rule]));
  const explanations: Explanation[] = reasons.map(({ rulePriority, outcome, claimedBy }) => ({
    code: outcome,
    rulePriority,
    message: `rule ${rulePriority} ${describe(outcome, rules.get(rulePriority)!, claimedBy)}`,
  }));
  if (exempt) {
    explanations.push({ code: 'EXEMPT_AS_INDEX_CHILD', message: 'an image index refers to it, and such images were taken not to count for rules' });
  }
  if (decision.blockedByIndex !== undefined) {
    explanations.push({ code: 'BLOCKED_BY_INDEX', message: `the image index ${decision.blockedByIndex} refers to it and stands, so it stays` });
  }
  if (decision.followsSubject !== undefined) {
    explanations.push({ code: 'FOLLOWS_SUBJECT', message: `it belongs to ${decision.followsSubject} and goes with it` });
  }
  return explanations.length > 0 ? explanations : [{ code: 'NO_RULE_MATCHES', message: 'no rule selects it' }];
}

function describe(outcome: Outcome, { selection, action }: PolicyRule, claimedBy: number | undefined): string {
  const { countType, countNumber } = selection;
  switch (outcome) {
    case 'ACTS': return action.type === 'expire' ? 'selects it to expire' : 'selects it to be archived';
    case 'WITHIN_COUNT': return `leaves it: of the images that it selects, it keeps the ${withThousands(countNumber)} youngest`;
    case 'NOT_OLD_ENOUGH': return `leaves it: it is not older than ${plural(countNumber, 'day')} (${countType})`;
    case 'CLAIMED_EARLIER': return `would act on it, but rule ${claimedBy} has precedence and selects it too`;
  }
}
