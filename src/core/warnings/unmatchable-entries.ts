import { catchesAll, isKeepRule, RuleToCheck } from './rules';
import type { Warning } from './warning';
import type { PolicyRule, RuleSelection } from '../policy/policy-document';
import { unmatchablePattern, unmatchablePrefix } from '../policy/tag-shape';

const MAX_ENTRIES = 3;

/**
 * Finds rules with an entry that no tag can match. A rule selects only images that match all its entries, so it selects none.
 *
 * ECR accepts such entries.
 */
export function unmatchableEntries(rules: readonly RuleToCheck[]): Warning[] {
  return rules.flatMap((checked): Warning[] => {
    const reasons = reasonsOf(checked.rule.selection);
    if (reasons.length === 0) return [];
    const rest = reasons.length > MAX_ENTRIES ? `, and ${reasons.length - MAX_ENTRIES} more` : '';
    return [{
      id: 'unmatchableEntry',
      rulePriorities: [checked.priority],
      message: `rule ${checked.priority} selects no image${consequence(checked, rules)}: ${reasons.slice(0, MAX_ENTRIES).join('. ')}${rest}`,
    }];
  });
}

/** True if an entry of the rule matches no tag, so that the rule selects no image. */
export function selectsNothing({ selection }: PolicyRule): boolean {
  return reasonsOf(selection).length > 0;
}

function reasonsOf({ tagPatternList = [], tagPrefixList = [] }: RuleSelection): string[] {
  return [...tagPatternList.map(unmatchablePattern), ...tagPrefixList.map(unmatchablePrefix)].filter((reason) => reason !== undefined);
}

/** Returns the effect of a keep rule that selects no image, to follow a noun. */
function consequence(checked: RuleToCheck, rules: readonly RuleToCheck[]): string {
  if (!isKeepRule(checked)) return '';
  const next = rules.find((other) => other.priority > checked.priority && other.storageClass === checked.storageClass && catchesAll(other));
  return next === undefined ? ', so it keeps none' : `, so rule ${next.priority} acts on the images that it is meant to keep`;
}
