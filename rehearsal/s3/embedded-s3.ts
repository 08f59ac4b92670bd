import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { S3Error } from './errors';
import { accessKeyIn, type Authorize } from '../ecr/authorization';
import { bodyOf, LoopbackServer } from '../http/loopback-server';

export interface EmbeddedS3Options {
  /** The buckets that there are. @default none */
  readonly buckets?: readonly string[];
  /** @default everybody may do everything */
  readonly authorize?: Authorize;
}

export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  /** Those of the request that stored it, in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One call as it arrived. */
export interface S3Call {
  readonly operation: string;
  readonly accessKeyId: string | undefined;
  readonly bucket: string;
  readonly key: string;
  /** The code, when it failed. */
  readonly error?: string;
}

/**
 * Amazon S3 for development: PutObject and GetObject over HTTP, path-style, in memory.
 *
 * SDKs address a bucket by path when the endpoint is an IP address, which this one is.
 */
export class EmbeddedS3 {
  static async start(options: EmbeddedS3Options = {}): Promise<EmbeddedS3> {
    const s3 = new EmbeddedS3(options);
    await s3.server.start();
    return s3;
  }

  private readonly buckets = new Map<string, Map<string, StoredObject>>();
  private readonly authorize: Authorize;
  private readonly failures: S3Error[] = [];
  private readonly server = new LoopbackServer((request, response) => this.serve(request, response));
  private readonly made: S3Call[] = [];
  private serial = 0;

  private constructor({ buckets = [], authorize = () => true }: EmbeddedS3Options) {
    this.authorize = authorize;
    for (const bucket of buckets) this.createBucket(bucket);
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  /** Every call so far, in the order of arrival. */
  get calls(): readonly S3Call[] {
    return this.made;
  }

  createBucket(bucket: string): void {
    if (!this.buckets.has(bucket)) this.buckets.set(bucket, new Map());
  }

  /** By key. */
  objects(bucket: string): ReadonlyMap<string, StoredObject> {
    return this.buckets.get(bucket) ?? new Map<string, StoredObject>();
  }

  /** The next call fails like this. */
  failNext(code: string, status: number): void {
    this.failures.push(new S3Error(code, status, 'injected'));
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const [, bucket = '', ...rest] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const operation = key === '' ? undefined : ({ PUT: 'PutObject', GET: 'GetObject' } as Record<string, string>)[request.method ?? ''];
    const call = { operation: operation ?? String(request.method), accessKeyId: accessKeyIn(request.headers.authorization), bucket, key };
    const requestId = `S3${String(++this.serial).padStart(14, '0')}`;
    try {
      if (operation === undefined) throw new S3Error('NotImplemented', 501, 'A header you provided implies functionality that is not implemented.');
      const failure = this.failures.shift();
      if (failure) throw failure;
      this.check(operation, call.accessKeyId, bucket, key);
      const answer = operation === 'PutObject' ? this.put(bucket, key, body, request) : this.get(bucket, key);
      this.made.push(call);
      response.writeHead(200, { ...answer.headers, 'x-amz-request-id': requestId }).end(answer.body);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      this.made.push({ ...call, error: error.code });
      response.writeHead(error.status, { 'Content-Type': 'application/xml', 'x-amz-request-id': requestId }).end(error.toXml(requestId));
    }
  }

  private check(operation: string, accessKeyId: string | undefined, bucket: string, key: string): void {
    if (accessKeyId === undefined || !this.authorize(accessKeyId, `s3:${operation}`, `arn:aws:s3:::${bucket}/${key}`)) {
      throw new S3Error('AccessDenied', 403, 'Access Denied');
    }
    if (!this.buckets.has(bucket)) throw new S3Error('NoSuchBucket', 404, 'The specified bucket does not exist');
  }

  private put(bucket: string, key: string, body: Buffer, { headers }: IncomingMessage): Answer {
    if (String(headers['content-encoding']).includes('aws-chunked')) {
      throw new S3Error('NotImplemented', 501, 'A body in signed chunks is not implemented here.');
    }
    const checksum = headers['x-amz-checksum-crc32'];
    if (checksum !== undefined && checksum !== checksumOf(body)) throw new S3Error('BadDigest', 400, 'The CRC32 you specified did not match what we received.');
    this.buckets.get(bucket)!.set(key, { body, contentType: headers['content-type'] ?? 'binary/octet-stream', headers });
    return { headers: { 'ETag': `"${checksumOf(body)}"`, 'x-amz-checksum-crc32': checksumOf(body) } };
  }

  private get(bucket: string, key: string): Answer {
    const found = this.buckets.get(bucket)!.get(key);
    if (!found) throw new S3Error('NoSuchKey', 404, 'The specified key does not exist.');
    return { headers: { 'Content-Type': found.contentType, 'x-amz-checksum-crc32': checksumOf(found.body) }, body: found.body };
  }
}

interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

function checksumOf(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}
