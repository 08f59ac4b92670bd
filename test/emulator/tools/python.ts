import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Skipped, versionOf } from '../../outside/commands';
import { virtualEnvironment } from '../../outside/virtual-environment';

/** The minimum version that the emulator requires. */
const MIN_MINOR = 10;

export interface EmulatorPython {
  /** The path of the Python interpreter with the emulator. */
  readonly python: string;
  /** The version of Python, such as 3.11.7. */
  readonly version: string;
  readonly emulatorVersion: string;
}

/** Installs the emulator into a virtual environment. Throws `Skipped` if that is not possible on this machine. */
export async function emulatorPython(): Promise<EmulatorPython> {
  const [, version, minor] = /^Python (3\.(\d+)\.\S+)/.exec(await versionOf('python3')) ?? [];
  if (!(Number(minor) >= MIN_MINOR)) throw new Skipped(`the emulator needs Python 3.${MIN_MINOR} or newer, but python3 is ${version ?? 'another version'}`);
  const requirements = readFileSync(path.join(__dirname, 'requirements.txt'), 'utf8');
  const bin = await virtualEnvironment('emulator-python', requirements);
  return { python: path.join(bin, 'python'), version, emulatorVersion: /^ministack==(\S+)/m.exec(requirements)![1] };
}
