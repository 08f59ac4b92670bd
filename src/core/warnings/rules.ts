import { covers, matchesEveryTag, TagEntry, tagEntriesOf } from './tag-entry';
import { PolicyRule, StorageClass, storageClassOf } from '../policy/policy-document';

/**
 * From when a rule is there to keep: repositories hold 100,000 images at most and people write 999 or 9999; or they write
 * an age of ten years and more.
 */
const KEEPING_COUNT = 999;
const KEEPING_DAYS = 3650;

/** A rule as the lints look at it, with the rules of its storage class that have precedence. */
export interface RuleToCheck {
  readonly rule: PolicyRule;
  readonly priority: number;
  readonly storageClass: StorageClass;
  readonly entries: readonly TagEntry[];
  /** The same for two rules with the same tag list, in whatever order; empty without a list. */
  readonly listKey: string;
  readonly earlier: readonly RuleToCheck[];
}

/** By precedence. Rules of the other storage class never meet a rule's images. */
export function rulesToCheck(rules: readonly PolicyRule[]): RuleToCheck[] {
  const byPrecedence = [...rules].sort((a, b) => a.rulePriority - b.rulePriority);
  const linted: RuleToCheck[] = [];
  for (const rule of byPrecedence) {
    const storageClass = storageClassOf(rule);
    const entries = tagEntriesOf(rule.selection);
    linted.push({
      rule,
      priority: rule.rulePriority,
      storageClass,
      entries,
      listKey: entries.length === 0 ? '' : JSON.stringify(entries.map(({ kind, text }) => `${kind} ${text}`).sort()),
      earlier: linted.filter((other) => other.storageClass === storageClass),
    });
  }
  return linted;
}

export function isKeepRule({ rule: { selection: { countType, countNumber } } }: RuleToCheck): boolean {
  return countNumber >= (countType === 'imageCountMoreThan' ? KEEPING_COUNT : KEEPING_DAYS);
}

export function selectsEveryTagged({ rule, entries }: RuleToCheck): boolean {
  return rule.selection.tagStatus === 'tagged' && entries.every(matchesEveryTag);
}

/** Whether the rule selects every image with a tag, or every image at all. */
export function catchesAll(linted: RuleToCheck): boolean {
  return linted.rule.selection.tagStatus === 'any' || selectsEveryTagged(linted);
}

/** Whether the outer rule selects every image that the inner one selects. True only where it is certain. */
export function selectsAllOf(outer: RuleToCheck, inner: RuleToCheck): boolean {
  const [wide, narrow] = [outer.rule.selection.tagStatus, inner.rule.selection.tagStatus];
  if (wide === 'any') return true;
  if (wide !== narrow) return false;
  return wide === 'untagged' || outer.entries.every((entry) => inner.entries.some((candidate) => covers(entry, candidate)));
}

/** The fewest earlier rules that certainly claim all that a rule selects, or none. */
export function claimantsOf(linted: RuleToCheck): readonly RuleToCheck[] | undefined {
  const alone = linted.earlier.find((other) => selectsAllOf(other, linted));
  if (alone) return [alone];
  if (linted.rule.selection.tagStatus !== 'any') return undefined;
  const untagged = linted.earlier.find(({ rule }) => rule.selection.tagStatus === 'untagged');
  const tagged = linted.earlier.find(selectsEveryTagged);
  return untagged && tagged ? linted.earlier.filter((other) => other === untagged || other === tagged) : undefined;
}

/** The first earlier rule with the same tag list. */
export function twinOf(linted: RuleToCheck): RuleToCheck | undefined {
  return linted.listKey === '' ? undefined : linted.earlier.find(({ listKey }) => listKey === linted.listKey);
}

/** The prefixes of two rules, if each rule has one and the wide one starts the narrow one. */
export function nestedPrefixes(wide: RuleToCheck, narrow: RuleToCheck): { wide: string; narrow: string } | undefined {
  if (wide.entries.length !== 1 || narrow.entries.length !== 1) return undefined;
  const [a, b] = [wide.entries[0], narrow.entries[0]];
  const nested = a.kind === 'prefix' && b.kind === 'prefix' && a.text !== b.text && b.text.startsWith(a.text);
  return nested ? { wide: a.text, narrow: b.text } : undefined;
}

/** `rule 3`, `rules 2 and 3`. */
export function named(rules: readonly RuleToCheck[]): string {
  return `${rules.length === 1 ? 'rule' : 'rules'} ${rules.map(({ priority }) => priority).join(' and ')}`;
}
