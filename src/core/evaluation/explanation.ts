import type { Decision, Outcome, Reason } from './decision';
import { PolicyDocument, PolicyRule } from '../policy/policy-document';
import { plural, withThousands } from '../text/words';

/** One reason for the decision on an image. */
export interface Explanation {
  readonly code: Outcome | 'BLOCKED_BY_INDEX' | 'EXEMPT_AS_INDEX_CHILD' | 'FOLLOWS_SUBJECT' | 'NO_RULE_MATCHES';
  readonly rulePriority?: number;
  /** A lower-case sentence. */
  readonly message: string;
}

/**
 * Formats a decision and the reasons of the rules as sentences.
 *
 * @param exempt True if rules ignore the image because an index refers to it.
 */
export function explain(document: PolicyDocument, decision: Decision, reasons: readonly Reason[], exempt = false): Explanation[] {
  const rules = new Map(document.rules.map((rule) => [rule.rulePriority, rule]));
  const explanations: Explanation[] = reasons.map(({ rulePriority, outcome, claimedBy }) => ({
    code: outcome,
    rulePriority,
    message: `rule ${rulePriority} ${describe(outcome, rules.get(rulePriority)!, claimedBy)}`,
  }));
  if (exempt) {
    explanations.push({ code: 'EXEMPT_AS_INDEX_CHILD', message: 'an image index refers to it, and such images were assumed not to count for rules' });
  }
  if (decision.blockedByIndex !== undefined) {
    explanations.push({ code: 'BLOCKED_BY_INDEX', message: `the image index ${decision.blockedByIndex} refers to it and is kept, so it is kept too` });
  }
  if (decision.followsSubject !== undefined) {
    explanations.push({ code: 'FOLLOWS_SUBJECT', message: `it belongs to ${decision.followsSubject} and is affected with it` });
  }
  return explanations.length > 0 ? explanations : [{ code: 'NO_RULE_MATCHES', message: 'no rule selects it' }];
}

function describe(outcome: Outcome, { selection, action }: PolicyRule, claimedBy: number | undefined): string {
  const { countType, countNumber } = selection;
  switch (outcome) {
    case 'ACTS': return action.type === 'expire' ? 'selects it to expire' : 'selects it to be archived';
    case 'WITHIN_COUNT': return `keeps it: it is one of the ${withThousands(countNumber)} youngest images that the rule selects`;
    case 'NOT_OLD_ENOUGH': return `keeps it: it is not older than ${plural(countNumber, 'day')} (${countType})`;
    case 'CLAIMED_EARLIER': return `would act on it, but rule ${claimedBy} has precedence and also selects it`;
  }
}
