import { utf8Length } from './words';

/** The most characters in the reason of a failure. */
const MAX_CHARACTERS = 1500;

/** The most bytes in UTF-8. CloudFormation accepts 4,096 bytes for the whole response. */
const MAX_BYTES = 2400;

/**
 * Formats text as the reason of a CloudFormation event: one line, within both limits.
 *
 * @param before The first part, which is shortened if necessary.
 * @param after The last part, which is shortened only if it exceeds a limit by itself.
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
