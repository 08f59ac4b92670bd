import { Findings, nameOf, Path } from './findings';
import type { StorageClass } from './policy-document';
import type { ProblemCode } from './problem-codes';
import type { RuleFacts } from './rule-checks';
import { show } from '../text/show';

/** What rules can have wrong together. Of two that clash, the later one in the text is told. */
export function checkAcrossRules(rules: readonly RuleFacts[], findings: Findings): void {
  checkPriorities(rules, findings);
  for (const storageClass of ['standard', 'archive'] as const) {
    const ofClass = rules.filter((rule) => rule.storageClass === storageClass);
    checkOnce(ofClass, 'any', 'DuplicateAny', findings);
    checkOnce(ofClass, 'untagged', 'DuplicateUntagged', findings);
    checkAnyIsLast(ofClass, storageClass, findings);
    checkPrefixes(ofClass, storageClass, findings);
  }
}

function checkPriorities(rules: readonly RuleFacts[], findings: Findings): void {
  const firstWith = new Map<number, Path>();
  for (const { at, rulePriority } of rules) {
    if (rulePriority === undefined) continue;
    const first = firstWith.get(rulePriority);
    if (first) {
      findings.add('DuplicatePriority', [...at, 'rulePriority'],
        `rulePriority is ${rulePriority}, as in ${nameOf(first)}: give each rule its own`);
    } else {
      firstWith.set(rulePriority, at);
    }
  }
}

function checkOnce(rules: readonly RuleFacts[], tagStatus: 'any' | 'untagged', code: ProblemCode, findings: Findings): void {
  const [first, ...others] = rules.filter((rule) => rule.tagStatus === tagStatus);
  for (const { at, storageClass } of others) {
    findings.add(code, [...at, 'selection', 'tagStatus'],
      `tagStatus is ${show(tagStatus)}, as in ${nameOf(first.at)} of the same storage class (${storageClass}): ` +
      'keep one of these rules, or select tags');
  }
}

function checkAnyIsLast(rules: readonly RuleFacts[], storageClass: StorageClass, findings: Findings): void {
  // Two rules for any image are another problem: here each is compared with the other rules only.
  const highest = highestPriority(rules.filter((rule) => rule.tagStatus !== 'any'));
  for (const { at, tagStatus, rulePriority } of rules) {
    if (tagStatus !== 'any' || rulePriority === undefined || rulePriority >= highest) continue;
    findings.add('MisplacedAnyRule', [...at, 'rulePriority'],
      `rulePriority is ${rulePriority}, but a rule with tagStatus "any" must come last in its storage class ` +
      `(${storageClass}), where another rule has ${highest}: give it ${highest + 1} or more`);
  }
}

function checkPrefixes(rules: readonly RuleFacts[], storageClass: StorageClass, findings: Findings): void {
  const firstWith = new Map<string, Path>();
  for (const { at, prefixes } of rules) {
    for (const [prefix, place] of prefixes ?? []) {
      const first = firstWith.get(prefix);
      if (first) {
        const here = [...at, 'selection', 'tagPrefixList', place];
        findings.add('DuplicatePrefix', here,
          `${nameOf(here)} is ${show(prefix)}, as in ${nameOf(first)} of the same storage class (${storageClass}): ` +
          'merge the rules, or use a tagPatternList in one of them');
      } else {
        firstWith.set(prefix, at);
      }
    }
  }
}

function highestPriority(rules: readonly RuleFacts[]): number {
  return rules.reduce((highest, { rulePriority }) => Math.max(highest, rulePriority ?? 0), 0);
}
