import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

/*
 * Compares the public API with that of the last release, or of the package in the given folder (with its peers in
 * node_modules). Fails for changes that would break users, unless their keys are in .compatignore. Run
 * `npx projen compile` first.
 */

const NAME = 'cdk-ecr-lifecycle';
const DIFF = path.resolve(__dirname, '../../node_modules/.bin/jsii-diff');

const former = process.argv[2] ?? lastRelease();
if (former === undefined) {
  console.log(`skipped: ${NAME} has no release yet to compare with`);
} else {
  console.log(`compared with ${former}`);
  // Includes experimental APIs, because their users update as well.
  const { status } = spawnSync(DIFF, [former, '.', '--keys', '--error-on', 'all', '--ignore-file', '.compatignore'], {
    stdio: 'inherit',
    timeout: 180_000,
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0] },
  });
  if (status === 0) console.log('✓ no change breaks its users');
  else process.exitCode = 1;
}

/** Returns undefined only if the registry answers that there is no release. An unreachable registry is an error. */
function lastRelease(): string | undefined {
  const { stdout, stderr, status } = spawnSync('npm', ['view', NAME, 'version', '--json'], { encoding: 'utf8', timeout: 60_000 });
  if (status === 0) return `npm:${NAME}@${JSON.parse(stdout)}`;
  if (`${stdout}${stderr}`.includes('E404')) return undefined;
  throw new Error(`cannot read the last release of ${NAME} from npm: ${stderr.trim()}`);
}
