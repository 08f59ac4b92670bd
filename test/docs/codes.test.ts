import { join } from 'node:path';
import { collectCodes } from './collect-codes';
import { readDoc } from './markdown';
import { PROBLEM_CODES } from '../../src/core/policy/problem-codes';

const PAGE = readDoc('codes.md');
const { codes, warnings } = collectCodes(join(__dirname, '../../src'));

/** Returns the first cells of all tables with this heading. */
function listed(heading: string): string[] {
  const tables = PAGE.split(/^(?=\| \w+ \| meaning \|)/m).filter((part) => part.startsWith(`| ${heading} |`));
  return tables.flatMap((table) => table.split(/\n(?!\|)/)[0].split('\n').slice(2).map((row) => /^\| `(\w+)` \| [^|]+\. \| [^|]+\. \|$/.exec(row)?.[1] ?? row));
}

test('the page has every code, and no other', () => {
  const expected = [...codes].filter((code) => !Object.hasOwn(PROBLEM_CODES, code));
  expect(expected.length).toBeGreaterThan(100);
  expect([...new Set(listed('code'))].sort()).toEqual(expected.sort());
});

test('the page has every warning once, and no other', () => {
  expect(listed('warning').sort()).toEqual([...warnings].sort());
});

test('the codes of a lifecycle policy are on the page that it links to', () => {
  const semantics = readDoc('lifecycle-semantics.md');
  for (const code of Object.keys(PROBLEM_CODES)) expect(semantics).toContain(`| \`${code}\` |`);
});

test.each(['DuplicateGate', 'AccessDenied', 'MissingRegion', 'InvalidOption', 'InvalidPrefix', 'UnexpectedExpiry', 'Interrupted', 'RepositoryPolicyReplaced'])(
  '%s is found in the sources', (code) => {
    expect(codes).toContain(code);
  });
