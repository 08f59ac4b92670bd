import * as path from 'node:path';
import { run } from '../outside/commands';
import { CACHE } from '../outside/virtual-environment';

export const CHECKOUT = path.resolve(__dirname, '../..');
export const EXAMPLES = path.join(CHECKOUT, 'examples', 'languages');

/** The oldest versions that the library works with: what it was built against. */
export interface Floor {
  readonly lib: string;
  readonly constructs: string;
}

export interface Workplace {
  /** Of the package. */
  readonly version: string;
  readonly floor: Floor;
  /** Where the packages that were built are put, in a folder for each language. */
  readonly packages: string;
  /** Empty: for the project that uses the package. */
  readonly project: string;
  /** Where the app writes its assembly. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Language {
  readonly name: string;
  /** The tools with their versions; throws `Skipped` when one is missing. */
  tools(): Promise<string[]>;
  /** Builds the package, installs it into a project with the example, and runs that. */
  synthesize(workplace: Workplace): Promise<void>;
}

/** Generates the package, and builds it with the language's own tools unless only code is asked for. */
export async function pack(target: string, { packages }: Workplace, ...options: string[]): Promise<string> {
  const pacmak = path.join(CHECKOUT, 'node_modules', '.bin', 'jsii-pacmak');
  await run(pacmak, ['--target', target, '--outdir', packages, ...options], {
    cwd: CHECKOUT, env: { ...QUIET, PIP_CACHE_DIR: path.join(CACHE, 'pip') }, timeoutSeconds: 420,
  });
  return path.join(packages, target);
}

/** On a Node.js past its end of life jsii says so in a box, before anything that matters. */
export const QUIET = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0] } as const;
