import { Token } from 'aws-cdk-lib';
import { LifecycleRule } from './lifecycle-rule';
import { MisuseError } from '../construct/errors';
import type { MaxExpiring } from '../core/judgment/guards/max-expiring';
import { PolicyRule, storageClassOf } from '../core/policy/policy-document';
import { MAX_RULES } from '../core/policy/validation';
import { proofOf } from '../core/proof/protected-tags';
import { show } from '../core/text/show';
import { keepPatternOf } from '../core/warnings/protected-tags';
import { covers, patternEntry } from '../core/warnings/tag-entry';

/** The content of a policy. */
export interface PolicyContent {
  readonly rules: readonly PolicyRule[];
  readonly budgets: readonly MaxExpiring[];
  /** The priorities of the rules whose factory states that all entries of the tag list must match. */
  readonly meantAsAnd: readonly number[];
  /** The dummy value of a lookup, which takes the place of the text until the CDK synthesizes the app again. */
  readonly placeholder?: string;
}

/**
 * Adds one keep rule before all others for each pattern that the policy could act on otherwise.
 *
 * The other rules keep their priorities if there is room before the first one. If not, all of them move by the same number.
 */
export function withKeepRules(content: PolicyContent, patterns: readonly string[]): PolicyContent {
  const { rules, budgets, meantAsAnd } = content;
  const unproven = withoutProof(rules, patterns);
  if (unproven.length === 0) return content;
  rejectUnplaceablePatterns(rules, unproven);
  const room = Math.min(...rules.map(({ rulePriority }) => rulePriority)) - 1;
  const shift = Math.max(0, unproven.length - room);
  const moved = <T extends { readonly rulePriority: number }>(value: T): T => ({ ...value, rulePriority: value.rulePriority + shift });
  return {
    ...content,
    rules: [...LifecycleRule.keepForEachPattern(unproven.map((pattern) => keepPatternOf(pattern)!))._render(), ...rules.map(moved)],
    budgets: budgets.map(moved),
    meantAsAnd: meantAsAnd.map((priority) => priority + shift),
  };
}

export function hasTokens(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasTokens);
}

/** Returns the patterns that the policy could act on, without those that another one covers. A policy with tokens could act on all. */
function withoutProof(rules: readonly PolicyRule[], patterns: readonly string[]): string[] {
  if (rules.length === 0 || patterns.length === 0) return [];
  const unreadable = hasTokens(rules);
  // A keep rule does not protect images from the rules for archived images.
  const document = { rules: unreadable ? [] : rules.filter((rule) => storageClassOf(rule) === 'standard') };
  const entries = patterns.filter((pattern) => unreadable || !proofOf(document, pattern).proven).map(patternEntry);
  return entries
    .filter((entry, i) => !entries.some((other, j) => i !== j && covers(other, entry) && (j < i || !covers(entry, other))))
    .map(({ text }) => text);
}

function rejectUnplaceablePatterns(rules: readonly PolicyRule[], patterns: readonly string[]): void {
  const problems: string[] = [];
  if (rules.some(({ rulePriority }) => Token.isUnresolved(rulePriority))) {
    problems.push('the policy has a rule whose priority is a token; set its priority to a number');
  }
  const unsupported = patterns.filter((pattern) => keepPatternOf(pattern) === undefined);
  if (unsupported.length > 0) problems.push(`ECR allows at most 4 * in a pattern, got ${show(unsupported)}; protect simpler patterns`);
  if (rules.length + patterns.length > MAX_RULES) {
    problems.push(`the policy has ${rules.length} rules and needs ${patterns.length} keep rules, more than the ${MAX_RULES} rules that ECR allows; `
      + 'merge rules, or protect fewer patterns');
  }
  if (problems.length === 0) return;
  throw new MisuseError('UnkeptProtectedTags', `keepProtectedTags cannot add keep rules for ${show(patterns)}: ${problems.join('; ')}`);
}
