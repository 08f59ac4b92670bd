import { createHash } from 'node:crypto';
import { invalidParameter } from '../http/errors';
import { isObject, JsonObject } from '../http/input';

/** The content of an image manifest or image index that ECR uses. */
export interface Manifest {
  readonly mediaType?: string;
  readonly artifactMediaType?: string;
  readonly subject?: string;
  /** The digests of the images that an index refers to. */
  readonly children: readonly string[];
  /** The digests of the config and the layers. */
  readonly blobs: readonly string[];
  readonly sizeInBytes: number;
}

export const IMAGE_MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX_MEDIA_TYPE = 'application/vnd.oci.image.index.v1+json';

export function sha256(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export function parseManifest(text: string): Manifest {
  const json = parseJson(text);
  if (!isObject(json)) throw invalidParameter('ImageManifest', 'Invalid image manifest provided');

  const config = isObject(json.config) ? json.config : undefined;
  const blobs = [...(config ? [config] : []), ...descriptors(json.layers)];
  return {
    mediaType: textOf(json.mediaType),
    artifactMediaType: textOf(json.artifactType) ?? textOf(config?.mediaType),
    subject: isObject(json.subject) ? textOf(json.subject.digest) : undefined,
    children: digestsOf(descriptors(json.manifests)),
    blobs: digestsOf(blobs),
    sizeInBytes: blobs.reduce((sum, { size }) => sum + (typeof size === 'number' ? size : 0), 0),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function descriptors(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function digestsOf(values: readonly JsonObject[]): string[] {
  return values.map(({ digest }) => textOf(digest)).filter((digest) => digest !== undefined);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
