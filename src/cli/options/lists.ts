import { existsSync } from 'node:fs';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';

/**
 * Splits the values of a list option at commas.
 *
 * An entry that is empty remains, so that the check of the option reports it. Options whose values can contain commas, such as names
 * of files and values of parameters, are not split.
 */
export function splitList(values: readonly string[]): string[] {
  return [...new Set(values.flatMap((value) => value.split(',')).map((entry) => entry.trim()))];
}

/** Returns a problem for each entry of a list option that is a file, because an argument that follows such an option belongs to it. */
export function swallowedFiles(option: string, values: readonly string[] = []): Problem[] {
  return values.filter((value) => /\.json$/i.test(value) && existsSync(value)).map((file) => (
    { code: 'InvalidOption', path: option, message: `${show(file)} is a file; write the files before the options, or after --` }));
}

/** Returns a problem for each name that `NAME=VALUE` entries give more than once, because the last one would win. */
export function repeatedNames(option: string, values: readonly string[] = []): Problem[] {
  const names = values.flatMap((value) => /^([^=]+)=/.exec(value)?.[1] ?? []);
  const repeated = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
  return repeated.map((name) => ({ code: 'InvalidOption', path: option, message: `gives ${show(name)} more than once; give it once` }));
}
