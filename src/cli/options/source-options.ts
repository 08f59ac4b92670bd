import { repeatedNames } from './lists';
import { momentProblem, parseTime } from '../../core/evaluation/time';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import type { AssemblyGate, AssemblyRepository } from '../assembly/assembly-gate';
import type { UnreadTemplate } from '../assembly/inner-stacks';
import { readAssembly } from '../assembly/read-assembly';
import { commandError, problemsError } from '../errors';

/** The options that name the policies and the images. */
export interface SourceOptions {
  readonly app?: string;
  readonly images?: readonly string[];
  readonly now?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly parameters?: readonly string[];
  readonly allowNewerAssembly?: boolean;
}

/** Returns the problems of options that exclude or require each other. */
export function sourceProblems(
  { app, images, now, profile, parameters }: SourceOptions, policies: { readonly option: string; readonly isGiven: boolean },
): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, message: string) => problems.push({ code: 'InvalidOption', path, message });
  if (app !== undefined && policies.isGiven) add('--app', `cannot be combined with ${policies.option}, because the app contains its policies`);
  if (app === undefined && parameters !== undefined) add('--parameters', 'requires --app, because only an app has parameters');
  if (images === undefined && now !== undefined) add('--now', 'requires --images, because ECR judges by its own clock');
  if (images !== undefined && profile !== undefined) add('--profile', 'cannot be combined with --images, which does not call AWS');
  return [...problems, ...repeatedNames('--parameters', parameters), ...repeatedNames('--images', images)];
}

export function rejectOptions(problems: readonly Problem[]): void {
  const [only, ...more] = problems;
  if (only === undefined) return;
  throw more.length > 0 ? problemsError('InvalidOptions', 'the command line', problems) : commandError('InvalidOptions', `${only.path}: ${only.message}`);
}

/** The gates and the repositories of an app. */
export interface AppContents {
  readonly gates: readonly AssemblyGate[];
  readonly repositories: readonly AssemblyRepository[];
  readonly unread: readonly UnreadTemplate[];
}

/** Returns the contents of the app. Without an app, there are none. */
export async function readApp(
  { app, parameters = [], allowNewerAssembly = false }: Pick<SourceOptions, 'app' | 'parameters' | 'allowNewerAssembly'>,
): Promise<AppContents> {
  if (app === undefined) return { gates: [], repositories: [], unread: [] };
  const { gates, repositories, unread, parameterNames } = await readAssembly(app, allowNewerAssembly);
  const values = parseParameters(parameters, parameterNames);
  const unknown = Object.keys(values).filter((name) => !parameterNames.has(name));
  if (unknown.length > 0) {
    throw commandError('UnknownParameter', `--parameters sets ${show(unknown)}, but no stack in ${show(app)} has such a parameter;`
      + ' check the names, or the plan would use the defaults');
  }
  return {
    gates: gates.map((gate) => ({ ...gate, parameters: values })),
    repositories: repositories.map((repository) => ({ ...repository, parameters: values })),
    unread,
  };
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

/** Parses `NAME=VALUE` entries. A value can contain commas, because it can be a list. */
function parseParameters(given: readonly string[], known: ReadonlySet<string>): Readonly<Record<string, string>> {
  const malformed = given.find((text) => !/^[A-Za-z0-9]+=/.test(text));
  if (malformed !== undefined) throw commandError('InvalidOptions', `--parameters takes NAME=VALUE, got ${show(malformed)}`);
  const values = Object.fromEntries(given.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
  for (const [name, value] of Object.entries(values)) {
    const [, joined] = [.../,\s*([A-Za-z0-9]+)=/g.exec(value) ?? []];
    if (joined !== undefined && known.has(joined) && !(joined in values)) {
      throw commandError('InvalidOptions', `--parameters ${name} has the value ${show(value)}, which also seems to set ${show(joined)}; write the parameters one after `
        + 'another with a space between them, or give both if the value is correct');
    }
  }
  return values;
}
