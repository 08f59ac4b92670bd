import { Node, Parser } from 'commonmark';
import { Text, blank, maskCode, paragraphs } from './text';

const DELIMITER_ROW = /^\s*\|?[\s:|-]+\|[\s:|-]*$/m;

/** Reads the headings and the paragraphs of a document, and each cell of its tables. Code is left out. */
export function markdownTexts(content: string): Text[] {
  const lineStarts = [0, ...[...content.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return blocks(new Parser().parse(content)).flatMap((node) => {
    const [[startLine, startColumn], [endLine, endColumn]] = node.sourcepos;
    const start = lineStarts[startLine - 1] + startColumn - 1;
    const body = prose(content.slice(start, lineStarts[endLine - 1] + endColumn));
    if (DELIMITER_ROW.test(body)) return cells(body, start);
    return paragraphs(node.type === 'heading' ? 'heading' : 'paragraph', body, start);
  });
}

function blocks(document: Node): Node[] {
  const found: Node[] = [];
  const walker = document.walker();
  for (let event = walker.next(); event; event = walker.next()) {
    if (event.entering && (event.node.type === 'heading' || event.node.type === 'paragraph')) found.push(event.node);
  }
  return found;
}

/** Without the marks of Markdown, and as long as before. */
function prose(markdown: string): string {
  return maskCode(markdown)
    .replace(/\]\([^)]*\)/g, blank)
    .replace(/^#+|^[ \t]*>|<[^<>]*>|[*[\]]|!(?=\[)/gm, blank);
}

function cells(table: string, offset: number): Text[] {
  return [...table.matchAll(/[^|\n]+/g)].flatMap(({ 0: cell, index }) => paragraphs('paragraph', cell, offset + index))
    .filter((text) => /[a-z]/i.test(text.body));
}
