import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

/** The code of an error or a problem: PascalCase. */
const CODE = /^[A-Z][a-z]+\w*$/;
/** A message that begins with a code, such as the error of a validation. */
const MESSAGE = /^([A-Z][a-z]+[A-Za-z]*): /;
/** Texts that look like a message with a code: hints with a kind of principal, and headings of reports and plans. */
const NOT_CODES = ['Federated', 'Passed', 'Service', 'Unexpected'];
/** Functions that pass on a code as their first argument. They are typed as functions, so they have no parameter to find. */
const REPORTERS = ['report', 'problems.add', 'this.problems.add', 'this.context.problems.add'];

export interface Codes {
  /** The codes of errors and problems. */
  readonly codes: ReadonlySet<string>;
  /** The ids of warnings, without `cdk-ecr-lifecycle:`. */
  readonly warnings: ReadonlySet<string>;
}

/**
 * Collects the codes of all errors and problems and the ids of all warnings in the sources.
 *
 * A code is an argument for a parameter named `code`, a property named `code`, a key of an object whose name ends with `_CODES`, or the
 * start of a message. The id of a warning is an argument for a parameter named `id`, a key of an object whose name ends with
 * `_WARNING_IDS`, or a value of an enum whose name ends with `WarningId`.
 */
export function collectCodes(root: string): Codes {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    .map((file) => ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true));
  const codePlaces = parametersNamed('code', files);
  for (const name of REPORTERS) codePlaces.set(name, 0);
  const idPlaces = new Map([['addWarning', 1]]);
  const codes = new Set<string>();
  const warnings = new Set<string>();
  for (const file of files) {
    visit(file, (node) => {
      for (const code of codesIn(node, codePlaces)) codes.add(code);
      for (const id of idsIn(node, idPlaces)) warnings.add(id);
    });
  }
  return { codes, warnings };
}

function codesIn(node: ts.Node, places: ReadonlyMap<string, number>): string[] {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return argumentsAt(node, places).filter((text) => CODE.test(text));
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'code') return textsOf(node.initializer).filter((text) => CODE.test(text));
  if (isRecord(node, /_CODES$/)) return keysOf(node);
  if (!ts.isStringLiteral(node) && !ts.isNoSubstitutionTemplateLiteral(node) && !ts.isTemplateHead(node)) return [];
  const [, code] = MESSAGE.exec(node.text) ?? [];
  return code === undefined || NOT_CODES.includes(code) ? [] : [code];
}

function idsIn(node: ts.Node, places: ReadonlyMap<string, number>): string[] {
  if (ts.isCallExpression(node)) return argumentsAt(node, places);
  if (isRecord(node, /_WARNING_IDS$/)) return keysOf(node);
  if (!ts.isEnumDeclaration(node) || !/WarningId$/.test(node.name.text)) return [];
  return node.members.flatMap(({ initializer }) => (initializer ? textsOf(initializer) : []));
}

/** Returns the functions, methods and classes with a parameter of this name, and its position. */
function parametersNamed(name: string, files: readonly ts.SourceFile[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const file of files) {
    visit(file, (node) => {
      if (!ts.isFunctionLike(node)) return;
      const place = node.parameters.findIndex((parameter) => parameter.name.getText() === name);
      const owner = ts.isConstructorDeclaration(node) ? node.parent.name
        : ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent) ? node.parent.name : node.name;
      if (place < 0 || !owner) return;
      places.set(owner.getText(), place);
      places.set(`this.${owner.getText()}`, place);
    });
  }
  return places;
}

function argumentsAt(node: ts.CallExpression | ts.NewExpression, places: ReadonlyMap<string, number>): string[] {
  const place = places.get(calleeOf(node));
  const argument = place === undefined ? undefined : node.arguments?.[place];
  return argument ? textsOf(argument) : [];
}

/** Returns the name of the function or class that is called. A call of `super` calls the parent class. */
function calleeOf({ expression }: ts.CallExpression | ts.NewExpression): string {
  if (expression.kind !== ts.SyntaxKind.SuperKeyword) return expression.getText();
  let owner: ts.Node = expression;
  while (!ts.isClassLike(owner)) owner = owner.parent;
  const parents = owner.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types ?? [];
  return parents[0]?.expression.getText() ?? '';
}

/** Returns the texts that an expression can have: a literal, either branch of a condition, or a constant of the file. */
function textsOf(node: ts.Expression): string[] {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    return [...textsOf(node.left), ...textsOf(node.right)];
  }
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (!ts.isIdentifier(node)) return [];
  const found: string[] = [];
  visit(node.getSourceFile(), (other) => {
    const isIt = (ts.isVariableDeclaration(other) || ts.isParameter(other)) && other.name.getText() === node.text;
    if (isIt && other.initializer && !ts.isIdentifier(other.initializer)) found.push(...textsOf(other.initializer));
  });
  return found;
}

function isRecord(node: ts.Node, name: RegExp): node is ts.VariableDeclaration {
  return ts.isVariableDeclaration(node) && name.test(node.name.getText());
}

function keysOf({ initializer }: ts.VariableDeclaration): string[] {
  const value = initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer;
  return value && ts.isObjectLiteralExpression(value) ? value.properties.flatMap(({ name }) => name?.getText() ?? []) : [];
}

function visit(node: ts.Node, act: (node: ts.Node) => void): void {
  act(node);
  ts.forEachChild(node, (child) => visit(child, act));
}
