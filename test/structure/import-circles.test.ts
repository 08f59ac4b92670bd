import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '../..');

/** Returns the files that a file imports by a relative path, types included: `import/no-cycle` does not see those. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.filter(({ fileName }) => fileName.startsWith('.')).flatMap(({ fileName }) => {
    const base = path.resolve(path.dirname(file), fileName);
    return [`${base}.ts`, base.replace(/\.js$/, '.ts'), path.join(base, 'index.ts')].filter((candidate) => existsSync(candidate)).slice(0, 1);
  });
}

/** Returns the first circle that each walk comes upon, as the files on it. */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]) => {
    const place = way.indexOf(file);
    if (place >= 0) circles.push(way.slice(place));
    if (place >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
  return circles;
}

test.each(['src', 'rehearsal', 'test', 'bench'])('no file of %s imports itself through others', (room) => {
  const files = readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts')).map((file) => path.join(ROOT, room, file));
  expect(files.length).toBeGreaterThan(5);
  const circles = circlesIn(new Map(files.map((file) => [file, importsOf(file)])));
  expect(circles.map((circle) => circle.map((file) => path.relative(ROOT, file)).join(' -> '))).toEqual([]);
});

test('a circle is found', () => {
  expect(circlesIn(new Map([['a', ['b']], ['b', ['c']], ['c', ['b', 'd']], ['d', []]]))).toEqual([['b', 'c']]);
});
