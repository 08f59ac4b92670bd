import { existsSync } from 'node:fs';
import { show } from '../../core/text/show';
import type { Resolved } from '../assembly/resolve-gate';
import { commandError } from '../errors';

/** A file that an argument names, or an argument that no file matches. */
export interface PolicyFile {
  /** The name of the file, or the argument. */
  readonly name: string;
  readonly file: Resolved<string>;
}

const DYNAMIC = /[*?[\]{}()!]/;

/**
 * Returns the files that the arguments name, each once.
 *
 * Shells expand a pattern only if it is not quoted, and only if it matches, so patterns are expanded here as well. A file whose name
 * looks like a pattern is taken by its name.
 */
export async function policyFiles(given: readonly string[]): Promise<PolicyFile[]> {
  const files = new Map<string, PolicyFile>();
  for (const text of given) {
    const isPattern = DYNAMIC.test(text) && !existsSync(text);
    const found = isPattern ? await matching(text) : [text];
    for (const file of found) files.set(file, { name: file, file: { ok: true, value: file } });
    if (found.length === 0) {
      files.set(text, { name: text, file: { ok: false, error: commandError('UnreadableFile', `no file matches ${show(text)}; check the pattern`) } });
    }
  }
  return [...files.values()];
}

async function matching(pattern: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const found = await glob(pattern, { expandDirectories: false, absolute: pattern.startsWith('/') });
  return found.sort();
}
