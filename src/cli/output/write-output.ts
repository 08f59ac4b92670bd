import { rmSync } from 'node:fs';
import { chmod, mkdir, realpath, rename, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { show } from '../../core/text/show';
import { refusal } from '../errors';

/** Files that are being written: whoever ends the process early takes them away. */
const underWay = new Set<string>();

/** To stdout, or to a file as a whole: whoever reads the file sees the former text or the new one, never a part. */
export async function writeOutput(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return;
  }
  try {
    const there = await stat(file).catch(() => undefined);
    // A device or a pipe, such as /dev/null: to put a file in its place would break it for everybody.
    if (there && !there.isFile() && !there.isDirectory()) return await writeFile(file, text);
    await replace(there ? await realpath(file) : file, text, there?.mode);
  } catch (error) {
    dropUnfinished();
    throw refusal('UnwritableFile', `cannot write ${show(file)}: ${(error as Error).message}`, error);
  }
}

async function replace(file: string, text: string, mode: number | undefined): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${process.pid}.ecr-lifecycle.tmp`);
  await mkdir(path.dirname(file), { recursive: true });
  underWay.add(temporary);
  await writeFile(temporary, text);
  if (mode !== undefined) await chmod(temporary, mode);
  await rename(temporary, file);
  underWay.delete(temporary);
}

export function dropUnfinished(): void {
  for (const file of underWay) rmSync(file, { force: true });
  underWay.clear();
}

/** Returns true if HTML is written as a single page, to stdout or to a file of that name. */
export function isOnePage(output: string | undefined): boolean {
  return output === undefined || /\.html?$/i.test(output);
}
