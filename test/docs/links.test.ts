import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorsOf } from './markdown';

const ROOT = join(__dirname, '../..');
const PAGES = [
  'README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`),
];
/** The address of a file of the repository, as a page or as the file itself. */
const OWN = /^https:\/\/(?:github\.com\/cdk-ecr-lifecycle\/cdk-ecr-lifecycle\/(?:blob|tree)|raw\.githubusercontent\.com\/cdk-ecr-lifecycle\/cdk-ecr-lifecycle)\/main\//;

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const linksOf = (page: string) => [...textOf(page).matchAll(/\]\(([^)\s]*)\)/g)].map(([, link]) => link);

/** Returns the path and the anchor of a link to a file of the repository. Returns undefined for other sites. */
function targetOf(page: string, link: string): { readonly file: string; readonly anchor?: string } | undefined {
  const isOwn = OWN.test(link);
  if (!isOwn && link.includes(':')) return undefined;
  const [file, anchor] = link.replace(OWN, '').split('#');
  return { file: isOwn ? file : file === '' ? page : join(dirname(page), file), anchor };
}

test.each(PAGES)('%s links to existing files and headings', (page) => {
  const broken = linksOf(page).filter((link) => {
    const target = targetOf(page, link);
    if (!target) return false;
    return !existsSync(join(ROOT, target.file)) || (target.anchor !== undefined && !anchorsOf(textOf(target.file)).includes(target.anchor));
  });
  expect(broken).toEqual([]);
});

test('the README has no relative links, because npm and PyPI show it without the other files', () => {
  expect(linksOf('README.md').filter((link) => !link.startsWith('#') && !link.startsWith('https://'))).toEqual([]);
  expect(linksOf('README.md').filter((link) => OWN.test(link)).length).toBeGreaterThan(20);
});

test('the README links to each page of docs', () => {
  const linked = linksOf('README.md').map((link) => targetOf('README.md', link)?.file);
  expect(PAGES.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([]);
});
