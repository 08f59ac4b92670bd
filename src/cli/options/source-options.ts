import { momentProblem, parseTime } from '../../core/evaluation/time';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import type { AssemblyGate } from '../assembly/assembly-gate';
import { readAssembly } from '../assembly/read-assembly';
import { commandError, problemsError } from '../errors';

/** The options that name the policies and the images. */
export interface SourceOptions {
  readonly app?: string;
  readonly policy?: string;
  readonly repository?: string;
  readonly images?: readonly string[];
  readonly now?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly parameters?: readonly string[];
  readonly allowNewerAssembly?: boolean;
}

/** Returns the problems of options that exclude or require each other. */
export function sourceProblems({ app, policy, images, now, profile, parameters }: SourceOptions): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, message: string) => problems.push({ code: 'InvalidOption', path, message });
  if (app !== undefined && policy !== undefined) add('--app', 'cannot be combined with --policy, because the app contains its policies');
  if (app === undefined && parameters !== undefined) add('--parameters', 'requires --app, because only an app has parameters');
  if (images === undefined && now !== undefined) add('--now', 'requires --images, because ECR judges by its own clock');
  if (images !== undefined && profile !== undefined) add('--profile', 'cannot be combined with --images, which does not call AWS');
  return problems;
}

export function rejectOptions(problems: readonly Problem[]): void {
  if (problems.length > 0) throw problemsError('InvalidOptions', 'the command line', problems);
}

/** Returns the gates of the app, or none without an app. */
export async function readGates(
  { app, parameters = [], allowNewerAssembly = false }: Pick<SourceOptions, 'app' | 'parameters' | 'allowNewerAssembly'>,
): Promise<AssemblyGate[]> {
  if (app === undefined) return [];
  const values = parseParameters(parameters);
  const { gates, parameterNames } = await readAssembly(app, allowNewerAssembly);
  const unknown = Object.keys(values).filter((name) => !parameterNames.has(name));
  if (unknown.length > 0) {
    throw commandError('UnknownParameter', `--parameters sets ${show(unknown)}, but no stack in ${show(app)} has such a parameter;`
      + ' check the names, or the plan would use the defaults');
  }
  return gates.map((gate) => ({ ...gate, parameters: values }));
}

/** Returns the given time, or the present, in milliseconds since 1970. */
export function moment(now: string | undefined): number {
  if (now === undefined) return Date.now();
  const problem = momentProblem(now);
  if (problem !== undefined) throw commandError('InvalidOptions', `--now ${show(now)} is ${problem}`);
  return parseTime(now);
}

export function wholeNumber(option: string, text: string, min: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) >= min) return Number(text);
  throw commandError('InvalidOptions', `--${option} must be a whole number, at least ${min}, got ${show(text)}`);
}

/** Parses `NAME=VALUE` entries. */
function parseParameters(given: readonly string[]): Readonly<Record<string, string>> {
  const malformed = given.find((text) => !/^[A-Za-z0-9]+=/.test(text));
  if (malformed !== undefined) throw commandError('InvalidOptions', `--parameters takes NAME=VALUE, got ${show(malformed)}`);
  return Object.fromEntries(given.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
}
