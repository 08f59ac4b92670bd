import { expiringTagsUnmentioned, referrersWithoutSubject, rulesThatMatchNothing } from './inventory-warnings';
import { ageCatchAll, neverActs, WarningCheck, prefixCountsPrefix, tagListIsAnd } from './policy-warnings';
import { rulesToCheck } from './rules';
import type { Warning } from './warning';
import { evaluate } from '../evaluation/evaluator';
import type { Image } from '../evaluation/image';
import { checkTimes } from '../evaluation/inventory';
import type { PolicyDocument } from '../policy/policy-document';

const POLICY_CHECKS: readonly WarningCheck[] = [neverActs, prefixCountsPrefix, tagListIsAnd, ageCatchAll];

/** Returns the warnings that depend only on a valid policy, by precedence of the rules. */
export function policyWarnings(document: PolicyDocument): Warning[] {
  return rulesToCheck(document.rules).flatMap((checked) => POLICY_CHECKS.flatMap((check) => check(checked) ?? []));
}

/** Returns the warnings that also depend on the images. */
export function inventoryWarnings(document: PolicyDocument, images: readonly Image[], now: number): Warning[] {
  const unmatched = rulesThatMatchNothing(document, images);
  // Without the times, it is unknown which images would expire.
  if (checkTimes(document, images).length > 0) return unmatched;
  const { decisions } = evaluate(document, images, { now });
  return [...unmatched, ...expiringTagsUnmentioned(document, images, decisions), ...referrersWithoutSubject(images, decisions)];
}
