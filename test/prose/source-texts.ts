import * as path from 'node:path';
import * as ts from 'typescript';
import { commentTexts } from './comment-texts';
import { stringTexts } from './string-texts';
import { Text } from './text';

/** Reads the comments, the strings and the declared names of a TypeScript file. The name of the file counts as a name. */
export function sourceTexts(file: string, content: string): Text[] {
  const fileName = path.basename(file, '.ts').replace(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());
  return [
    { kind: 'name', offset: 0, body: fileName, opensComment: false },
    ...codeTexts(content),
  ];
}

function codeTexts(content: string): Text[] {
  const source = ts.createSourceFile('source.ts', content, ts.ScriptTarget.Latest, true);
  const strings = stringTexts(source);
  return [
    ...commentTexts(source),
    ...strings.texts,
    ...nameTexts(source),
    ...strings.scripts.flatMap((script) =>
      codeTexts(script.body).map((text) => ({ ...text, offset: script.offset + text.offset }))),
  ];
}

function nameTexts(source: ts.SourceFile): Text[] {
  const texts: Text[] = [];
  const visit = (node: ts.Node): void => {
    const name = declaredName(node);
    if (name) {
      texts.push({ kind: isFunction(node) ? 'function' : 'name', offset: name.getStart(source), body: name.text, opensComment: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

function declaredName(node: ts.Node): ts.Identifier | undefined {
  const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)
    || ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isMethodSignature(node) || ts.isAccessor(node)
    || ts.isPropertyDeclaration(node) || ts.isPropertySignature(node)
    || ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)
    || ts.isEnumDeclaration(node) || ts.isEnumMember(node);
  return declares && node.name && ts.isIdentifier(node.name) ? node.name : undefined;
}

function isFunction(node: ts.Node): boolean {
  if (ts.isVariableDeclaration(node)) return node.initializer !== undefined && ts.isArrowFunction(node.initializer);
  return ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isMethodSignature(node);
}
