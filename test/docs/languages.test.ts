import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, readDoc } from './markdown';

const root = join(__dirname, '../..');
const shown = blocksOf(readDoc('languages.md')).filter(({ kind }) => kind === 'file');

test.each(shown.map(({ name, body }) => [name, body]))('%s is the block on the page', (name, body) => {
  expect(body).toBe(readFileSync(join(root, name), 'utf8'));
});

test('the page shows the example of every language', () => {
  const examples = readdirSync(join(root, 'examples', 'languages')).map((language) => `examples/languages/${language}/`);
  expect(shown.map(({ name }) => name.slice(0, name.lastIndexOf('/') + 1)).sort()).toEqual(examples.sort());
});
