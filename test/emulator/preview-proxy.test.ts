import { createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient, GetLifecyclePolicyPreviewCommand, PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import { PreviewProxy, type PreviewProxyOptions } from './preview-proxy/preview-proxy';
import type { EmbeddedEcr } from '../../rehearsal/ecr/embedded-ecr';
import { ARCHIVE_OLD, clientOf, DAY, EXPIRE_UNTAGGED, failureOf, KEEP_TWO, policyText, startEcr } from '../rehearsal/ecr/support';

/* The proxy in front of an ECR that has previews itself. The results must be the same, except for their order. */

const repositoryName = 'app';
const proxies: PreviewProxy[] = [];
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function before(emulator: string, options: Partial<PreviewProxyOptions> = {}): Promise<PreviewProxy> {
  const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
  const proxy = await PreviewProxy.start({ emulator, accountId: '111122223333', region: 'us-east-1', credentials, ...options });
  proxies.push(proxy);
  return proxy;
}

async function ecrBehindProxy(options: Partial<PreviewProxyOptions> = {}): Promise<{ ecr: EmbeddedEcr; proxy: PreviewProxy; client: ECRClient }> {
  const ecr = await startEcr();
  const proxy = await before(ecr.endpoint, { clock: () => ecr.clock.now(), ...options });
  return { ecr, proxy, client: clientOf(proxy) };
}

async function preview(client: ECRClient, lifecyclePolicyText?: string) {
  await client.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));
  const results = [];
  let nextToken: string | undefined;
  for (;;) {
    const answer = await client.send(new GetLifecyclePolicyPreviewCommand({ repositoryName, nextToken, maxResults: 7 }));
    results.push(...answer.previewResults ?? []);
    if (!answer.nextToken) {
      results.sort((a, b) => (a.imageDigest! < b.imageDigest! ? -1 : 1));
      return { results, summary: answer.summary!, text: answer.lifecyclePolicyText };
    }
    nextToken = answer.nextToken;
  }
}

test.each([
  ['untagged and unused images', policyText(EXPIRE_UNTAGGED, ARCHIVE_OLD)],
  ['counted images, some of them held by an index', policyText(KEEP_TWO)],
  ['nothing', policyText({ ...KEEP_TWO, selection: { ...KEEP_TWO.selection, countNumber: 999 } })],
  ['the live policy', undefined],
])('a preview of %s is the one that the ECR behind it would make', async (_, text) => {
  const { ecr, client } = await ecrBehindProxy();
  const repository = ecr.registry.createRepository(repositoryName);
  const now = ecr.clock.now();
  for (let i = 0; i < 40; i++) {
    repository.addImage({ tags: i % 3 === 0 ? [] : [`v${i}`, `w${i}`], pushedAt: now - 5 * i * DAY, lastPulledAt: i % 2 === 0 ? now - i * DAY : undefined });
  }
  repository.addImage({ tags: ['stored'], pushedAt: now - 300 * DAY, archivedAt: now - 200 * DAY });
  repository.addImage({ tags: ['index'], pushedAt: now, children: repository.images.slice(-5).map(({ imageDigest }) => imageDigest) });
  repository.lifecyclePolicyText = policyText(EXPIRE_UNTAGGED);

  const through = await preview(client, text);
  const direct = await preview(clientOf(ecr), text);
  expect(through).toEqual(direct);
  const { expiringImageTotalCount = 0, transitioningImageTotalCounts } = through.summary;
  expect(through.results).toHaveLength(expiringImageTotalCount + (transitioningImageTotalCounts?.[0].imageTotalCount ?? 0));
});

test('a preview uses the images at its start, and is deleted with its repository', async () => {
  const { ecr, client } = await ecrBehindProxy();
  const repository = ecr.registry.createRepository(repositoryName);
  for (let i = 0; i < 3; i++) repository.addImage({ tags: [`v${i}`] });
  expect((await preview(client, policyText(KEEP_TWO))).results).toHaveLength(1);
  repository.addImage();
  repository.store.remove(repository.store.byTag('v0')!.image.imageDigest);
  repository.addImage();
  expect((await preview(client, policyText(KEEP_TWO))).results).toHaveLength(2);

  const get = async () => client.send(new GetLifecyclePolicyPreviewCommand({ repositoryName }));
  ecr.registry.deleteRepository(repositoryName);
  expect((await failureOf(get())).name).toBe('RepositoryNotFoundException');
  ecr.clock.advance(1000);
  ecr.registry.createRepository(repositoryName);
  expect((await failureOf(get())).name).toBe('LifecyclePolicyPreviewNotFoundException');
});

