import { readFile } from 'node:fs/promises';
import { decodeText } from './decode';
import { describeJsonError } from '../../core/text/json-error';
import { show } from '../../core/text/show';
import { commandError } from '../errors';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is not a directory',
};

/** Returns the text of a file, or of stdin for `-`. */
export async function readText(file: string): Promise<string> {
  try {
    if (file !== '-') return decodeText(await readFile(file));
    const pieces: Buffer[] = [];
    for await (const piece of process.stdin) pieces.push(piece as Buffer);
    return decodeText(Buffer.concat(pieces));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw commandError('UnreadableFile', `cannot read ${show(file)}: ${REASONS[code] ?? message}`, error);
  }
}

export async function readJson(file: string, code: string): Promise<unknown> {
  return parseJson(await readText(file), file, code);
}

/**
 * Parses a file that `cdk synth` wrote.
 *
 * @param code The code of the error if the text is not JSON.
 */
export function parseJson(text: string, file: string, code: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw commandError(code, `${show(file)} is not JSON: ${describeJsonError(text)}; run cdk synth again`);
  }
}
