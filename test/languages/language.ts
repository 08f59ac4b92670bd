import * as path from 'node:path';
import { run } from '../outside/commands';
import { CACHE } from '../outside/virtual-environment';

export const CHECKOUT = path.resolve(__dirname, '../..');
export const EXAMPLES = path.join(CHECKOUT, 'examples', 'languages');

/** The oldest supported versions, which the library is built with. */
export interface Floor {
  readonly lib: string;
  readonly constructs: string;
}

export interface Workspace {
  /** The version of the package. */
  readonly version: string;
  readonly floor: Floor;
  /** The directory of the built packages, with a folder per language. */
  readonly packages: string;
  /** An empty directory for the project that uses the package. */
  readonly project: string;
  /** The environment variables of the app, including the directory of its assembly. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Language {
  readonly name: string;
  /** Returns the tools with their versions. Throws `Skipped` if one is missing. */
  tools(): Promise<string[]>;
  /** Builds the package, installs it into a project with the example, and runs the example. */
  synthesize(workspace: Workspace): Promise<void>;
}

/** Generates the package, and builds it with the tools of the language unless the options request only code. */
export async function pack(target: string, { packages }: Workspace, ...options: string[]): Promise<string> {
  const pacmak = path.join(CHECKOUT, 'node_modules', '.bin', 'jsii-pacmak');
  await run(pacmak, ['--target', target, '--outdir', packages, ...options], {
    cwd: CHECKOUT, env: { ...QUIET, PIP_CACHE_DIR: path.join(CACHE, 'pip') }, timeoutSeconds: 420,
  });
  return path.join(packages, target);
}

/** Suppresses the banner that jsii prints on a Node.js version past its end of life. */
export const QUIET = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0] } as const;
