import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { GateReport, reportName } from '../../core/report/report';
import { reportJson } from '../../core/report/report-json';
import type { Call } from '../call';

/** The locations of a stored report as `s3://bucket/key`, which the AWS CLI accepts in every partition. */
export interface ReportLocations {
  readonly json: string;
  readonly html: string;
}

const NO_OUTPUT = () => undefined;
/** Suppresses the SDK's warning that a stream cannot be sent again. Each attempt gets a new stream here. */
const SILENT = { debug: NO_OUTPUT, info: NO_OUTPUT, warn: NO_OUTPUT, error: NO_OUTPUT };

/** Returns the S3 client. The first call loads its package, so a gate without a bucket does not load it. */
export function loadS3(settings: S3ClientConfig): S3Client {
  return new (s3().S3Client)({ ...settings, logger: SILENT });
}

/**
 * Stores a report as JSON and as a page, both under `<prefix><repositoryName>/`, with names that sort by time.
 *
 * The bucket determines the encryption. Throws if one of the two cannot be stored. They are stored one after the other and in
 * pieces, because the JSON of 100,000 images takes more memory than a Lambda function has left.
 */
export async function putReport(
  client: S3Client, call: Call, bucket: string, prefix: string, report: GateReport, html: string,
): Promise<ReportLocations> {
  const name = `${prefix}${safe(report.repositoryName)}/${reportName(report)}`;
  const put = async (Key: string, ContentType: string, pieces: () => Iterable<string>): Promise<string> => {
    await putPieces(client, call, { Bucket: bucket, Key, ContentType }, pieces);
    return `s3://${bucket}/${Key}`;
  };
  const page = await put(`${name}.html`, 'text/html; charset=utf-8', () => slices(html));
  return { json: await put(`${name}.json`, 'application/json', () => reportJson(report)), html: page };
}

/**
 * Stores an object from pieces that are generated twice: once for the length and the checksum, which S3 requires in advance, and
 * once to send them. The SDK cannot send a stream again, so each attempt gets a new one.
 */
async function putPieces(
  client: S3Client, call: Call, object: Record<'Bucket' | 'Key' | 'ContentType', string>, pieces: () => Iterable<string>,
): Promise<void> {
  let ContentLength = 0;
  let checksum = 0;
  for (const piece of pieces()) {
    const bytes = Buffer.from(piece);
    ContentLength += bytes.length;
    checksum = crc32(bytes, checksum);
  }
  const ChecksumCRC32 = Buffer.from(checksum.toString(16).padStart(8, '0'), 'hex').toString('base64');
  await call((options) => {
    const Body = Readable.from(encoded(pieces()), { objectMode: false });
    return client.send(new (s3().PutObjectCommand)({ ...object, ContentLength, ChecksumCRC32, Body }), options);
  });
}

function* encoded(pieces: Iterable<string>): Generator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const SLICE = 64 * 1024;

/** Yields a long text in pieces, without splitting pairs of surrogates. */
function* slices(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const to = from + SLICE + Number(/[\ud800-\udbff]/.test(text.charAt(from + SLICE - 1)));
    yield text.slice(from, to);
    from = to;
  }
}

/** Repository names are safe already, but a key must not depend on that. */
function safe(repositoryName: string): string {
  return repositoryName.replace(/[^A-Za-z0-9._/-]/g, '-');
}

/** Not `import()`, because this file is compiled to CommonJS, and test runners cannot use `import()` in their sandboxes. */
function s3(): typeof import('./s3-package') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./s3-package');
}
