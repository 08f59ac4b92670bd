import { covers, matchesEveryTag, TagEntry, tagEntriesOf } from './tag-entry';
import { PolicyRule, StorageClass, storageClassOf } from '../policy/policy-document';

/** A count from which a rule is there to keep: repositories hold 100,000 images at most, and people write 999 or 9999. */
const KEEPING_COUNT = 999;

/** A rule as the lints look at it, with the rules of its storage class that have precedence. */
export interface LintedRule {
  readonly rule: PolicyRule;
  readonly priority: number;
  readonly storageClass: StorageClass;
  readonly entries: readonly TagEntry[];
  readonly earlier: readonly LintedRule[];
}

/** By precedence. Rules of the other storage class never meet a rule's images. */
export function lintedRules(rules: readonly PolicyRule[]): LintedRule[] {
  const byPrecedence = [...rules].sort((a, b) => a.rulePriority - b.rulePriority);
  const linted: LintedRule[] = [];
  for (const rule of byPrecedence) {
    const storageClass = storageClassOf(rule);
    linted.push({
      rule,
      priority: rule.rulePriority,
      storageClass,
      entries: tagEntriesOf(rule.selection),
      earlier: linted.filter((other) => other.storageClass === storageClass),
    });
  }
  return linted;
}

export function isKeepRule({ rule }: LintedRule): boolean {
  return rule.selection.countType === 'imageCountMoreThan' && rule.selection.countNumber >= KEEPING_COUNT;
}

export function selectsEveryTagged({ rule, entries }: LintedRule): boolean {
  return rule.selection.tagStatus === 'tagged' && entries.every(matchesEveryTag);
}

/** Whether the outer rule selects every image that the inner one selects. True only where it is certain. */
export function selectsAllOf(outer: LintedRule, inner: LintedRule): boolean {
  const [wide, narrow] = [outer.rule.selection.tagStatus, inner.rule.selection.tagStatus];
  if (wide === 'any') return true;
  if (wide !== narrow) return false;
  return wide === 'untagged' || outer.entries.every((entry) => inner.entries.some((candidate) => covers(entry, candidate)));
}

/** The fewest earlier rules that certainly claim all that a rule selects, or none. */
export function claimantsOf(linted: LintedRule): readonly LintedRule[] | undefined {
  const alone = linted.earlier.find((other) => selectsAllOf(other, linted));
  if (alone) return [alone];
  if (linted.rule.selection.tagStatus !== 'any') return undefined;
  const untagged = linted.earlier.find(({ rule }) => rule.selection.tagStatus === 'untagged');
  const tagged = linted.earlier.find(selectsEveryTagged);
  return untagged && tagged ? [untagged, tagged] : undefined;
}

/** Whether two rules have the same tag list, in whatever order. */
export function sameTagList(a: LintedRule, b: LintedRule): boolean {
  const textOf = ({ entries }: LintedRule) => JSON.stringify(entries.map(({ kind, text }) => `${kind} ${text}`).sort());
  return a.entries.length > 0 && textOf(a) === textOf(b);
}

/** `rule 3`, `rules 2 and 3`. */
export function named(rules: readonly LintedRule[]): string {
  return `${rules.length === 1 ? 'rule' : 'rules'} ${rules.map(({ priority }) => priority).join(' and ')}`;
}
