/* The output of the benchmarks: rows of text, the first cell left-aligned, the others right-aligned. */

export function title(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

export function row(...cells: string[]): void {
  process.stdout.write(`  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(48) : cell.padStart(16))).join('').trimEnd()}\n`);
}

export function note(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
export const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
export const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
export const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;
export const times = (ratio: number) => `x ${ratio.toFixed(2)}`;
export const atMost = (value: number, goal: number) => (value <= goal ? 'met' : 'MISSED');

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
