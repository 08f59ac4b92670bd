import { show, visible } from './show';

/** The first place at which a text stops being JSON. */
export interface JsonError {
  /** `CUT_OFF`: the text ends too early. `SEVERAL`: a second value follows the first one. `UNEXPECTED`: anything else. */
  readonly kind: 'CUT_OFF' | 'SEVERAL' | 'UNEXPECTED';
  readonly line: number;
  readonly column: number;
  /** The text at that place, at most a few words of its line. Empty at the end. */
  readonly excerpt: string;
}

type Wanted = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

const TOKEN = /([{}[\],:])|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
const SPACE = /[ \t\r\n]*/y;
const MAX_EXCERPT = 30;

/**
 * Finds the first error of a text that `JSON.parse` rejects.
 *
 * Not every version of the JavaScript engine says where the error is. Does not recurse, so that any depth is possible.
 */
export function jsonErrorIn(text: string): JsonError {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let at = skip(text, 0);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    const next: Wanted | undefined | null = token && after(wanted, token[1] ?? token[0][0], open);
    if (!next) break;
    wanted = next;
    at = skip(text, TOKEN.lastIndex);
  }
  const kind = at === text.length || isUnfinished(text, at) ? 'CUT_OFF' : wanted === 'nothing' && /["{[]/.test(text[at]) ? 'SEVERAL' : 'UNEXPECTED';
  const place = kind === 'CUT_OFF' ? text.length : at;
  const before = text.slice(0, place);
  const lineStart = before.lastIndexOf('\n') + 1;
  const [excerpt] = text.slice(place, place + MAX_EXCERPT).split(/[\r\n]/);
  return { kind, line: before.split('\n').length, column: place - lineStart + 1, excerpt };
}

/** Returns where a text stops being JSON, as a clause: `it ends at line 3, column 5, before its JSON is complete`. */
export function describeJsonError(text: string): string {
  if (text.trim() === '') return 'it is empty';
  if (/^\ufeff/.test(text)) return 'it begins with a byte order mark (U+FEFF), which JSON does not allow';
  if (/^\ufffd|^.?\u0000/.test(text)) return 'it looks like UTF-16 that was read as UTF-8, so read or save it in the right encoding';
  const { kind, line, column, excerpt } = jsonErrorIn(text);
  const place = `line ${line}, column ${column}`;
  switch (kind) {
    case 'CUT_OFF': return `it is cut off: it ends at ${place}, before its JSON is complete`;
    case 'SEVERAL': return `several JSON texts follow one another, the second one at ${place}`;
    case 'UNEXPECTED': return `unexpected ${show(excerpt)} at ${place}`;
  }
}

/** Returns the beginning of a text for a message. */
export function excerptOf(text: string): string {
  const [line] = text.trim().split(/[\r\n]/);
  return visible(line.length > MAX_EXCERPT || line.length < text.trim().length ? `${line.slice(0, MAX_EXCERPT)}…` : line);
}

function skip(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

/** Returns the token that may follow, or undefined if this token is an error. Keeps the stack of open brackets. */
function after(wanted: Wanted, token: string, open: ('{' | '[')[]): Wanted | undefined {
  const closed = (): Wanted => {
    open.pop();
    return afterValue(open);
  };
  switch (token) {
    case '{':
    case '[':
      if (wanted !== 'value' && wanted !== 'value or end') return undefined;
      open.push(token);
      return token === '{' ? 'key or end' : 'value or end';
    case '}':
      return open.at(-1) === '{' && (wanted === 'key or end' || wanted === 'comma or end') ? closed() : undefined;
    case ']':
      return open.at(-1) === '[' && (wanted === 'value or end' || wanted === 'comma or end') ? closed() : undefined;
    case ',':
      if (wanted !== 'comma or end') return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case ':':
      return wanted === 'colon' ? 'value' : undefined;
    default:
      if (token === '"' && (wanted === 'key' || wanted === 'key or end')) return 'colon';
      return wanted === 'value' || wanted === 'value or end' ? afterValue(open) : undefined;
  }
}

function afterValue(open: readonly unknown[]): Wanted {
  return open.length === 0 ? 'nothing' : 'comma or end';
}

/** True if the text ends within the token that begins here: in a string, a word or a number. */
function isUnfinished(text: string, at: number): boolean {
  const rest = text.slice(at, at + 100_000);
  if (rest.length < text.length - at) return false;
  return /^"(?:[^"\\\u0000-\u001f]|\\.)*\\?$/s.test(rest) || /^(?:-|-?\d+(?:\.|\.?\d*[eE][+-]?))$/.test(rest)
    || ['true', 'false', 'null'].some((word) => rest !== word && word.startsWith(rest));
}
