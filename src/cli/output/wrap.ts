/** The width of output that is not written to a terminal. */
export const DEFAULT_WIDTH = 80;

/** Returns the width of a terminal, or undefined for a pipe or a file, whose lines are not wrapped. */
export function terminalWidth(stream: { readonly isTTY?: boolean; readonly columns?: number }): number | undefined {
  return stream.isTTY === true ? Math.max(40, stream.columns ?? DEFAULT_WIDTH) : undefined;
}

/**
 * Wraps each line between words.
 *
 * A line that continues is indented by two more spaces. A word that is longer than the width remains whole, so that names can be copied.
 *
 * @param width The maximum length of a line. Without it, nothing is wrapped.
 */
export function wrap(text: string, width: number | undefined): string {
  return width === undefined ? text : text.split('\n').map((line) => wrapLine(line, width)).join('\n');
}

function wrapLine(line: string, width: number): string {
  if (line.length <= width) return line;
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = indent;
  let isEmpty = true;
  for (const word of line.slice(indent.length).split(' ')) {
    if (!isEmpty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = `${indent}  `;
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}
