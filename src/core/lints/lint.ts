import type { Advice } from './advice';
import { expiringTagsUnmentioned, rulesThatMatchNothing } from './inventory-lints';
import {
  ageCatchAll, keepRuleTooLate, PolicyLint, prefixCoversPrefix, ruleCanNeverAct, samePatternTwice, tagListIsAnd,
} from './policy-lints';
import { lintedRules } from './rules';
import type { Image } from '../evaluation/image';
import type { PolicyDocument } from '../policy/policy-document';

const POLICY_LINTS: readonly PolicyLint[] = [
  ruleCanNeverAct, samePatternTwice, keepRuleTooLate, tagListIsAnd, prefixCoversPrefix, ageCatchAll,
];

/** Advice on a valid policy by itself, by precedence of the rules. */
export function lintPolicy(document: PolicyDocument): Advice[] {
  return lintedRules(document.rules).flatMap((linted) => POLICY_LINTS.flatMap((lint) => lint(linted) ?? []));
}

/** Advice that takes the images to see. */
export function lintWithInventory(document: PolicyDocument, images: readonly Image[], now: number): Advice[] {
  return [...rulesThatMatchNothing(document, images), ...expiringTagsUnmentioned(document, images, now)];
}
