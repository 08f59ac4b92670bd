import * as path from 'node:path';
import { readTree } from './tree';

const { findings, openers } = readTree(path.resolve(__dirname, '../..'));

test('comments, messages, names and documents are in plain English', () => {
  expect(findings.map(({ file, line, column, words, advice }) => `${file}:${line}:${column}: "${words}": ${advice}`)).toEqual([]);
});

test('few comments open with a question word', () => {
  expect(openers.filter(({ isTooMany }) => isTooMany).map(({ id, total, findings: opening }) => `${id}: ${opening.length} of ${total}`)).toEqual([]);
});
