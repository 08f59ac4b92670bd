type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]], ['utf-16le', [0xff, 0xfe]], ['utf-16be', [0xfe, 0xff]],
];

/**
 * Decodes the text of a file without its byte order mark. PowerShell writes UTF-16 when it redirects output.
 *
 * A byte that is not valid in the encoding is an error: a replacement would change the text that ECR gets.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error(`it is not text in ${encoding.toUpperCase()}; save it as UTF-8`, { cause: error });
  }
}

/** Without a mark, a zero byte tells UTF-16 apart, because JSON begins with an ASCII character. */
function encodingOf(bytes: Uint8Array): Encoding {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (marked) return marked[0];
  if (bytes.length < 2 || bytes[0] === bytes[1]) return 'utf-8';
  return bytes[1] === 0 ? 'utf-16le' : bytes[0] === 0 ? 'utf-16be' : 'utf-8';
}
