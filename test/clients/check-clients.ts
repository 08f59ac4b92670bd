import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { checkAwsCli } from './aws-cli';
import { checkSecondOpinion } from './second-opinion';
import { EmbeddedEcr } from '../../rehearsal/ecr/embedded-ecr';
import { OPERATIONS } from '../../rehearsal/ecr/operations';
import { outcomeOf, run, Skipped } from '../outside/commands';
import { virtualEnvironment } from '../outside/virtual-environment';

/*
 * Tests the embedded ECR with third-party clients, boto3 and the AWS CLI, and compares this library's validation with that
 * of moto. The pinned packages come from PyPI and are installed into a virtual environment of this checkout.
 */

/** Long enough that a client reads the preview while it is IN_PROGRESS. */
const PREVIEW_MS = 1_500;

async function main(): Promise<void> {
  const bin = await virtualEnvironment('clients', readFileSync(path.join(__dirname, 'requirements.txt'), 'utf8'));
  const versions = JSON.parse(await run(path.join(bin, 'python'), ['-m', 'pip', 'list', '--format', 'json'])) as { name: string; version: string }[];
  const tools = versions.filter(({ name }) => ['awscli', 'boto3', 'botocore', 'moto'].includes(name));
  console.log(tools.map(({ name, version }) => `${name} ${version}`).join(', '));

  await withEcr((env, ecr) => checkBoto3(bin, env, ecr));
  await withEcr((env) => checkAwsCli(path.join(bin, 'aws'), env));
  await checkSecondOpinion(path.join(bin, 'python'));
}

async function withEcr(check: (env: Record<string, string>, ecr: EmbeddedEcr) => Promise<void>): Promise<void> {
  const ecr = await EmbeddedEcr.start({ previewMs: PREVIEW_MS, requireLayers: true });
  // The clock of the embedded ECR stands still; this gives each image its own push time.
  ecr.faults.add({ operation: 'PutImage', times: Infinity, fault: { kind: 'meanwhile', act: () => ecr.clock.advance(1_000) } });
  try {
    await check({
      AWS_ENDPOINT_URL_ECR: ecr.endpoint,
      AWS_DEFAULT_REGION: ecr.registry.region,
      AWS_ACCESS_KEY_ID: 'clients',
      AWS_SECRET_ACCESS_KEY: 'clients',
      // No AWS configuration of this machine.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      PYTHONDONTWRITEBYTECODE: '1',
    }, ecr);
  } finally {
    await ecr.stop();
  }
}

async function checkBoto3(bin: string, env: Record<string, string>, { calls }: EmbeddedEcr): Promise<void> {
  const { stdout, stderr, status } = await outcomeOf(path.join(bin, 'python'), [path.join(__dirname, 'boto3_client.py')], { env, timeoutSeconds: 120 });
  process.stdout.write(stdout);
  const called = new Set(calls.map(({ operation }) => operation));
  const missing = Object.keys(OPERATIONS).filter((operation) => !called.has(operation));
  if (missing.length === 0) console.log(`✓ boto3: all ${called.size} operations of the embedded ECR were called`);
  else console.log(`✗ boto3: not called: ${missing.join()}`);
  if (status !== 0) console.log(`✗ boto3: exited with ${status} ${stderr.trim()}`);
  if (status !== 0 || missing.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  if (error instanceof Skipped) {
    console.log(`skipped: ${error.message}`);
    return;
  }
  console.error(error);
  process.exitCode = 1;
});
