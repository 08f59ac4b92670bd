import type { PolicyDocument, PolicyRule } from '../../../src/core/policy/policy-document';
import { parsePolicyText, renderPolicyText } from '../../../src/core/policy/policy-text';
import { policyWarnings, inventoryWarnings } from '../../../src/core/warnings/find-warnings';
import { any, daysAgo, expire, moreThan, NOW, prefixed, pushedBefore, tagged } from '../evaluation/evaluator-fixtures';

/** Returns the best processor time of several runs in milliseconds, so that other processes do not matter. */
function processorTimeOf(work: () => unknown): number {
  return Math.min(...Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  }));
}

const numbers = (length: number) => Array.from({ length }, (_, i) => i);
const fifty = (rule: (i: number) => PolicyRule): PolicyDocument => ({ rules: numbers(50).map(rule) });

const FIFTY_RULES: [string, PolicyDocument][] = [
  ['plain rules', fifty((i) => expire(i + 1, tagged(`service-${i}-*`), moreThan(10)))],
  ['patterns of 300 characters that differ only at the end', fifty((i) => expire(i + 1, tagged(`${'a*'.repeat(4)}${'a'.repeat(290)}${i}`), moreThan(10)))],
  ['prefixes that begin with one another', fifty((i) => expire(i + 1, prefixed('s'.repeat(300 - i)), moreThan(10)))],
  ['lists of 40 patterns that overlap', fifty((i) => expire(i + 1, tagged(...numbers(40).map((j) => `*${i}${j}*`)), moreThan(10)))],
];

/** The worst cases that fit into the 30,720 characters that ECR accepts. */
const MAX_LISTS: [string, PolicyDocument][] = [
  ['one list of 4000 patterns that overlap', { rules: [expire(1, tagged(...numbers(4000).map((i) => `*${i.toString(36)}`.slice(0, 3) + '*')), moreThan(10))] }],
  ['two lists of 1400 patterns that do not cover each other', {
    rules: [
      expire(1, tagged(...numbers(1400).map((i) => `*x${i}*`)), moreThan(10)), expire(2, tagged(...numbers(1400).map((i) => `*x${i}*`).reverse(), '*a'), moreThan(10)),
    ],
  }],
];

test.each([
  ...FIFTY_RULES.map(([name, document]) => [name, document, 50] as const),
  ...MAX_LISTS.map(([name, document]) => [name, document, 500] as const),
])('%s', (_, document, maxTime) => {
  expect(parsePolicyText(renderPolicyText(document)).ok).toBe(true);
  expect(processorTimeOf(() => policyWarnings(document))).toBeLessThan(maxTime);
});

test('100,000 images that expire', () => {
  const images = numbers(100_000).map((i) => ({ imageDigest: `sha256:${i}`, imageTags: [`build-${i}`], imagePushedAt: daysAgo(40) }));
  const document = { rules: [expire(1, tagged('pr-*'), moreThan(10)), expire(2, any, pushedBefore(30))] };
  expect(processorTimeOf(() => inventoryWarnings(document, images, NOW))).toBeLessThan(1500);
});
