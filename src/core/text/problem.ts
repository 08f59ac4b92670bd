/** One thing wrong with an input. All problems of one input are collected before anybody is told. */
export interface Problem {
  /** Stable, PascalCase. */
  readonly code: string;
  /** Where: `rules[2].selection.countNumber`. Empty for the input as a whole. */
  readonly path: string;
  /** A lower-case sentence with the wrong value and the way out. */
  readonly message: string;
}

/** Either a value, or everything that is wrong with what it should have come from. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** One line per problem: `DuplicatePriority at rules[1].rulePriority: …`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ code, path, message }) => (path === '' ? `${code}: ${message}` : `${code} at ${path}: ${message}`))
    .join('\n');
}

/** All problems on one line. */
export function describeProblemsInLine(problems: readonly Problem[]): string {
  return describeProblems(problems).replace(/\n/g, '; ');
}
