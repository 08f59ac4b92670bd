import { describeProblems, Problem } from '../core/text/problem';

/** An error that stops synthesis because the API was misused. */
export class MisuseError extends Error {
  constructor(readonly code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = code;
  }
}

/** Throws one error that lists all problems of an input. */
export function rejectProblems(code: string, subject: string, problems: readonly Problem[]): never {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const lines = describeProblems(problems).split('\n').map((line) => `  - ${line}`);
  throw new MisuseError(code, [`${subject} has ${count}:`, ...lines].join('\n'));
}
