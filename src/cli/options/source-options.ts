import { isMoment, parseTime } from '../../core/evaluation/time';
import type { Guard } from '../../core/judgement/guards/guard';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import { readAssembly } from '../assembly/read-assembly';
import { refusal } from '../errors';
import type { FromGate } from '../judge/assignment';
import { refusalOf } from '../judge/question';

/** Where policies and images come from. */
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

/** What is wrong with where policies and images are to come from. */
export function sourceProblems({ app, policy, images, now, profile, parameters }: SourceOptions): Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: string, message: string) => problems.push({ code: 'InvalidOption', path, message });
  if (app !== undefined && policy !== undefined) refuse('--app', 'an app brings its policies along: leave out --policy');
  if (app === undefined && parameters !== undefined) refuse('--parameters', 'goes with --app: nothing else has parameters');
  if (images === undefined && now !== undefined) refuse('--now', 'goes with --images: ECR judges by its own clock');
  if (images !== undefined && profile !== undefined) refuse('--profile', 'with --images nothing is asked of AWS: leave one of the two out');
  return problems;
}

export function refuseOptions(problems: readonly Problem[]): void {
  if (problems.length > 0) throw refusalOf('InvalidOptions', 'the command line', problems);
}

/** The gates of the app that was named, each with guards that were given besides; none without an app. */
export async function gatesOf(
  { app, parameters = [], allowNewerAssembly = false }: SourceOptions, addedGuards: readonly Guard[] = [],
): Promise<FromGate[]> {
  if (app === undefined) return [];
  const found = await readAssembly(app, { parameters: parametersOf(parameters), allowNewer: allowNewerAssembly });
  return found.map((gate) => ({ ...gate, kind: 'GATE', addedGuards }));
}

/** Milliseconds since 1970: what was given, or the present. The one place that reads the clock for a judgement. */
export function moment(now: string | undefined): number {
  if (now === undefined) return Date.now();
  if (!isMoment(now)) throw refusal('InvalidOptions', `--now must be a time in ISO 8601, like 2026-01-31T12:00:00Z, got ${show(now)}`);
  return parseTime(now);
}

export function count(option: string, text: string, least: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
  throw refusal('InvalidOptions', `--${option} must be a whole number from ${least}, got ${show(text)}`);
}

/** `NAME=VALUE` each. */
function parametersOf(given: readonly string[]): Readonly<Record<string, string>> {
  const wrong = given.find((text) => !/^[A-Za-z0-9]+=/.test(text));
  if (wrong !== undefined) throw refusal('InvalidOptions', `--parameters takes NAME=VALUE, got ${show(wrong)}`);
  return Object.fromEntries(given.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));
}
