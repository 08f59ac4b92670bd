import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { bundledPackages, formatNotices, Metafile } from './third-party';

const checkout = path.resolve(__dirname, '../..');
const APACHE = 'the text of Apache-2.0';

let root: string;
beforeEach(() => { root = mkdtempSync(path.join(tmpdir(), 'third-party-')); });
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Installs a package with some files, and returns the path of its code as esbuild writes it. */
function install(folder: string, license: string | undefined, files: Readonly<Record<string, string>> = {}): string {
  mkdirSync(path.join(root, folder), { recursive: true });
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  for (const [file, text] of Object.entries({ ...files, 'package.json': JSON.stringify({ name, version: '1.2.3', license }) })) {
    writeFileSync(path.join(root, folder, file), text);
  }
  return `${folder}/dist/index.js`;
}

const bundleOf = (...files: readonly string[]): Metafile =>
  ({ outputs: { 'assets/index.js': { inputs: Object.fromEntries(files.map((file) => [file, { bytesInOutput: 1 }])) } } });
const noticesOf = (...metafiles: readonly Metafile[]) => formatNotices(bundledPackages(metafiles, root, APACHE));

test('a package without a license text fails', () => {
  const file = install('node_modules/left', 'MIT', { 'README.md': 'MIT' });
  expect(() => noticesOf(bundleOf(file))).toThrow('left is bundled, but it has no file with its MIT license');
});

test('a package without a license fails', () => {
  expect(() => noticesOf(bundleOf(install('node_modules/left', undefined, { LICENSE: 'text' })))).toThrow('names no license');
});

test('an Apache license without a file has the shared text', () => {
  expect(noticesOf(bundleOf(install('node_modules/@aws-sdk/core', 'Apache-2.0')))).toContain(`@aws-sdk/core 1.2.3 (Apache-2.0)\n\n${APACHE}`);
});

test.each(['LICENSE', 'license', 'LICENCE.md', 'LICENSE-MIT.txt', 'COPYING', 'NOTICE'])('the text of %s is included', (name) => {
  expect(noticesOf(bundleOf(install('node_modules/left', 'MIT', { [name]: 'the text' })))).toContain('left 1.2.3 (MIT)\n\nthe text');
});

test('the license and the notice of a package are both included', () => {
  const notices = noticesOf(bundleOf(install('node_modules/left', 'Apache-2.0', { LICENSE: 'the license', NOTICE: 'the notice' })));
  expect(notices).toContain('the license');
  expect(notices).toContain('the notice');
});

test('packages of all bundles and nested packages are included, and each text once', () => {
  const own = install('node_modules/a', 'MIT', { LICENSE: 'one text' });
  const nested = install('node_modules/a/node_modules/@scope/b', 'MIT', { LICENSE: 'one\n  text\n' });
  const notices = noticesOf(bundleOf('src/index.ts', own), bundleOf(nested, own));
  expect(notices).toContain('@scope/b 1.2.3 (MIT)\na 1.2.3 (MIT)\n\none text');
  expect(notices.match(/one\s+text/g)).toHaveLength(1);
});

test('a package whose code was removed is not included', () => {
  const metafile = { outputs: { 'assets/index.js': { inputs: { [install('node_modules/left', 'MIT')]: { bytesInOutput: 0 } } } } };
  expect(noticesOf(metafile)).not.toContain('left');
});

test('the notices of the current bundles are complete', () => {
  const metafiles = ['gate', 'cli'].map((name): Metafile => JSON.parse(readFileSync(path.join(checkout, `.cache/bundles/${name}.json`), 'utf8')));
  const notices = readFileSync(path.join(checkout, 'THIRD-PARTY-NOTICES'), 'utf8');
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => Object.keys(output.inputs)));
  const names = new Set(inputs.flatMap((file) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  expect([...names]).toEqual(expect.arrayContaining(['@aws-sdk/client-ecr', 'bowser', 'commander', 'picocolors', 'cli-table3']));
  for (const { name, version, license } of bundledPackages(metafiles, checkout, APACHE)) expect(notices).toContain(`\n${name} ${version} (${license})\n`);
  expect(notices).toContain('Permission is hereby granted');
});
