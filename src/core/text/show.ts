const MAX_LENGTH = 80;
const MAX_DEPTH = 8;

/** Control characters, and characters that change the direction of text: either could make a log line misleading. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Formats any value as JSON, shortened to 80 characters. Accepts values of any depth and never throws. */
export function show(value: unknown): string {
  let text = '';

  const write = (item: unknown, depth: number): void => {
    if (typeof item === 'string') {
      text += JSON.stringify(item.slice(0, MAX_LENGTH));
    } else if (typeof item === 'function' || typeof item === 'symbol' || typeof item === 'bigint') {
      text += typeof item;
    } else if (typeof item !== 'object' || item === null) {
      text += String(item);
    } else if (depth === MAX_DEPTH) {
      text += '…';
    } else {
      writeAll(item, depth + 1);
    }
  };

  const writeAll = (parent: object, depth: number): void => {
    const isList = Array.isArray(parent);
    let separator = isList ? '[' : '{';
    for (const [key, item] of isList ? parent.entries() : Object.entries(parent)) {
      if (text.length > MAX_LENGTH) return;
      if (!isList && item === undefined) continue;
      text += separator;
      separator = ',';
      if (!isList) {
        write(key, depth);
        text += ':';
      }
      write(item, depth);
    }
    if (separator !== ',') text += separator;
    text += isList ? ']' : '}';
  };

  write(value, 0);
  const short = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return visible(short);
}

/** Replaces invisible characters by their escape sequences. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
