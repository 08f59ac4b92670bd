import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { SPEC_FILE_NAME, loadAssemblyFromPath } from '@jsii/spec';
import { docProblems } from './doc-summaries';

/*
 * Checks the documentation of the public API as jsii hands it to all languages: summaries that are whole sentences, and an
 * example on each entry point. Prints one line per problem. Needs `npx projen compile` before. Takes another checkout as
 * its argument.
 */

const checkout = path.resolve(process.argv[2] ?? path.resolve(__dirname, '../..'));
if (!existsSync(path.join(checkout, SPEC_FILE_NAME))) {
  console.log(`${path.join(checkout, SPEC_FILE_NAME)} is missing, run \`npx projen compile\``);
  process.exit(1);
}

const lines = docProblems(loadAssemblyFromPath(checkout, false))
  .map(({ location: { filename, line } = { filename: SPEC_FILE_NAME, line: 1 }, element, problem }) => ({ filename, line, text: `${element}: ${problem}` }))
  .sort((a, b) => a.filename.localeCompare(b.filename) || a.line - b.line);
for (const { filename, line, text } of lines) console.log(`${filename}:${line}: ${text}`);
console.log(`${lines.length} problems in the documentation of the public API`);
if (lines.length > 0) process.exitCode = 1;
