import { ACTION_KEYS, DOCUMENT_KEYS, RULE_KEYS, SELECTION_KEYS } from './policy-keys';
import type { ProblemCode } from './problem-codes';
import { Problems } from '../text/problem';
import { show } from '../text/show';

/** The keys and positions that lead from the document to a value in it. */
export type Path = readonly (string | number)[];

/** Collects the problems of a policy. They are listed by rule, then by field. */
export class PolicyProblems extends Problems<ProblemCode, Path> {
  constructor() {
    super(pathText, comparePaths);
  }
}

/** Returns the name of the value at a path for messages: `countNumber`, `tagPatternList[1]`, `rules[0]`. */
export function nameOf(at: Path): string {
  const key = at.filter((step) => typeof step === 'string').at(-1);
  return key === undefined ? 'the policy' : pathText(at.slice(at.lastIndexOf(key)));
}

/** Longer paths are cut: an invalid text can be nested thousands of levels deep. */
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

/** Sorts known keys in ECR's order, followed by unknown ones by name. */
function compareSteps(a: string | number, b: string | number): number {
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const byRank = rankOf(a) - rankOf(b);
  return byRank !== 0 ? byRank : (a < b ? -1 : 1);
}

function rankOf(step: string | number): number {
  return typeof step === 'number' ? -1 : KEY_RANK.get(step) ?? KEY_RANK.size;
}