test('a preview runs for its duration, can look ahead for days, and rejects invalid requests', async () => {
  const { ecr, proxy, client } = await ecrBehindProxy({ previewMs: 1_000_000 });
  ecr.registry.createRepository(repositoryName).addImage();
  const start = async (lifecyclePolicyText: string) => client.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));
  expect((await failureOf(start('{"rules":[]}'))).name).toBe('InvalidParameterException');
  proxy.aheadMs = 15 * DAY;
  await start(policyText(EXPIRE_UNTAGGED));
  expect((await client.send(new GetLifecyclePolicyPreviewCommand({ repositoryName }))).status).toBe('IN_PROGRESS');
  expect((await failureOf(start(policyText(EXPIRE_UNTAGGED)))).name).toBe('LifecyclePolicyPreviewInProgressException');

  const later = await before(ecr.endpoint, { clock: () => ecr.clock.now() });
  later.aheadMs = 15 * DAY;
  expect((await preview(clientOf(later), policyText(EXPIRE_UNTAGGED))).results).toHaveLength(1);
});

test('all other operations reach the ECR behind it', async () => {
  const { ecr, proxy, client } = await ecrBehindProxy();
  await client.send(new CreateRepositoryCommand({ repositoryName }));
  await client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: policyText(KEEP_TWO) }));
  expect(ecr.registry.repository(repositoryName).lifecyclePolicyText).toBe(policyText(KEEP_TWO));
  expect(proxy.calls).toEqual([{ operation: 'CreateRepository' }, { operation: 'PutLifecyclePolicy' }]);
});

test('any operation can fail, as often as requested', async () => {
  const { ecr, proxy, client } = await ecrBehindProxy();
  ecr.registry.createRepository(repositoryName);
  proxy.faults.add({ operation: 'DescribeRepositories', fault: { kind: 'error', code: 'ThrottlingException' } });
  proxy.faults.add({ operation: 'DescribeRepositories', fault: { kind: 'error', code: 'ServerException', status: 503 } });
  proxy.faults.add({ operation: 'DescribeRepositories', fault: { kind: 'reset' } });
  proxy.faults.add({ operation: 'DescribeRepositories', fault: { kind: 'reset', when: 'after' } });
  proxy.faults.add({ operation: 'StartLifecyclePolicyPreview', fault: { kind: 'delay', ms: 1 } });
  const describe = async () => client.send(new DescribeRepositoriesCommand({}));
  expect(await failureOf(describe())).toMatchObject({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } });
  expect(await failureOf(describe())).toMatchObject({ name: 'ServerException', $metadata: { httpStatusCode: 503 } });
  const served = () => ecr.calls.length;
  expect(served()).toBe(0);
  expect((await failureOf(describe())).message).toMatch(/ECONNRESET|socket hang up/);
  expect(served()).toBe(0);
  expect((await failureOf(describe())).message).toMatch(/ECONNRESET|socket hang up/);
  expect(served()).toBe(1);
  expect((await describe()).repositories).toHaveLength(1);
  await preview(client, policyText(KEEP_TWO));
  expect(proxy.faults.pending).toBe(0);
  expect(proxy.calls.map(({ fault }) => fault ?? '')).toEqual(['ThrottlingException', 'ServerException', 'reset', 'reset', '', 'delay', '']);
});

test('requests of other services pass unchanged in both directions', async () => {
  const seen: { request: IncomingMessage; body: Buffer }[] = [];
  const upstream = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => {
      seen.push({ request, body: Buffer.concat(pieces) });
      response.writeHead(207, 'Partly', ['ETag', '"x"', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']);
      response.end(Buffer.concat(pieces).reverse());
    });
  });
  servers.push(upstream);
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const proxy = await before(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);

  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  const answer = await new Promise<{ response: IncomingMessage; body: Buffer }>((resolve, reject) => {
    const request = httpRequest(`${proxy.endpoint}/bucket/a%20key?x-id=PutObject&list=`, {
      method: 'PUT', headers: { 'Host': 'bucket.s3.example', 'X-Amz-Meta-Name': 'Ünï', 'Authorization': 'AWS4-HMAC-SHA256 SignedHeaders=host' },
    }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => resolve({ response, body: Buffer.concat(pieces) }));
    }).on('error', reject);
    request.write(bytes.subarray(0, 100_000));
    request.end(bytes.subarray(100_000));
  });
  const [{ request, body }] = seen;
  expect({ method: request.method, url: request.url }).toEqual({ method: 'PUT', url: '/bucket/a%20key?x-id=PutObject&list=' });
  expect(request.headers).toMatchObject({ 'host': 'bucket.s3.example', 'x-amz-meta-name': 'Ünï', 'authorization': 'AWS4-HMAC-SHA256 SignedHeaders=host' });
  expect(body.equals(bytes)).toBe(true);
  expect(answer.response).toMatchObject({ statusCode: 207, statusMessage: 'Partly' });
  expect(answer.response.headers).toMatchObject({ 'etag': '"x"', 'set-cookie': ['a=1', 'b=2'] });
  expect(answer.body.equals(Buffer.from(bytes).reverse())).toBe(true);
  expect(proxy.calls).toEqual([]);
});
