import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fromRegistry, outcomeOf, run, Skipped, versionOf } from './commands';

/** A Git-ignored directory for downloads, which later runs reuse. */
export const CACHE = path.resolve(__dirname, '../../.cache');

/** Creates a virtual environment with these packages, and recreates it if they change. Returns the directory of its commands. */
export async function virtualEnvironment(name: string, requirements: string): Promise<string> {
  const version = await versionOf('python3');
  const directory = path.join(CACHE, name);
  const bin = path.join(directory, 'bin');
  const marker = path.join(directory, 'installed.txt');
  const wanted = `${version}\n${requirements}`;
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return bin;

  const { status } = await outcomeOf('python3', ['-c', 'import ensurepip, venv']);
  if (status !== 0) throw new Skipped('python3 does not have venv');
  rmSync(directory, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', directory]);
  const list = path.join(directory, 'requirements.txt');
  writeFileSync(list, requirements);
  await fromRegistry('https://pypi.org/simple/pip/', () =>
    run(path.join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--no-input', '-r', list]));
  writeFileSync(marker, wanted);
  return bin;
}
