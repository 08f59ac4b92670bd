import * as ts from 'typescript';
import { Text, blank, maskCode, paragraphs } from './text';

/** With fewer words, a string is a code, a name or a label. */
const MIN_WORDS = 3;
const WORD = /^[("'“]*[a-z][a-z'’-]*[.,;:!?)"'”]*$/i;
const TAG = /<\/?[a-z][^<>]*>/gi;
/** A line comment in a string: the string is a script for a browser. */
const SCRIPT = /^[ \t]*\/\/ /m;
const STYLE_SHEET = /^[^{}]*\{\s*[\w-]+:[^{}]*;\s*\}/m;

/** The strings that are prose, and those that are scripts, to be read as code. */
export interface Strings {
  readonly texts: readonly Text[];
  readonly scripts: readonly { readonly offset: number; readonly body: string }[];
}

/** Reads the strings of at least three words. Strings that `+` joins are one text. */
export function stringTexts(source: ts.SourceFile): Strings {
  const texts: Text[] = [];
  const scripts: { offset: number; body: string }[] = [];
  const add = (node: ts.Expression) => {
    const offset = node.getStart(source);
    const raw = source.text.slice(offset, node.end);
    if (SCRIPT.test(raw) && ts.isNoSubstitutionTemplateLiteral(node)) {
      scripts.push({ offset: offset + 1, body: raw.slice(1, -1) });
    } else if (!STYLE_SHEET.test(raw)) {
      const body = maskCode(proseOf(source, node).replace(TAG, blank));
      texts.push(...paragraphs('string', body, offset).filter((text) => countWords(text.body) >= MIN_WORDS));
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    if (ts.isPropertyName(node) && ts.isStringLiteral(node) && 'name' in node.parent && node.parent.name === node) return;
    if (isString(node)) {
      add(node);
      nestedExpressions(node).forEach(visit);
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(source);
  return { texts, scripts };
}

type StringNode = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression | ts.BinaryExpression;

function isString(node: ts.Node): node is StringNode {
  if (ts.isBinaryExpression(node)) {
    return node.operatorToken.kind === ts.SyntaxKind.PlusToken && (isString(node.left) || isString(node.right));
  }
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
}

/** Expressions in a string that hold strings of their own. */
function nestedExpressions(node: StringNode): ts.Expression[] {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map((span) => span.expression);
  if (!ts.isBinaryExpression(node)) return [];
  return [node.left, node.right].flatMap((side) => isString(side) ? nestedExpressions(side) : [side]);
}

/** The text of a string as long as its source. A value that is put in is a word of x. */
function proseOf(source: ts.SourceFile, node: ts.Expression): string {
  const start = node.getStart(source);
  const raw = source.text.slice(start, node.end);
  if (!isString(node)) return raw.replace(/\S/g, 'x');
  if (ts.isBinaryExpression(node)) {
    const left = proseOf(source, node.left);
    const right = proseOf(source, node.right);
    return left + ' '.repeat(raw.length - left.length - right.length) + right;
  }
  if (!ts.isTemplateExpression(node)) return unescape(` ${raw.slice(1, -1)} `);
  const chars = [...Array(raw.length).keys()].map((index) => raw[index]);
  for (const { expression, literal } of node.templateSpans) {
    const end = literal.getStart(source) + 1 - start;
    for (let index = expression.pos - 2 - start; index < end; index += 1) chars[index] = 'x';
  }
  return unescape(` ${chars.slice(1, -1).join('')} `);
}

function unescape(text: string): string {
  return text.replace(/\\[nrt]/g, blank).replace(/\\(?=\S)/g, blank);
}

function countWords(body: string): number {
  return body.split(/\s+/).filter((word) => WORD.test(word) && !/^x+[.,;:!?)]*$/.test(word)).length;
}
