import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import * as path from 'node:path';

const CLI = path.join(__dirname, '..', '..', 'assets', 'cli');

test('the command line loads no package, because a project that installs it has none of them', () => {
  const chunks = readdirSync(CLI);
  expect(chunks).toContain('ecr-lifecycle.mjs');
  const imported = chunks.flatMap((chunk) => importsOf(readFileSync(path.join(CLI, chunk), 'utf8')));
  expect(imported).toContain('node:fs');
  expect([...new Set(imported)].filter((name) => !name.startsWith('./') && !isBuiltin(name))).toEqual([]);
});

/** Returns the modules that a chunk imports: static imports, reexports and imports at run time. */
function importsOf(code: string): string[] {
  return [...code.matchAll(/(?:^|[;}\s])(?:import|export)(?:[^"'()`;]*?\bfrom)?\s*"([^"]+)"|\bimport\("([^"]+)"\)/g)].map(([, fixed, dynamic]) => fixed ?? dynamic);
}

function isBuiltin(name: string): boolean {
  return builtinModules.includes(name.replace(/^node:/, ''));
}
