import type { Advice } from './advice';
import { expiringTagsUnmentioned, referrersWithoutSubject, rulesThatMatchNothing } from './inventory-lints';
import { ageCatchAll, neverActs, PolicyLint, prefixCountsPrefix, tagListIsAnd } from './policy-lints';
import { lintedRules } from './rules';
import type { Image } from '../evaluation/image';
import type { PolicyDocument } from '../policy/policy-document';

const POLICY_LINTS: readonly PolicyLint[] = [neverActs, prefixCountsPrefix, tagListIsAnd, ageCatchAll];

/** Advice on a valid policy by itself, by precedence of the rules. */
export function lintPolicy(document: PolicyDocument): Advice[] {
  return lintedRules(document.rules).flatMap((linted) => POLICY_LINTS.flatMap((lint) => lint(linted) ?? []));
}

/** Advice that takes the images to see. */
export function lintWithInventory(document: PolicyDocument, images: readonly Image[], now: number): Advice[] {
  return [
    ...rulesThatMatchNothing(document, images),
    ...expiringTagsUnmentioned(document, images, now),
    ...referrersWithoutSubject(document, images, now),
  ];
}
