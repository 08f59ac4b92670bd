import { covers, matchesEveryTag, TagEntry, tagEntriesOf } from './tag-entry';
import { PolicyRule, StorageClass, storageClassOf } from '../policy/policy-document';

/**
 * The thresholds from which a rule is meant to keep images. Repositories have at most 100,000 images, and people write 999 or
 * 9999, or an age of ten years or more.
 */
const KEEPING_COUNT = 999;
const KEEPING_DAYS = 3650;

/** A rule prepared for the checks, with the earlier rules of its storage class. */
export interface RuleToCheck {
  readonly rule: PolicyRule;
  readonly priority: number;
  readonly storageClass: StorageClass;
  readonly entries: readonly TagEntry[];
  /** Equal for two rules with the same tag list in any order. Empty without a list. */
  readonly listKey: string;
  readonly earlier: readonly RuleToCheck[];
}

/** Prepares the rules, by precedence. A rule never applies to images of the other storage class. */
export function rulesToCheck(rules: readonly PolicyRule[]): RuleToCheck[] {
  const byPrecedence = [...rules].sort((a, b) => a.rulePriority - b.rulePriority);
  const checked: RuleToCheck[] = [];
  for (const rule of byPrecedence) {
    const storageClass = storageClassOf(rule);
    const entries = tagEntriesOf(rule.selection);
    checked.push({
      rule,
      priority: rule.rulePriority,
      storageClass,
      entries,
      listKey: entries.length === 0 ? '' : JSON.stringify(entries.map(({ kind, text }) => `${kind} ${text}`).sort()),
      earlier: checked.filter((other) => other.storageClass === storageClass),
    });
  }
  return checked;
}

export function isKeepRule({ rule: { selection: { countType, countNumber } } }: RuleToCheck): boolean {
  return countNumber >= (countType === 'imageCountMoreThan' ? KEEPING_COUNT : KEEPING_DAYS);
}

export function selectsEveryTagged({ rule, entries }: RuleToCheck): boolean {
  return rule.selection.tagStatus === 'tagged' && entries.every(matchesEveryTag);
}

/** True if the rule selects every image, or every tagged image. */
export function catchesAll(checked: RuleToCheck): boolean {
  return checked.rule.selection.tagStatus === 'any' || selectsEveryTagged(checked);
}

/** True if the outer rule certainly selects every image that the inner one selects. */
export function selectsAllOf(outer: RuleToCheck, inner: RuleToCheck): boolean {
  const [wide, narrow] = [outer.rule.selection.tagStatus, inner.rule.selection.tagStatus];
  if (wide === 'any') return true;
  if (wide !== narrow) return false;
  return wide === 'untagged' || outer.entries.every((entry) => inner.entries.some((candidate) => covers(entry, candidate)));
}

/** Returns the smallest set of earlier rules that certainly claim all images that a rule selects, or undefined. */
export function claimantsOf(checked: RuleToCheck): readonly RuleToCheck[] | undefined {
  const alone = checked.earlier.find((other) => selectsAllOf(other, checked));
  if (alone) return [alone];
  if (checked.rule.selection.tagStatus !== 'any') return undefined;
  const untagged = checked.earlier.find(({ rule }) => rule.selection.tagStatus === 'untagged');
  const tagged = checked.earlier.find(selectsEveryTagged);
  return untagged && tagged ? checked.earlier.filter((other) => other === untagged || other === tagged) : undefined;
}

/** Returns the first earlier rule with the same tag list. */
export function twinOf(checked: RuleToCheck): RuleToCheck | undefined {
  return checked.listKey === '' ? undefined : checked.earlier.find(({ listKey }) => listKey === checked.listKey);
}

/** Returns the prefixes of two rules if each rule has one prefix and the narrow prefix begins with the wide one. */
export function nestedPrefixes(wide: RuleToCheck, narrow: RuleToCheck): { wide: string; narrow: string } | undefined {
  if (wide.entries.length !== 1 || narrow.entries.length !== 1) return undefined;
  const [a, b] = [wide.entries[0], narrow.entries[0]];
  const nested = a.kind === 'prefix' && b.kind === 'prefix' && a.text !== b.text && b.text.startsWith(a.text);
  return nested ? { wide: a.text, narrow: b.text } : undefined;
}

/** Formats the names of rules: `rule 3`, `rules 2 and 3`. */
export function named(rules: readonly RuleToCheck[]): string {
  return `${rules.length === 1 ? 'rule' : 'rules'} ${rules.map(({ priority }) => priority).join(' and ')}`;
}
