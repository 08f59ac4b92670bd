import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { type CommandResult, run } from './child-processes';

const REQUIREMENTS = path.join(__dirname, 'requirements.txt');
/** What the emulator asks for. */
const OLDEST_PYTHON = [3, 10] as const;

/** Something that this machine lacks: no fault of the project, so no failure. */
export class Unavailable extends Error {}

export interface VirtualEnvironment {
  readonly python: string;
  /** Of Python, like 3.11.7. */
  readonly version: string;
  readonly emulatorVersion: string;
}

/** The virtual environment with the emulator in it: made once, and anew when the requirements change. */
export async function virtualEnvironment(cache: string, logs: string): Promise<VirtualEnvironment> {
  const version = await pythonVersion(logs);
  const requirements = readFileSync(REQUIREMENTS, 'utf8');
  const emulatorVersion = /^ministack==(\S+)/m.exec(requirements)![1];
  const key = createHash('sha256').update(`${version}\n${requirements}`).digest('hex').slice(0, 12);
  const directory = path.join(cache, `venv-${key}`);
  const complete = path.join(directory, 'complete');
  if (!existsSync(complete)) {
    rmSync(directory, { recursive: true, force: true });
    await make(directory, logs);
    writeFileSync(complete, '');
  }
  return { python: pythonIn(directory), version, emulatorVersion };
}

function pythonIn(directory: string): string {
  return path.join(directory, 'bin', 'python');
}

async function pythonVersion(logs: string): Promise<string> {
  const answer = await call('python3', ['--version'], path.join(logs, 'python.log'), 30).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Unavailable('there is no python3 on the PATH');
    throw error;
  });
  const version = /^Python ((\d+)\.(\d+)\.\S+)/.exec(answer.output);
  if (answer.exitCode !== 0 || !version) throw new Unavailable(`python3 --version says ${JSON.stringify(lastLine(answer.output))}`);
  const [major, minor] = [Number(version[2]), Number(version[3])];
  if (major !== OLDEST_PYTHON[0] || minor < OLDEST_PYTHON[1]) {
    throw new Unavailable(`the emulator needs Python ${OLDEST_PYTHON.join('.')} or newer, and python3 is ${version[1]}`);
  }
  return version[1];
}

async function make(directory: string, logs: string): Promise<void> {
  const log = path.join(logs, 'venv.log');
  const made = await call('python3', ['-m', 'venv', directory], log, 120);
  if (made.exitCode !== 0) throw new Unavailable(`python3 cannot make a virtual environment (Debian: apt install python3-venv): ${lastLine(made.output)}`);

  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--retries', '2', '--only-binary', ':all:',
    '--require-hashes', '-r', REQUIREMENTS];
  const installed = await call(pythonIn(directory), pip, path.join(logs, 'pip.log'), 300);
  if (installed.exitCode === 0) return;
  const problem = `pip cannot install the emulator: ${lastLine(installed.output)}`;
  // A wrong hash, or a requirement without one, is a fault; that nothing can be had from the registry is not.
  const unreachable = installed.exitCode === undefined
    || /No matching distribution|Max retries exceeded|NewConnectionError|Connection(Reset)?Error|timed out|name resolution|unreachable/i.test(installed.output);
  if (unreachable && !/DO NOT MATCH THE HASHES/.test(installed.output)) throw new Unavailable(problem);
  throw new Error(problem);
}

/** With the person's own environment: the way to the registry may be configured there. */
function call(command: string, args: readonly string[], logFile: string, seconds: number): Promise<CommandResult> {
  return run(command, args, { environment: process.env, timeoutMs: seconds * 1000, logFile });
}

function lastLine(output: string): string {
  return output.trim().split('\n').pop() ?? '';
}
