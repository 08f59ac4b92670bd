import { rmSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
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
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    underWay.add(temporary);
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    dropUnfinished();
    throw refusal('FileNotWritten', `cannot write ${show(file)}: ${(error as Error).message}`, error);
  }
  underWay.delete(temporary);
}

export function dropUnfinished(): void {
  for (const file of underWay) rmSync(file, { force: true });
  underWay.clear();
}
