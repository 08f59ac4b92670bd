import { GetObjectCommand } from '@aws-sdk/client-s3';
import { EmbeddedS3, type EmbeddedS3Options } from '../../../rehearsal/s3/embedded-s3';
import { callWithRetry } from '../../../src/aws/call';
import { Clock, Deadline } from '../../../src/aws/deadline';
import { loadS3, putReport } from '../../../src/aws/s3/report-bucket';
import { renderHtml } from '../../../src/core/report/html';
import { affectedImage, reportOf } from '../../core/report/report-fixtures';

const BUCKET = 'gate-reports';
const KEY = 'audit/shop/web/2026-01-31T00-00-00.000Z-0123456789abcdef';

const report = reportOf({ affected: [affectedImage('a', { imageTags: ['版-🚢'] })] });
const page = renderHtml(report);

let stop: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stop.map((end) => end()));
  stop = [];
});

/** Returns a clock that advances only when it sleeps. */
function quickClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    random: () => 0.5,
  };
}

async function setUp(options: EmbeddedS3Options = { buckets: [BUCKET] }, stored = { report, page }) {
  const s3 = await EmbeddedS3.start(options);
  const client = loadS3({ endpoint: s3.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'gate', secretAccessKey: 'secret' } });
  stop.push(async () => {
    client.destroy();
    await s3.stop();
  });
  const clock = quickClock();
  const call = callWithRetry(clock, Deadline.in(clock, 600_000));
  return { s3, client, clock, put: (repositoryName = report.repositoryName) => putReport(client, call, BUCKET, 'audit/', { ...stored.report, repositoryName }, stored.page) };
}

test('both files are stored under the same name, and can be read', async () => {
  const { client, put } = await setUp();
  expect(await put()).toEqual({ json: `s3://${BUCKET}/${KEY}.json`, html: `s3://${BUCKET}/${KEY}.html` });

  const json = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: `${KEY}.json` }));
  expect(json.ContentType).toBe('application/json');
  expect(JSON.parse(await json.Body!.transformToString())).toEqual(report);
  const html = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: `${KEY}.html` }));
  expect(html.ContentType).toBe('text/html; charset=utf-8');
  expect(await html.Body!.transformToString()).toBe(page);
});

test('a report of several megabytes is stored in pieces, exactly, with its length and checksum', async () => {
  const affected = Array.from({ length: 20_000 }, (_, i) => affectedImage(i.toString(16), { imageTags: [`版-🚢-${i}`, 'a'.repeat(i % 60)] }));
  const large = { report: reportOf({ affected }), page: '🚢'.repeat(100_000) + 'x' + '🚢'.repeat(100_000) };
  const { s3, put } = await setUp(undefined, large);
  await put();
  const [html, json] = [...s3.objects(BUCKET).values()];
  expect(html.body.equals(Buffer.from(large.page))).toBe(true);
  expect(json.body.equals(Buffer.from(JSON.stringify(large.report)))).toBe(true);
  expect(json.body.length).toBeGreaterThan(4_000_000);
  expect(json.headers).toMatchObject({ 'content-length': String(json.body.length), 'x-amz-checksum-crc32': expect.any(String) });
});

test('a report that S3 did not accept is sent again from its beginning', async () => {
  const { s3, put } = await setUp();
  s3.failNext('SlowDown', 503);
  await put();
  expect([...s3.objects(BUCKET).values()].map(({ body }) => body.toString())).toEqual([page, JSON.stringify(report)]);
});

test('the bucket determines encryption and access', async () => {
  const { s3, put } = await setUp();
  await put();
  for (const { headers } of s3.objects(BUCKET).values()) {
    expect(Object.keys(headers).filter((name) => /encryption|acl|grant|storage-class/.test(name))).toEqual([]);
  }
});

test('characters that a key should not contain are replaced', async () => {
  const { s3, put } = await setUp();
  await put('a b<c>');
  expect([...s3.objects(BUCKET).keys()].sort()[0]).toMatch(/^audit\/a-b-c-\/2026/);
});

test('a bucket that does not exist fails with the error of S3', async () => {
  const { put } = await setUp({});
  await expect(put()).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

test('a missing permission is retried, then reported', async () => {
  const { s3, clock, put } = await setUp({ buckets: [BUCKET], authorize: () => false });
  await expect(put()).rejects.toMatchObject({ code: 'AccessDenied' });
  expect(clock.now()).toBeGreaterThan(25_000);
  expect(s3.calls[0]).toMatchObject({ operation: 'PutObject', accessKeyId: 'gate', bucket: BUCKET, error: 'AccessDenied' });
});

test('faults of the service are retried', async () => {
  const { s3, put } = await setUp();
  s3.failNext('SlowDown', 503);
  s3.failNext('InternalError', 500);
  await put();
  expect(s3.calls.filter(({ error }) => error === undefined)).toHaveLength(2);
  expect(s3.calls.filter(({ error }) => error !== undefined)).toHaveLength(2);
});

test('the stand-in reports missing objects, and rejects unknown requests', async () => {
  const { s3, client, put } = await setUp();
  await put();
  await expect(client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'none' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect((await fetch(`${s3.endpoint}/${BUCKET}`)).status).toBe(501);
  expect((await fetch(`${s3.endpoint}/${BUCKET}/${KEY}.json`)).status).toBe(403);
  const authorization = 'AWS4-HMAC-SHA256 Credential=gate/20260131/us-east-1/s3/aws4_request';
  const spoiled = await fetch(`${s3.endpoint}/${BUCKET}/x`, { method: 'PUT', body: 'x', headers: { authorization, 'x-amz-checksum-crc32': 'AAAAAA==' } });
  expect(await spoiled.text()).toContain('<Code>BadDigest</Code>');
});
