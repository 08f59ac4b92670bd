import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EmbeddedEcr } from './ecr/embedded-ecr';
import { addSampleRepositories, addSavedImages } from './sample-repositories';

/*
 * Starts the embedded ECR for a user, with sample images or with saved ones, until Ctrl-C. Its clock follows the real time.
 * Enter advances it by a day, after which ECR has applied the live policies.
 */

const REGION = 'us-east-1';
const TICK_MS = 1000;

async function main(): Promise<void> {
  const { values: { port, images } } = parseArgs({
    options: { port: { type: 'string', default: '0' }, images: { type: 'string', multiple: true, default: [] } },
  });
  if (!/^\d{1,5}$/.test(port)) throw new Error(`--port takes a number, such as 4510, got ${JSON.stringify(port)}`);
  const ecr = await EmbeddedEcr.start({ now: Date.now(), region: REGION, port: Number(port) });
  try {
    if (images.length === 0) addSampleRepositories(ecr);
    for (const given of images) addSavedImages(ecr, given, (file) => readFileSync(file, 'utf8'));
    const stopped = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    printInstructions(ecr);
    const ticks = setInterval(() => ecr.clock.advance(TICK_MS), TICK_MS);
    process.stdin.on('data', () => applyPolicies(ecr));
    await stopped;
    clearInterval(ticks);
    process.stdin.destroy();
  } finally {
    await ecr.stop();
  }
  console.log('\nThe embedded ECR has stopped, and its images are gone.');
}

function printInstructions({ endpoint, registry }: EmbeddedEcr): void {
  const width = Math.max(...registry.repositories.map(({ name }) => name.length));
  console.log(`
An embedded ECR is running at ${endpoint}. It simulates the API of Amazon ECR in this process.
It has no Docker registry API: docker push and docker pull do not work.

Paste these lines into another terminal. With them, no call leaves this machine:

  unset AWS_PROFILE AWS_SESSION_TOKEN
  export AWS_ENDPOINT_URL_ECR=${endpoint} AWS_ENDPOINT_URL=${endpoint}
  export AWS_ACCESS_KEY_ID=embedded AWS_SECRET_ACCESS_KEY=embedded AWS_REGION=${REGION} AWS_DEFAULT_REGION=${REGION}

Repositories:

${registry.repositories.map(({ name, images }) => `  ${name.padEnd(width)}  ${images.length} images`).join('\n')}

docs/try-it.md has commands to try. Enter: a day passes, and ECR applies the live policies. Ctrl-C: stop.`);
}

function applyPolicies(ecr: EmbeddedEcr): void {
  const actions = ecr.runLifecycle();
  const tags = actions.map(({ imageTags, imageDigest }) => imageTags?.join(' ') ?? imageDigest.slice(0, 'sha256:'.length + 12));
  console.log(`A day has passed. ECR has expired or archived ${actions.length} images${actions.length > 0 ? `: ${tags.join(', ')}` : ''}`);
}

main().catch((error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `${error.message}: choose another --port, or omit it` : error.message);
  process.exitCode = 1;
});
