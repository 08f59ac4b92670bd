import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { accessKeyIn, type Authorize } from '../http/authorization';
import { ServiceError } from '../http/errors';
import { LoopbackServer, readBody } from '../http/loopback-server';
import { toXml } from '../http/xml';

export interface EmbeddedS3Options {
  /** The names of the buckets. @default none */
  readonly buckets?: readonly string[];
  /** @default all callers may perform all actions */
  readonly authorize?: Authorize;
}

export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  /** The headers of the request that stored the object, with lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A call, served or rejected. */
export interface S3Call {
  readonly operation: string;
  readonly accessKeyId: string | undefined;
  readonly bucket: string;
  readonly key: string;
  /** The code of the error in the answer. */
  readonly error?: string;
}

/**
 * Amazon S3 for development: PutObject and GetObject over HTTP, path-style, in memory.
 *
 * SDKs use path-style addresses if the endpoint is an IP address, as it is here.
 */
export class EmbeddedS3 {
  static async start(options: EmbeddedS3Options = {}): Promise<EmbeddedS3> {
    const s3 = new EmbeddedS3(options);
    await s3.server.start();
    return s3;
  }

  private readonly buckets = new Map<string, Map<string, StoredObject>>();
  private readonly authorize: Authorize;
  private readonly failures: ServiceError[] = [];
  private readonly server = new LoopbackServer((request, response) => this.serve(request, response));
  private readonly recorded: S3Call[] = [];
  private serial = 0;

  private constructor({ buckets = [], authorize = () => true }: EmbeddedS3Options) {
    this.authorize = authorize;
    for (const bucket of buckets) this.createBucket(bucket);
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  /** All calls so far, in order of arrival. */
  get calls(): readonly S3Call[] {
    return this.recorded;
  }

  createBucket(bucket: string): void {
    if (!this.buckets.has(bucket)) this.buckets.set(bucket, new Map());
  }

  /** Returns the objects of a bucket, by key. */
  objects(bucket: string): ReadonlyMap<string, StoredObject> {
    return this.buckets.get(bucket) ?? new Map<string, StoredObject>();
  }

  /** Makes the next call fail with this error. */
  failNext(code: string, status: number): void {
    this.failures.push(new ServiceError(code, 'injected', status));
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const [, bucket = '', ...rest] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const operation = key === '' ? undefined : ({ PUT: 'PutObject', GET: 'GetObject' } as Record<string, string>)[request.method ?? ''];
    const call = { operation: operation ?? String(request.method), accessKeyId: accessKeyIn(request.headers.authorization), bucket, key };
    const requestId = `S3${String(++this.serial).padStart(14, '0')}`;
    try {
      if (operation === undefined) throw new ServiceError('NotImplemented', 'A header you provided implies functionality that is not implemented.', 501);
      const failure = this.failures.shift();
      if (failure) throw failure;
      this.check(operation, call.accessKeyId, bucket, key);
      const answer = operation === 'PutObject' ? this.put(bucket, key, body, request) : this.get(bucket, key);
      this.recorded.push(call);
      response.writeHead(200, { ...answer.headers, 'x-amz-request-id': requestId }).end(answer.body);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.recorded.push({ ...call, error: error.code });
      response.writeHead(error.status, { 'Content-Type': 'application/xml', 'x-amz-request-id': requestId }).end(errorXml(error, requestId));
    }
  }

  private check(operation: string, accessKeyId: string | undefined, bucket: string, key: string): void {
    if (accessKeyId === undefined || !this.authorize(accessKeyId, `s3:${operation}`, `arn:aws:s3:::${bucket}/${key}`)) {
      throw new ServiceError('AccessDenied', 'Access Denied', 403);
    }
    if (!this.buckets.has(bucket)) throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404);
  }

  private put(bucket: string, key: string, body: Buffer, { headers }: IncomingMessage): Answer {
    if (String(headers['content-encoding']).includes('aws-chunked')) {
      throw new ServiceError('NotImplemented', 'A body in signed chunks is not implemented here.', 501);
    }
    const checksum = headers['x-amz-checksum-crc32'];
    if (checksum !== undefined && checksum !== checksumOf(body)) throw new ServiceError('BadDigest', 'The CRC32 you specified did not match what we received.', 400);
    this.buckets.get(bucket)!.set(key, { body, contentType: headers['content-type'] ?? 'binary/octet-stream', headers });
    return { headers: { 'ETag': `"${checksumOf(body)}"`, 'x-amz-checksum-crc32': checksumOf(body) } };
  }

  private get(bucket: string, key: string): Answer {
    const found = this.buckets.get(bucket)!.get(key);
    if (!found) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
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

function errorXml({ code, message }: ServiceError, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${toXml('Error', { Code: code, Message: message, RequestId: requestId })}`;
}
