import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a page with its kind and name: ` ```json example=ties `. */
export interface Block {
  readonly language: string;
  readonly kind: string;
  readonly name: string;
  readonly body: string;
}

export function readDoc(name: string): string {
  return readFileSync(join(__dirname, '../../docs', name), 'utf8');
}

/** Returns every fenced block. A block without a name has an empty kind. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w*) *(?:(\w+)=(\S+))?.*\n([^]*?)^```$/gm)]
    .map(([, language, kind = '', name = '', body]) => ({ language, kind, name, body }));
}

/** Returns the cells of the table with this heading in its first column. */
export function tableOf(markdown: string, heading: string): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start < 0) throw new Error(`no table with ${heading}`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

/** Returns the anchors that GitHub makes of the headings. */
export function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\w -]/g, '').replace(/ /g, '-'));
}
