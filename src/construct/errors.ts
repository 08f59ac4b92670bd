import * as path from 'path';
import { describeProblems, Problem } from '../core/text/problem';

/** An error that stops synthesis because the API was misused. Its message begins with the code. */
export class MisuseError extends Error {
  declare public readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    // Not enumerable, because Node.js prints enumerable properties of an error that ends a program. The message has the code already.
    // The name remains "Error" for the same reason.
    Object.defineProperty(this, 'code', { value: code });
    if (this.stack !== undefined) this.stack = withCallersOnly(this.stack);
  }
}

/** Returns a value, or the message of the mistake that prevents it, for a validation that lists the mistakes of all constructs. */
export function valueOrMistake<T>(read: () => T): { readonly value: T } | { readonly mistake: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof MisuseError) return { mistake: error.message };
    throw error;
  }
}

/** Throws one error that lists all problems of an input. */
export function rejectProblems(code: string, subject: string, problems: readonly Problem[]): never {
  throw new MisuseError(code, describeAll(subject, problems));
}

/** Formats all problems of an input, one per line. */
export function describeAll(subject: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const lines = describeProblems(problems).split('\n').map((line) => `  - ${line}`);
  return [`${subject} has ${count}:`, ...lines].join('\n');
}

/** The folders of this package: the compiled files, and the sources that a source map names. */
const OWN_FOLDERS = ['lib', 'src'].map((folder) => path.join(__dirname, '..', '..', folder) + path.sep);

/** The stack frames that do not help to find the mistake: those of this package, of CDK and of Node.js itself. */
function isForeign(frame: string): boolean {
  return OWN_FOLDERS.some((folder) => frame.includes(folder)) || /[\\/]node_modules[\\/](aws-cdk-lib[^\\/]*|constructs)[\\/]|\(?node:internal/.test(frame);
}

/** Returns a stack that begins with the line of the user's program, or the whole stack if it has no such line. */
function withCallersOnly(stack: string): string {
  const start = stack.search(/\n {4}at /);
  if (start < 0) return stack;
  const frames = stack.slice(start + 1).split('\n').filter((frame) => !isForeign(frame));
  return frames.length === 0 ? stack : [stack.slice(0, start), ...frames].join('\n');
}
