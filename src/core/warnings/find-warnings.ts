import { indexPartsSelected, policyWithoutEffect } from './effect-on-images';
import { expiringTagsUnmentioned, referrersWithoutSubject, rulesThatMatchNothing } from './inventory-warnings';
import { keptImagesCounted, keptImagesCountedNow } from './kept-images-counted';
import { keepRulePartlyLate, keepRulePartlyLateNow } from './late-keep-rules';
import { ageCatchAll, neverActs, WarningCheck, prefixCountsPrefix, tagListIsAnd } from './policy-warnings';
import { rulesToCheck } from './rules';
import { selectsNothing, unmatchableEntries } from './unmatchable-entries';
import type { Warning } from './warning';
import { evaluate } from '../evaluation/evaluator';
import type { Image } from '../evaluation/image';
import { checkTimes } from '../evaluation/inventory';
import type { PolicyDocument } from '../policy/policy-document';

const POLICY_CHECKS: readonly WarningCheck[] = [neverActs, keepRulePartlyLate, prefixCountsPrefix, tagListIsAnd, keptImagesCounted, ageCatchAll];

/** Returns the warnings that depend only on a valid policy, by precedence of the rules. */
export function policyWarnings(document: PolicyDocument): Warning[] {
  const unmatchable = unmatchableEntries(rulesToCheck(document.rules));
  const others = selectingRules(document).flatMap((checked) => POLICY_CHECKS.flatMap((check) => check(checked) ?? []));
  return [...unmatchable, ...others].map((warning, i) => ({ warning, i }))
    .sort((a, b) => a.warning.rulePriorities[0] - b.warning.rulePriorities[0] || a.i - b.i)
    .map(({ warning }) => warning);
}

/** Returns the warnings that also depend on the images. */
export function inventoryWarnings(document: PolicyDocument, images: readonly Image[], now: number): Warning[] {
  const rules = selectingRules(document);
  const unmatched = rulesThatMatchNothing(rules, images);
  // Without the times, it is unknown which images would expire.
  if (checkTimes(document, images).length > 0) return unmatched;
  const { decisions } = evaluate(document, images, { now });
  return [
    ...unmatched,
    ...rules.flatMap((checked) => keepRulePartlyLateNow(checked, rules, images, decisions) ?? []),
    ...rules.flatMap((checked) => keptImagesCountedNow(checked, images, decisions) ?? []),
    ...expiringTagsUnmentioned(rules, images, decisions),
    ...referrersWithoutSubject(images, decisions),
    ...indexPartsSelected(rules, images, decisions),
    ...policyWithoutEffect(rules, images, decisions),
  ];
}

/** The rules without those that select nothing, which have a warning of their own and are as good as absent. */
function selectingRules({ rules }: PolicyDocument): ReturnType<typeof rulesToCheck> {
  return rulesToCheck(rules.filter((rule) => !selectsNothing(rule)));
}
