import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

/*
 * Compares the public API with that of the last release, or of the package in the folder that is given as argument (with
 * its peers in node_modules): what would break who uses it fails, unless its key stands in .compatignore. Needs
 * `npx projen compile` before.
 */

const NAME = 'cdk-ecr-lifecycle';
const DIFF = path.resolve(__dirname, '../../node_modules/.bin/jsii-diff');

const former = process.argv[2] ?? lastRelease();
if (former === undefined) {
  console.log(`skipped: ${NAME} has no release yet to compare with`);
} else {
  console.log(`compared with ${former}`);
  // Also what is marked as experimental: nobody shall be surprised by an update.
  const { status } = spawnSync(DIFF, [former, '.', '--keys', '--error-on', 'all', '--ignore-file', '.compatignore'], {
    stdio: 'inherit',
    timeout: 180_000,
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0] },
  });
  if (status === 0) console.log('✓ nothing that a user of it has would break');
  else process.exitCode = 1;
}

/** Only the registry's own word counts as "none": that it cannot be asked is an error. */
function lastRelease(): string | undefined {
  const { stdout, stderr, status } = spawnSync('npm', ['view', NAME, 'version', '--json'], { encoding: 'utf8', timeout: 60_000 });
  if (status === 0) return `npm:${NAME}@${JSON.parse(stdout)}`;
  if (`${stdout}${stderr}`.includes('E404')) return undefined;
  throw new Error(`npm cannot say what the last release of ${NAME} is: ${stderr.trim()}`);
}
