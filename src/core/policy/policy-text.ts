import { Findings, Path } from './findings';
import { repeatedKeys } from './json-keys';
import type { PolicyDocument } from './policy-document';
import { inKeyOrder } from './policy-keys';
import { sameJson } from './same-json';
import { checkPolicy } from './validation';
import type { Parsed, Problem } from '../text/problem';
import { show, visible } from '../text/show';

/** The length of a policy text that ECR takes, in characters (not in bytes). */
export const MIN_POLICY_TEXT_LENGTH = 100;
export const MAX_POLICY_TEXT_LENGTH = 30_720;

const WHOLE: Path = [];

/** All problems at once, or the document (rules in text order, only known keys). */
export function parsePolicyText(text: string): Parsed<PolicyDocument> {
  const tooLong = checkTooLong(text);
  if (tooLong.length > 0) return { ok: false, problems: tooLong };

  const findings = new Findings();
  const json = parseJson(text);
  if (json.ok) {
    for (const { key, at } of repeatedKeys(text)) {
      findings.add('DuplicateKey', at,
        `the key ${show(key)} is written twice in one object, and JSON would silently drop the first value: keep one`);
    }
    checkPolicy(json.value, { findings, isUnresolved: () => false });
  } else {
    findings.add('MalformedJson', WHOLE,
      `the text ${show(text)} is not JSON (${json.reason}): correct it there, or let a JSON library write it`);
  }
  checkTooShort(text, findings);

  const problems = findings.inReadingOrder();
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: inKeyOrder(json.value as PolicyDocument) };
}

/** Says whether ECR would take a text of this length: for texts that did not come through `parsePolicyText`. */
export function checkPolicyTextLength(text: string): Problem[] {
  const findings = new Findings();
  checkTooShort(text, findings);
  return [...checkTooLong(text), ...findings.inReadingOrder()];
}

/** The JSON text of a document, in ECR's field order, compact; absent stays absent. */
export function renderPolicyText(document: PolicyDocument): string {
  return JSON.stringify(inKeyOrder(document));
}

/**
 * Whether two texts say the same as JSON. The order of keys, white space and the order in which the rules are written
 * do not matter; the order of every other list does. What is not JSON is the same as an identical text only.
 */
export function samePolicy(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [parseJson(a), parseJson(b)];
  return left.ok && right.ok && sameJson(byPriority(left.value), byPriority(right.value));
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly value?: undefined; readonly reason: string };

function parseJson(text: string): Json {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, reason: whereIn(text, reason) };
  }
}

/** The parser's own words, with line and column where it gives a position. */
function whereIn(text: string, reason: string): string {
  const position = / at position (\d+).*$/.exec(reason);
  const words = visible(position ? reason.slice(0, position.index) : reason);
  const told = words.charAt(0).toLowerCase() + words.slice(1);
  if (!position) return told;
  const lines = text.slice(0, Number(position[1])).split('\n');
  return `${told} at line ${lines.length}, column ${lines[lines.length - 1].length + 1}`;
}

function checkTooLong(text: string): Problem[] {
  // A character takes at most two UTF-16 units, so a text of any size is told at once.
  const length = text.length > 2 * MAX_POLICY_TEXT_LENGTH ? text.length : charactersOf(text);
  if (length <= MAX_POLICY_TEXT_LENGTH) return [];
  const findings = new Findings();
  findings.add('OversizedLifecyclePolicy', WHOLE,
    `the text has ${length} characters, more than the ${MAX_POLICY_TEXT_LENGTH} that ECR takes: merge rules or shorten descriptions`);
  return findings.inReadingOrder();
}

function checkTooShort(text: string, findings: Findings): void {
  const length = charactersOf(text);
  if (length >= MIN_POLICY_TEXT_LENGTH) return;
  findings.add('UndersizedLifecyclePolicy', WHOLE,
    `the text has ${length} characters, fewer than the ${MIN_POLICY_TEXT_LENGTH} that ECR asks for: write at least one whole rule`);
}

/** Unicode characters, of which some take two UTF-16 units. */
function charactersOf(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

function byPriority(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || !('rules' in document)) return document;
  const { rules } = document;
  if (!Array.isArray(rules)) return document;
  return { ...document, rules: [...rules].sort((a, b) => compare(priorityOf(a), priorityOf(b))) };
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function priorityOf(rule: unknown): number {
  if (typeof rule !== 'object' || rule === null || !('rulePriority' in rule)) return Infinity;
  return typeof rule.rulePriority === 'number' ? rule.rulePriority : Infinity;
}
