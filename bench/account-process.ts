/*
 * The embedded ECR, the embedded S3 and the CloudFormation operation that the gate calls, in a separate process, so that they
 * use another processor. Reports the endpoints to its parent, adds images and counts calls on request.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BUCKET, CallCounts, Content, Endpoints, Request } from './processes';
import { EmbeddedEcr } from '../rehearsal/ecr/embedded-ecr';
import { LoopbackServer } from '../rehearsal/http/loopback-server';
import { toXml } from '../rehearsal/http/xml';
import { EmbeddedS3 } from '../rehearsal/s3/embedded-s3';

const DAY = 24 * 60 * 60 * 1000;

async function main(): Promise<void> {
  const [latencyMs, previewMs] = process.argv.slice(2).map(Number);
  const ecr = await EmbeddedEcr.start({ now: Date.now(), latencyMs, previewMs });
  const s3 = await EmbeddedS3.start({ buckets: [BUCKET] });
  let described = 0;
  const cloudFormation = new LoopbackServer(async (request, response) => {
    described++;
    request.resume();
    await sleep(latencyMs);
    const stack = { StackName: 'Bench', StackStatus: 'UPDATE_IN_PROGRESS', CreationTime: '2026-01-01T00:00:00.000Z' };
    const content = { DescribeStacksResult: { Stacks: [stack] }, ResponseMetadata: { RequestId: 'bench' } };
    response.writeHead(200, { 'Content-Type': 'text/xml' });
    response.end(toXml('DescribeStacksResponse', content, ' xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"'));
  });
  await cloudFormation.start();

  const fill = ({ repositoryName, images, expiring, mix }: Content) => {
    const now = ecr.clock.now();
    const repository = ecr.registry.createRepository(repositoryName);
    const every = Math.floor(images / expiring);
    let old = 0;
    for (let i = 0; i < images; i++) {
      const expires = i % every === 0 && old < expiring;
      const position = expires ? old++ : i - old;
      repository.addImage({
        tags: mix === 'five tags each' ? [1, 2, 3, 4, 5].map((n) => `pr-${i}-${n}-${i.toString(16).padStart(40, '0')}`) : mix === 'all tagged' || position % 2 === 0 ? [`pr-${i}`, ...(i % 3 === 0 ? [`git-${i.toString(16).padStart(40, '0')}`] : [])] : undefined,
        pushedAt: now - (expires ? 60 : 5) * DAY - i,
        lastPulledAt: i % 5 < 3 ? now - (expires ? 40 : 1) * DAY : undefined,
        sizeInBytes: 20_000_000 + i,
      });
    }
  };

  let counted = 0;
  const countCalls = (): CallCounts => {
    const preview: Record<string, number> = {};
    const images: Record<string, number> = {};
    let start = 0;
    for (const { operation, input } of ecr.calls.slice(counted)) {
      const tagStatus = (input.filter as { tagStatus?: string } | undefined)?.tagStatus ?? 'ANY';
      if (operation === 'StartLifecyclePolicyPreview') start++;
      if (operation === 'GetLifecyclePolicyPreview') preview[tagStatus] = (preview[tagStatus] ?? 0) + 1;
      if (operation === 'DescribeImages') images[tagStatus] = (images[tagStatus] ?? 0) + 1;
    }
    const counts = { describeStacks: described, start, preview, images };
    described = 0;
    counted = ecr.calls.length;
    return counts;
  };

  process.on('message', (request: Request) => {
    if ('fill' in request) {
      fill(request.fill);
      process.send!({});
    } else {
      process.send!(countCalls());
    }
  });
  process.send!({ ecr: ecr.endpoint, cloudFormation: cloudFormation.endpoint, s3: s3.endpoint } satisfies Endpoints);
}

void main();
