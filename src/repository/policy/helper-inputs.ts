import { knownJson } from './known-json';
import { rejectProblems } from '../../construct/errors';
import { isKnown, legible } from '../../core/repository-policy/known-text';
import type { Report } from '../../core/repository-policy/problem-codes';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';

type Check = (text: string, at: string, report: Report) => void;

/** Throws one error with all problems of the inputs of a helper. */
export function rejectInvalidInputs(helper: string, ...problems: ReadonlyArray<readonly Problem[]>): void {
  const all = problems.flat();
  if (all.length > 0) rejectProblems('InvalidRepositoryPolicy', `RepositoryPolicy.${helper}`, all);
}

/** Returns the problems of a list that needs at least one value. Tokens pass the check. */
export function listProblems(name: string, values: readonly string[], check: Check): Problem[] {
  return values.length === 0
    ? [{ code: 'MissingInput', path: name, message: `${name} is []: give at least one` }]
    : optionalListProblems(name, values, check);
}

/** Returns the problems of a list that may be empty. Tokens pass the check. */
export function optionalListProblems(name: string, values: readonly string[], check: Check): Problem[] {
  return values.flatMap((value, i) => valueProblems(`${name}[${i}]`, value, check));
}

/** Returns the problems of one value. Tokens pass the check. */
export function valueProblems(name: string, value: string, check: Check): Problem[] {
  const problems: Problem[] = [];
  check(String(knownJson(value)), name, (code, path, message) => problems.push({ code, path, message }));
  return problems;
}

export function checkProjectName(text: string, at: string, report: Report): void {
  if (!isKnown(text) || /^[A-Za-z0-9_*?-]+$/.test(text)) return;
  report('InvalidProjectName', at, `${show(legible(text))} is not a valid name of a CodeBuild project: write the name without its ARN`);
}
