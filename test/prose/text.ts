/** The kinds of text that rules apply to. */
export type Kind = 'comment' | 'param' | 'string' | 'paragraph' | 'heading' | 'name' | 'function';

/** One paragraph of a comment or a document, one string, or one declared name. */
export interface Text {
  readonly kind: Kind;
  /** The position in the file. */
  readonly offset: number;
  /** As long as the text in the file, so that an index into it is a position in the file. Code and markup are masked. */
  readonly body: string;
  /** True if a comment begins with this text. */
  readonly opensComment: boolean;
}

export const PROSE: readonly Kind[] = ['comment', 'param', 'string', 'paragraph', 'heading'];
export const NAMES: readonly Kind[] = ['name', 'function'];

const CODE_SPAN = /(`+)(?!`)([^]*?[^`])\1(?!`)/g;
const LINK = /\{@link [^}]*\}/g;
const ADDRESS = /\bhttps?:\/\/[^\s)>]+/g;

/** Replaces text with spaces. Line breaks stay, so that positions and paragraphs stay. */
export function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** Replaces code, links and addresses with words of x, which no rule matches. */
export function maskCode(text: string): string {
  const mask = (match: string) => match.replace(/[^\s`]/g, 'x');
  return text.replace(CODE_SPAN, mask).replace(LINK, mask).replace(ADDRESS, mask);
}

/** Splits a text at blank lines and at the items of lists. */
export function paragraphs(kind: Kind, body: string, offset: number): Text[] {
  const texts: Text[] = [];
  for (const match of body.matchAll(/[^]*?(?:\n[ \t]*(?=\n)|\n(?=[ \t]*(?:-|\d+\.) )|$)/g)) {
    const start = /^[\s-]*(?:\d+\.\s)?\s*/.exec(match[0])![0].length;
    const text = match[0].slice(start).trimEnd();
    if (text !== '') texts.push({ kind, offset: offset + match.index + start, body: text, opensComment: false });
  }
  return texts;
}
