import * as ts from 'typescript';
import { Text, blank, maskCode, paragraphs } from './text';

/** Comments that are instructions to a tool. */
const DIRECTIVE = /^\s*(?:eslint|@ts-|istanbul|v8 |<reference|#region|#endregion)/;
/** Tags with content that is code, an address or nothing. */
const NOT_PROSE = ['example', 'see', 'internal', 'link'];
const FENCED = /^[ \t]*```[^]*?^[ \t]*```/gm;

/** Reads the prose of all comments: doc comments, blocks, and lines. */
export function commentTexts(source: ts.SourceFile): Text[] {
  return commentBodies(source).flatMap(({ offset, body }) => {
    const texts = DIRECTIVE.test(body) ? [] : sections(body, offset);
    return texts.map((text, index) => ({ ...text, opensComment: index === 0 }));
  });
}

interface Body {
  readonly offset: number;
  readonly body: string;
}

/** The text of each comment without its marks. Line comments below one another are one comment. */
function commentBodies(source: ts.SourceFile): Body[] {
  const bodies: Body[] = [];
  let previous: ts.CommentRange | undefined;
  for (const range of commentRanges(source)) {
    const text = source.text.slice(range.pos, range.end);
    const isLine = range.kind === ts.SyntaxKind.SingleLineCommentTrivia;
    if (isLine && previous && continues(source, previous, range)) {
      const { offset, body } = bodies.pop()!;
      bodies.push({ offset, body: body + source.text.slice(previous.end, range.pos) + withoutMarks(text, true) });
    } else {
      bodies.push({ offset: range.pos, body: withoutMarks(text, isLine) });
    }
    previous = isLine ? range : undefined;
  }
  return bodies;
}

function commentRanges(source: ts.SourceFile): ts.CommentRange[] {
  const ranges = new Map<number, ts.CommentRange>();
  const add = (pos: number, end: number, kind: ts.CommentKind) => {
    ranges.set(pos, { pos, end, kind });
  };
  const visit = (node: ts.Node): void => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return;
    const children = node.getChildren(source);
    if (children.length === 0) {
      ts.forEachLeadingCommentRange(source.text, node.pos, add);
      ts.forEachTrailingCommentRange(source.text, node.end, add);
    }
    children.forEach(visit);
  };
  visit(source);
  return [...ranges.values()].sort((a, b) => a.pos - b.pos);
}

function continues(source: ts.SourceFile, previous: ts.CommentRange, next: ts.CommentRange): boolean {
  const above = source.getLineAndCharacterOfPosition(previous.pos);
  const below = source.getLineAndCharacterOfPosition(next.pos);
  return below.line === above.line + 1 && below.character === above.character;
}

function withoutMarks(comment: string, isLine: boolean): string {
  if (isLine) return comment.replace(/^\/+|-{2,}/g, blank);
  return comment.replace(/^\/\*+|\*+\/$|^[ \t]*\*(?![*/])/gm, blank);
}

/** Splits a comment at its tags: `@param count The limit.` is a section of its own. */
function sections(body: string, offset: number): Text[] {
  const masked = maskCode(body.replace(FENCED, blank));
  return [...masked.matchAll(/[^]*?(?=\n[ \t]*@\w|$)/g)].flatMap(({ 0: section, index }) => {
    const [opening, tag] = /^\s*@(\w+)/.exec(section) ?? ['', undefined];
    if (tag && NOT_PROSE.includes(tag)) return [];
    const label = tag === 'param' ? /^\s*@param\s+\S+(?:\s+-(?=\s))?/.exec(section)?.[0] ?? opening : opening;
    const texts = paragraphs('comment', blank(label) + section.slice(label.length), offset + index)
      .filter((text) => /[a-z]/i.test(text.body));
    return tag === 'param' ? texts.map((text, place) => place === 0 ? { ...text, kind: 'param' as const } : text) : texts;
  });
}
