import type { StorageClass } from './policy-document';
import { nameOf, Path, PolicyProblems } from './policy-problems';
import type { ProblemCode } from './problem-codes';
import type { RuleFacts } from './rule-checks';
import { show } from '../text/show';

/** Checks the rules against each other. If two rules conflict, the problem is reported for the later one in the text. */
export function checkAcrossRules(rules: readonly RuleFacts[], problems: PolicyProblems): void {
  checkPriorities(rules, problems);
  for (const storageClass of ['standard', 'archive'] as const) {
    const ofClass = rules.filter((rule) => rule.storageClass === storageClass);
    checkOnce(ofClass, 'any', 'DuplicateAny', problems);
    checkOnce(ofClass, 'untagged', 'DuplicateUntagged', problems);
    checkAnyIsLast(ofClass, storageClass, problems);
    checkPrefixes(ofClass, storageClass, problems);
  }
}

function checkPriorities(rules: readonly RuleFacts[], problems: PolicyProblems): void {
  const firstWith = new Map<number, Path>();
  for (const { at, rulePriority } of rules) {
    if (rulePriority === undefined) continue;
    const first = firstWith.get(rulePriority);
    if (first) {
      problems.add('DuplicatePriority', [...at, 'rulePriority'],
        `rulePriority is ${rulePriority}, as in ${nameOf(first)}: give each rule its own`);
    } else {
      firstWith.set(rulePriority, at);
    }
  }
}

function checkOnce(rules: readonly RuleFacts[], tagStatus: 'any' | 'untagged', code: ProblemCode, problems: PolicyProblems): void {
  const [first, ...others] = rules.filter((rule) => rule.tagStatus === tagStatus);
  for (const { at, storageClass } of others) {
    problems.add(code, [...at, 'selection', 'tagStatus'],
      `tagStatus is ${show(tagStatus)}, as in ${nameOf(first.at)} of the same storage class (${storageClass}): ` +
      'keep one of these rules, or select tags');
  }
}

function checkAnyIsLast(rules: readonly RuleFacts[], storageClass: StorageClass, problems: PolicyProblems): void {
  // Two rules for any image are a separate problem, so each is compared only with rules of another tagStatus.
  const highest = highestPriority(rules.filter((rule) => rule.tagStatus !== 'any'));
  for (const { at, tagStatus, rulePriority } of rules) {
    if (tagStatus !== 'any' || rulePriority === undefined || rulePriority >= highest) continue;
    problems.add('MisplacedAnyRule', [...at, 'rulePriority'],
      `rulePriority is ${rulePriority}, but a rule with tagStatus "any" must come last in its storage class ` +
      `(${storageClass}), where another rule has ${highest}: give it ${highest + 1} or more`);
  }
}

function checkPrefixes(rules: readonly RuleFacts[], storageClass: StorageClass, problems: PolicyProblems): void {
  const firstWith = new Map<string, Path>();
  for (const { at, prefixes } of rules) {
    for (const [prefix, position] of prefixes ?? []) {
      const first = firstWith.get(prefix);
      if (first) {
        const here = [...at, 'selection', 'tagPrefixList', position];
        problems.add('DuplicatePrefix', here,
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
