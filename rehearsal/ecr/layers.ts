import { sha256 } from './manifest';
import { ServiceError, invalidParameter } from '../http/errors';

/** The part size that the service requests from clients. */
export const PART_SIZE = 10 * 1024 * 1024;
/** The minimum size of all parts except the last one. */
const MIN_PART_SIZE = 5 * 1024 * 1024;

interface Upload {
  readonly parts: Buffer[];
  size: number;
}

/** The layers of one repository and the uploads in progress. */
export class LayerStore {
  private readonly blobs = new Map<string, Buffer>();
  private readonly uploads = new Map<string, Upload>();
  private serial = 0;

  get(digest: string): Buffer | undefined {
    return this.blobs.get(digest);
  }

  begin(): string {
    const uploadId = `00000000-0000-4000-8000-${String(++this.serial).padStart(12, '0')}`;
    this.uploads.set(uploadId, { parts: [], size: 0 });
    return uploadId;
  }

  /** Returns the position of the last byte received so far. */
  append(uploadId: string, first: number, last: number, part: Buffer): number {
    const upload = this.upload(uploadId);
    if (first !== upload.size || last !== first + part.length - 1) {
      throw new ServiceError('InvalidLayerPartException', `The layer part is invalid: expected it to begin at byte ${upload.size}`, 400, {
        uploadId,
        lastValidByteReceived: upload.size - 1,
      });
    }
    upload.parts.push(part);
    upload.size += part.length;
    return upload.size - 1;
  }

  complete(uploadId: string, digests: readonly string[]): string {
    const { parts, size } = this.upload(uploadId);
    if (size === 0) throw new ServiceError('EmptyUploadException', 'The specified layer upload does not contain any layer parts');
    if (parts.slice(0, -1).some((part) => part.length < MIN_PART_SIZE)) {
      throw new ServiceError('LayerPartTooSmallException', `Layer parts must be at least ${MIN_PART_SIZE} bytes in size`);
    }
    const blob = Buffer.concat(parts);
    const digest = sha256(blob);
    if (!digests.includes(digest)) {
      throw new ServiceError('InvalidLayerException', 'The layer digest calculation performed by Amazon ECR does not match the digest specified');
    }
    this.uploads.delete(uploadId);
    if (this.blobs.has(digest)) throw new ServiceError('LayerAlreadyExistsException', `The layer with digest '${digest}' already exists`);
    this.blobs.set(digest, blob);
    return digest;
  }

  private upload(uploadId: string): Upload {
    if (!/^[0-9a-f-]{36}$/i.test(uploadId)) throw invalidParameter('uploadId', 'Invalid upload id provided');
    const upload = this.uploads.get(uploadId);
    if (!upload) throw new ServiceError('UploadNotFoundException', `The upload with id '${uploadId}' could not be found`);
    return upload;
  }
}
