import { expiringTagsUnmentioned, referrersWithoutSubject, rulesThatMatchNothing } from './inventory-warnings';
import { ageCatchAll, neverActs, WarningCheck, prefixCountsPrefix, tagListIsAnd } from './policy-warnings';
import { rulesToCheck } from './rules';
import type { Warning } from './warning';
import { evaluate } from '../evaluation/evaluator';
import type { Image } from '../evaluation/image';
import { checkTimes } from '../evaluation/inventory';
import type { PolicyDocument } from '../policy/policy-document';

const POLICY_LINTS: readonly WarningCheck[] = [neverActs, prefixCountsPrefix, tagListIsAnd, ageCatchAll];

/** Warning on a valid policy by itself, by precedence of the rules. */
export function policyWarnings(document: PolicyDocument): Warning[] {
  return rulesToCheck(document.rules).flatMap((linted) => POLICY_LINTS.flatMap((lint) => lint(linted) ?? []));
}

/** Warning that takes the images to see. */
export function inventoryWarnings(document: PolicyDocument, images: readonly Image[], now: number): Warning[] {
  const unmatched = rulesThatMatchNothing(document, images);
  // Without the times it is not known which images would expire.
  if (checkTimes(document, images).length > 0) return unmatched;
  const { decisions } = evaluate(document, images, { now });
  return [...unmatched, ...expiringTagsUnmentioned(document, images, decisions), ...referrersWithoutSubject(images, decisions)];
}
