import { rmSync } from 'node:fs';
import { chmod, mkdir, realpath, rename, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { show } from '../../core/text/show';
import { commandError } from '../errors';

/** The temporary files that are being written. They are removed if the process ends early. */
const unfinished = new Set<string>();

/** Writes to stdout, or replaces a file as a whole, so that other processes never read a part of the text. */
export async function writeOutput(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return;
  }
  try {
    const existing = await stat(file).catch(() => undefined);
    // A device or a pipe, such as /dev/null, must not be replaced by a file, because other processes use it.
    if (existing && !existing.isFile() && !existing.isDirectory()) return await writeFile(file, text);
    await replace(existing ? await realpath(file) : file, text, existing?.mode);
  } catch (error) {
    removeUnfinished();
    throw commandError('UnwritableFile', `cannot write ${show(file)}: ${(error as Error).message}`, error);
  }
}

async function replace(file: string, text: string, mode: number | undefined): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${process.pid}.ecr-lifecycle.tmp`);
  await mkdir(path.dirname(file), { recursive: true });
  unfinished.add(temporary);
  await writeFile(temporary, text);
  if (mode !== undefined) await chmod(temporary, mode);
  await rename(temporary, file);
  unfinished.delete(temporary);
}

export function removeUnfinished(): void {
  for (const file of unfinished) rmSync(file, { force: true });
  unfinished.clear();
}

/** True if HTML is written as a single page, to stdout or to a file with an HTML extension. */
export function isOnePage(output: string | undefined): boolean {
  return output === undefined || /\.html?$/i.test(output);
}
