import { readFile } from 'node:fs/promises';
import { show } from '../../core/text/show';
import { refusal } from '../errors';

const BECAUSE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read',
  ENOTDIR: 'a part of its path is no directory',
};

/** The text of a file; `-` stands for what comes in on stdin. */
export async function readText(file: string): Promise<string> {
  try {
    if (file !== '-') return textIn(await readFile(file));
    const pieces: Buffer[] = [];
    for await (const piece of process.stdin) pieces.push(piece as Buffer);
    return textIn(Buffer.concat(pieces));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw refusal('UnreadableFile', `cannot read ${show(file)}: ${BECAUSE[code] ?? message}`, error);
  }
}

/** Without the mark that some editors put before UTF-8: it is no part of the text. */
function textIn(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

export async function readJson(file: string, code: string): Promise<unknown> {
  return parseJson(await readText(file), file, code);
}

/** @param file where the text is from */
export function parseJson(text: string, file: string, code: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(code, `${show(file)} is not JSON: it starts with ${show(text.slice(0, 40))}; run cdk synth again`);
  }
}
