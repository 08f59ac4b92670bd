import { ACTION_KEYS, DOCUMENT_KEYS, RULE_KEYS, SELECTION_KEYS } from './policy-keys';
import type { ProblemCode } from './problem-codes';
import type { Problem } from '../text/problem';
import { show } from '../text/show';

/** Keys and places on the way from the document to a value in it. */
export type Path = readonly (string | number)[];

/** Collects problems as checks come upon them, and hands them back in reading order. */
export class Findings {
  private readonly found: { readonly at: Path; readonly code: ProblemCode; readonly message: string }[] = [];

  add(code: ProblemCode, at: Path, message: string): void {
    this.found.push({ at, code, message });
  }

  /** By rule, then by field; what is wrong with one value in the order of the checks. */
  inReadingOrder(): Problem[] {
    return [...this.found]
      .sort((a, b) => comparePaths(a.at, b.at))
      .map(({ at, code, message }) => ({ code, path: pathText(at), message }));
  }
}

/** What a message calls the value at a path: `countNumber`, `tagPatternList[1]`, `rules[0]`. */
export function nameOf(at: Path): string {
  const key = at.filter((step) => typeof step === 'string').at(-1);
  return key === undefined ? 'the policy' : pathText(at.slice(at.lastIndexOf(key)));
}

/** Broken texts can be nested thousands of levels deep: nobody reads that far. */
export const MAX_PATH_LENGTH = 16;

function pathText(at: Path): string {
  const steps = at.slice(0, MAX_PATH_LENGTH).map((step, i) => {
    if (typeof step === 'number') return `[${step}]`;
    if (!/^[A-Za-z_$][\w$]{0,60}$/.test(step)) return `[${show(step)}]`;
    return i === 0 ? step : `.${step}`;
  });
  return steps.join('') + (at.length > MAX_PATH_LENGTH ? '…' : '');
}

const KEY_RANK = new Map<string, number>(
  [...DOCUMENT_KEYS, ...RULE_KEYS, ...SELECTION_KEYS, ...ACTION_KEYS].map((key, rank) => [key, rank]),
);

function comparePaths(a: Path, b: Path): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareSteps(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Known keys in ECR's order, then unknown ones by name. */
function compareSteps(a: string | number, b: string | number): number {
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const byRank = rankOf(a) - rankOf(b);
  return byRank !== 0 ? byRank : (a < b ? -1 : 1);
}

function rankOf(step: string | number): number {
  return typeof step === 'number' ? -1 : KEY_RANK.get(step) ?? KEY_RANK.size;
}
