import { existsSync, readFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { Found, MAX_OPENERS, OPENER, find } from './find';
import { markdownTexts } from './markdown-texts';
import { RULES } from './rules';
import { sourceTexts } from './source-texts';
import { Text } from './text';

/** The length at which offending words are cut. */
const MAX_WORDS_LENGTH = 60;
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

/** One finding in a file. Lines and columns count from 1. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly ruleId: string;
  readonly kind: Text['kind'];
  readonly words: string;
  readonly advice: string;
}

/** The texts that open with What, Who, Whether, Where, When, Why or How. */
export interface Openers {
  readonly id: string;
  readonly total: number;
  readonly findings: readonly Finding[];
  readonly isTooMany: boolean;
}

export interface Tree {
  readonly findings: readonly Finding[];
  readonly openers: readonly Openers[];
}

/** Reads the sources and the documents of a checkout, and applies all rules. */
export function readTree(root: string): Tree {
  const files = [...sources(root), ...documents(root)].map((file) => {
    const content = readFileSync(path.join(root, file), 'utf8');
    return { file, content, texts: file.endsWith('.ts') ? sourceTexts(file, content) : markdownTexts(content) };
  });
  const findings = files.flatMap(({ file, content, texts }) =>
    texts.flatMap((text) => find(RULES, text)).map((found) => findingOf(file, content, found)));

  const openers = (id: string, what: string, isCounted: (text: Text) => boolean): Openers => {
    const advice = `Open with a verb in the third person or with a noun: at most ${MAX_OPENERS * 100} % of ${what} may open with What, Who, Whether, Where, When, Why or How.`;
    const counted = files.flatMap(({ file, content, texts }) => texts.filter(isCounted).map((text) => ({ file, content, text })));
    const opening = counted.filter(({ text }) => OPENER.test(text.body)).map(({ file, content, text }) => {
      const [firstWords] = /^(?:\S+\s*){1,3}/.exec(text.body)!;
      return findingOf(file, content, { rule: { id, advice }, text, offset: text.offset, length: firstWords.length });
    });
    return { id, total: counted.length, findings: opening, isTooMany: opening.length > MAX_OPENERS * counted.length };
  };
  return {
    findings,
    openers: [
      openers('opener', 'all comments', ({ opensComment }) => opensComment),
      openers('param-opener', 'all texts of parameters', ({ kind }) => kind === 'param'),
    ],
  };
}

function sources(root: string): string[] {
  return (readdirSync(path.join(root, 'src'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts')).sort().map((file) => path.posix.join('src', file.split(path.sep).join('/')));
}

function documents(root: string): string[] {
  const docs = path.join(root, 'docs');
  const names = existsSync(docs) ? readdirSync(docs).filter((file) => file.endsWith('.md')).sort() : [];
  return [...DOCUMENTS.filter((file) => existsSync(path.join(root, file))), ...names.map((file) => `docs/${file}`)];
}

interface Located extends Omit<Found, 'rule'> {
  readonly rule: { readonly id: string; readonly advice: string };
}

function findingOf(file: string, content: string, { rule, text, offset, length }: Located): Finding {
  const before = content.slice(0, offset).split('\n');
  return {
    file,
    ruleId: rule.id,
    kind: text.kind,
    advice: rule.advice,
    words: shortened(content.slice(offset, offset + length)),
    line: before.length,
    column: before[before.length - 1].length + 1,
  };
}

/** On one line, without the marks of a comment between the lines. */
function shortened(words: string): string {
  const line = words.replace(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ').trim();
  return line.length > MAX_WORDS_LENGTH ? `${line.slice(0, MAX_WORDS_LENGTH - 1)}…` : line;
}
