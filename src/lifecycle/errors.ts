import { describeProblems, Problem } from '../core/problem';

/**
 * Stops the synthesis over a misuse of the API.
 *
 * @internal
 */
export class MisuseError extends Error {
  constructor(readonly code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = code;
  }
}

/** Throws once, with everything that is wrong, or not at all. */
export function refuseProblems(subject: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const lines = describeProblems(problems).split('\n').map((line) => `  - ${line}`);
  throw new MisuseError('LifecyclePolicyInvalid', [`${subject} has ${count}:`, ...lines].join('\n'));
}
