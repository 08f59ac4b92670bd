import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Skipped, versionOf } from '../../outside/commands';
import { virtualEnvironment } from '../../outside/virtual-environment';

/** What the emulator asks for. */
const OLDEST_MINOR = 10;

export interface EmulatorPython {
  /** The Python that has the emulator. */
  readonly python: string;
  /** Of Python, like 3.11.7. */
  readonly version: string;
  readonly emulatorVersion: string;
}

/** Throws `Skipped` when this machine cannot have it. */
export async function emulatorPython(): Promise<EmulatorPython> {
  const [, version, minor] = /^Python (3\.(\d+)\.\S+)/.exec(await versionOf('python3')) ?? [];
  if (!(Number(minor) >= OLDEST_MINOR)) throw new Skipped(`the emulator needs Python 3.${OLDEST_MINOR} or newer, and python3 is ${version ?? 'another'}`);
  const requirements = readFileSync(path.join(__dirname, 'requirements.txt'), 'utf8');
  const bin = await virtualEnvironment('emulator-python', requirements);
  return { python: path.join(bin, 'python'), version, emulatorVersion: /^ministack==(\S+)/m.exec(requirements)![1] };
}
