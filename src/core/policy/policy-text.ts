import { repeatedKeys } from './json-keys';
import type { PolicyDocument } from './policy-document';
import { inKeyOrder } from './policy-keys';
import { Path, PolicyProblems } from './policy-problems';
import { checkPolicy } from './validation';
import { TEXT_OF_ECR, Wrapped, wrappedPolicyIn } from './wrapped-policy';
import { isObject, sameJson } from '../text/json';
import { describeJsonError, excerptOf } from '../text/json-error';
import type { Parsed, Problem } from '../text/problem';
import { show } from '../text/show';

/** The range of lengths of a policy text that ECR accepts, in characters (not in bytes). */
export const MIN_POLICY_TEXT_LENGTH = 100;
export const MAX_POLICY_TEXT_LENGTH = 30_720;

const WHOLE: Path = [];

/** Returns all problems of a text, or the document with its known keys and with the rules in the order of the text. */
export function parsePolicyText(text: string): Parsed<PolicyDocument> {
  const problems = new PolicyProblems();
  checkTooLong(text, problems);
  if (!problems.isEmpty) return { ok: false, problems: problems.list() };

  const json = parseJson(text);
  const wrapped = json.ok ? wrappedPolicyIn(json.value) : undefined;
  if (wrapped) return { ok: false, problems: [wrappedProblem(wrapped)] };
  if (json.ok) {
    for (const { key, at } of repeatedKeys(text)) {
      problems.add('DuplicateKey', at,
        `the key ${show(key)} is written twice in one object, and JSON would silently drop the first value: keep one`);
    }
    checkPolicy(json.value, { problems, isUnresolved: () => false });
  } else {
    problems.add('MalformedJson', WHOLE,
      `the text ${show(excerptOf(text))} is not JSON (${describeJsonError(text)}): correct it there, or let a JSON library write it`);
  }
  checkTooShort(text, problems);
  return problems.parsed(() => inKeyOrder(json.value as PolicyDocument));
}

/** A text that is not a policy has this problem only, because its keys are not those of a policy. */
function wrappedProblem(wrapped: Wrapped): Problem {
  if (wrapped.is === 'unclear') return { code: wrapped.code, path: '', message: `the text is ${wrapped.message}` };
  return {
    code: 'WrappedPolicy',
    path: '',
    message: `the text is ${wrapped.document}, and ECR accepts only the policy in it: take that text${wrapped.isOfEcr ? `, for example with ${TEXT_OF_ECR}` : ''}`,
  };
}

/** Checks the length of a text that `parsePolicyText` does not read. */
export function checkPolicyTextLength(text: string): Problem[] {
  const problems = new PolicyProblems();
  checkTooLong(text, problems);
  checkTooShort(text, problems);
  return problems.list();
}

/** Formats a document as compact JSON text, with its keys in ECR's order. */
export function renderPolicyText(document: PolicyDocument): string {
  return JSON.stringify(inKeyOrder(document));
}

/**
 * True if two texts contain the same policy. The order of keys, white space and the order of the rules do not matter. The order
 * of every other list does. Text that is not JSON equals identical text only.
 */
export function samePolicy(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [parseJson(a), parseJson(b)];
  return left.ok && right.ok && sameJson(byPriority(left.value), byPriority(right.value));
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly value?: undefined };

function parseJson(text: string): Json {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function checkTooLong(text: string, problems: PolicyProblems): void {
  // A character takes at most two UTF-16 units, so the characters of a huge text need not be counted.
  const length = text.length > 2 * MAX_POLICY_TEXT_LENGTH ? text.length : charactersOf(text);
  if (length <= MAX_POLICY_TEXT_LENGTH) return;
  problems.add('OversizedLifecyclePolicy', WHOLE,
    `the text has ${length} characters, more than the ${MAX_POLICY_TEXT_LENGTH} that ECR accepts: merge rules or shorten descriptions`);
}

function checkTooShort(text: string, problems: PolicyProblems): void {
  const length = charactersOf(text);
  if (length >= MIN_POLICY_TEXT_LENGTH) return;
  problems.add('UndersizedLifecyclePolicy', WHOLE,
    `the text has ${length} characters, fewer than the ${MIN_POLICY_TEXT_LENGTH} that ECR requires: write at least one whole rule`);
}

/** Counts Unicode characters, some of which take two UTF-16 units. */
function charactersOf(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

function byPriority(document: unknown): unknown {
  if (!isObject(document)) return document;
  const { rules } = document;
  if (!Array.isArray(rules)) return document;
  return { ...document, rules: [...rules].sort((a, b) => compare(priorityOf(a), priorityOf(b))) };
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function priorityOf(rule: unknown): number {
  if (!isObject(rule)) return Infinity;
  return typeof rule.rulePriority === 'number' ? rule.rulePriority : Infinity;
}
