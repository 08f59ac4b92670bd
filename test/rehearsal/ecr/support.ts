import { ECRClient, ECRServiceException } from '@aws-sdk/client-ecr';
import { EmbeddedEcr, type EmbeddedEcrOptions } from '../../../rehearsal/ecr/embedded-ecr';

export const DAY = 24 * 60 * 60 * 1000;
export const START = Date.UTC(2026, 0, 1);

const started: EmbeddedEcr[] = [];
const clients: ECRClient[] = [];

export async function startEcr(options: EmbeddedEcrOptions = {}): Promise<EmbeddedEcr> {
  const ecr = await EmbeddedEcr.start(options);
  started.push(ecr);
  return ecr;
}

/** Creates an SDK client. By default, it does not retry, so that a test sees each answer. */
export function clientOf(ecr: { readonly endpoint: string }, { accessKeyId = 'AKIDREHEARSAL', maxAttempts = 1 } = {}): ECRClient {
  const client = new ECRClient({
    endpoint: ecr.endpoint, region: 'us-east-1', maxAttempts, credentials: { accessKeyId, secretAccessKey: 'secret' },
  });
  clients.push(client);
  return client;
}

afterEach(async () => {
  clients.splice(0).forEach((client) => client.destroy());
  await Promise.all(started.splice(0).map((ecr) => ecr.stop()));
});

/** Returns the error of a failed call. */
export async function failureOf(call: Promise<unknown>): Promise<ECRServiceException> {
  const outcome = await call.then(() => undefined, (error: unknown) => error);
  if (outcome === undefined) throw new Error('the call succeeded');
  return outcome as ECRServiceException;
}

export function policyText(...rules: object[]): string {
  return JSON.stringify({ rules: rules.map((rule, i) => ({ rulePriority: i + 1, ...rule })) });
}

export const EXPIRE_UNTAGGED = {
  description: 'expire untagged images after 14 days',
  selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
  action: { type: 'expire' },
};

export const KEEP_TWO = {
  description: 'keep the newest two images',
  selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 2 },
  action: { type: 'expire' },
};

export const ARCHIVE_OLD = {
  description: 'archive images without recent pulls',
  selection: { tagStatus: 'tagged', tagPatternList: ['*'], countType: 'sinceImagePulled', countUnit: 'days', countNumber: 90 },
  action: { type: 'transition', targetStorageClass: 'archive' },
};

export function manifestText(name: string, more: object = {}): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'c'.repeat(64)}`, size: 100 },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: `sha256:${'a'.repeat(64)}`, size: 900 }],
    annotations: { name },
    ...more,
  });
}

export function indexText(children: readonly string[]): string {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return JSON.stringify({ schemaVersion: 2, mediaType, manifests: children.map((digest) => ({ mediaType, digest, size: 1 })) });
}
