import type { Advice } from './advice';
import { expiringTagsUnmentioned, referrersWithoutSubject, rulesThatMatchNothing } from './inventory-lints';
import { ageCatchAll, neverActs, PolicyLint, prefixCountsPrefix, tagListIsAnd } from './policy-lints';
import { lintedRules } from './rules';
import { evaluate } from '../evaluation/evaluator';
import type { Image } from '../evaluation/image';
import { checkTimes } from '../evaluation/inventory';
import type { PolicyDocument } from '../policy/policy-document';

const POLICY_LINTS: readonly PolicyLint[] = [neverActs, prefixCountsPrefix, tagListIsAnd, ageCatchAll];

/** Advice on a valid policy by itself, by precedence of the rules. */
export function lintPolicy(document: PolicyDocument): Advice[] {
  return lintedRules(document.rules).flatMap((linted) => POLICY_LINTS.flatMap((lint) => lint(linted) ?? []));
}

/** Advice that takes the images to see. */
export function lintWithInventory(document: PolicyDocument, images: readonly Image[], now: number): Advice[] {
  const unmatched = rulesThatMatchNothing(document, images);
  // Without the times it is not known which images would expire.
  if (checkTimes(document, images).length > 0) return unmatched;
  const { decisions } = evaluate(document, images, { now });
  return [...unmatched, ...expiringTagsUnmentioned(document, images, decisions), ...referrersWithoutSubject(images, decisions)];
}
