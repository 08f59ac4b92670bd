/** One problem with an input. All problems of one input are reported together. */
export interface Problem {
  /** Stable, PascalCase. */
  readonly code: string;
  /** The place in the input: `rules[2].selection.countNumber`. Empty for the input as a whole. */
  readonly path: string;
  /** A lower-case sentence with the wrong value and the correction. */
  readonly message: string;
}

/** The value that was read from an input, or all problems with the input. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Collects the problems of one input. A place is text, unless the caller says how to format and sort its own kind of place. */
export class Problems<Code extends string = string, At = string> {
  private readonly found: { readonly code: Code; readonly at: At; readonly message: string }[] = [];

  /**
   * @param format Turns a place into the path of a problem.
   * @param order Compares two places. Without it, the problems keep the order in which they were added.
   */
  constructor(private readonly format: (at: At) => string = String, private readonly order?: (a: At, b: At) => number) {}

  /** Adds a problem. Bound to this object, so that checks can take it as a function. */
  readonly add = (code: Code, at: At, message: string): void => {
    this.found.push({ code, at, message });
  };

  get isEmpty(): boolean {
    return this.found.length === 0;
  }

  list(): Problem[] {
    const { order } = this;
    const sorted = order ? [...this.found].sort((a, b) => order(a.at, b.at)) : this.found;
    return sorted.map(({ code, at, message }) => ({ code, path: this.format(at), message }));
  }

  /** Returns the problems, or the value if there are none. */
  parsed<T>(value: () => T): Parsed<T> {
    return this.isEmpty ? { ok: true, value: value() } : { ok: false, problems: this.list() };
  }
}

/** Formats one line per problem: `DuplicatePriority at rules[1].rulePriority: …`. */
export function describeProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ code, path, message }) => (path === '' ? `${code}: ${message}` : `${code} at ${path}: ${message}`))
    .join('\n');
}

/** Formats all problems on one line. */
export function describeProblemsInLine(problems: readonly Problem[]): string {
  return describeProblems(problems).replace(/\n/g, '; ');
}
