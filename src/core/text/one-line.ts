import { utf8Length } from './utf8';

/** The most characters that a failure's reason has. */
export const MAX_REASON_CHARACTERS = 1500;

/** And the most bytes as UTF-8: the whole answer to CloudFormation may have 4,096. */
const MAX_REASON_BYTES = 2400;

/** Makes text fit the reason of a CloudFormation event: one line, within both limits. */
export function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  if (fits(line)) return line;
  let cut = '';
  let bytes = utf8Length('…');
  for (const character of line) {
    bytes += utf8Length(character);
    if (bytes > MAX_REASON_BYTES || cut.length + character.length >= MAX_REASON_CHARACTERS) break;
    cut += character;
  }
  return `${cut}…`;
}

function fits(line: string): boolean {
  return line.length <= MAX_REASON_CHARACTERS && utf8Length(line) <= MAX_REASON_BYTES;
}
