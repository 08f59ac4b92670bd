import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { RULES } from './rules';
import { NAMES } from './text';
import { Finding, Tree, readTree } from './tree';

/*
 * Checks the language of the comments, messages and names in src, and of the documents. Prints one line per finding, and
 * fails if there is one. With FILES (files or folders), prints only the findings in these; the share of comments that open
 * with a question word is that of the whole tree. With --count, prints the number of findings per rule.
 */

const checkout = path.resolve(__dirname, '../..');
const { values: { count, root }, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'boolean', default: false }, root: { type: 'string', default: checkout } },
});
const tree = readTree(root);
const findings = [...tree.findings, ...tree.openers.flatMap((openers) => openers.isTooMany ? openers.findings : [])]
  .filter(({ file }) => positionals.length === 0 || positionals.some((wanted) => isWithin(file, wanted)))
  .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);

if (count) {
  printCounts(tree);
} else {
  for (const { file, line, column, ruleId, words, advice } of findings) console.log(`${file}:${line}:${column}: ${ruleId}: "${words}": ${advice}`);
  console.log(findings.length === 0 ? 'no findings' : `${findings.length} findings in ${new Set(findings.map(({ file }) => file)).size} files`);
}
if (findings.length > 0) process.exitCode = 1;

function isWithin(file: string, wanted: string): boolean {
  const relative = path.posix.normalize(path.isAbsolute(wanted) ? path.relative(root, wanted) : wanted).replace(/\/$/, '');
  return relative === '.' || file === relative || file.startsWith(`${relative}/`);
}

function printCounts({ findings: all, openers }: Tree): void {
  const columns: Readonly<Record<string, (finding: Finding) => boolean>> = {
    comments: ({ kind }) => kind === 'comment' || kind === 'param',
    strings: ({ kind }) => kind === 'string',
    names: ({ kind }) => NAMES.includes(kind),
    documents: ({ kind }) => kind === 'paragraph' || kind === 'heading',
    all: () => true,
  };
  const row = (id: string, found: readonly Finding[]) =>
    console.log(id.padEnd(20) + Object.values(columns).map((isIn) => String(found.filter(isIn).length).padStart(10)).join(''));
  console.log('rule'.padEnd(20) + Object.keys(columns).map((title) => title.padStart(10)).join(''));
  for (const { id } of RULES) row(id, all.filter(({ ruleId }) => ruleId === id));
  row('in all', all);
  for (const { id, total, findings: opening } of openers) {
    console.log(`${id}: ${opening.length} of ${total}, ${(100 * opening.length / Math.max(total, 1)).toFixed(1)} %`);
  }
}
