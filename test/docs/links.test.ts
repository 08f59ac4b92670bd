import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorsOf } from './markdown';

const ROOT = join(__dirname, '../..');
const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

test.each(PAGES)('%s links to existing files and headings', (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^):]*)\)/g)].map(([, link]) => link);
  const broken = links.filter((link) => {
    const [file, anchor] = link.split('#');
    const target = file === '' ? page : join(dirname(page), file);
    return !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test('the README links to each page of docs', () => {
  const missing = PAGES.filter((page) => page !== 'README.md' && !textOf('README.md').includes(`(${page})`));
  expect(missing).toEqual([]);
});
