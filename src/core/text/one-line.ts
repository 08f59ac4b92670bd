import { utf8Length } from './utf8';

/** The most characters that a failure's reason has. */
const MAX_CHARACTERS = 1500;

/** And the most bytes as UTF-8: the whole answer to CloudFormation may have 4,096. */
const MAX_BYTES = 2400;

/**
 * Makes text fit the reason of a CloudFormation event: one line, within both limits.
 *
 * @param before what comes first, and may be cut
 * @param after what is never cut, unless it is too long by itself
 */
export function oneLine(before: string, after = ''): string {
  const tail = flat(after);
  const head = flat(before);
  const space = head === '' || tail === '' ? '' : ' ';
  const room = { characters: MAX_CHARACTERS - tail.length - space.length, bytes: MAX_BYTES - utf8Length(tail) - space.length };
  if (room.characters < 0 || room.bytes < 0) return fitted(`${head}${space}${tail}`, MAX_CHARACTERS, MAX_BYTES);
  return `${fitted(head, room.characters, room.bytes)}${space}${tail}`;
}

function flat(text: string): string {
  return text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

function fitted(line: string, characters: number, bytes: number): string {
  if (line.length <= characters && utf8Length(line) <= bytes) return line;
  let cut = '';
  let used = utf8Length('…');
  for (const character of line) {
    used += utf8Length(character);
    if (used > bytes || cut.length + character.length >= characters) break;
    cut += character;
  }
  return `${cut}…`;
}
