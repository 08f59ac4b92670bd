import { ServiceError } from '../../http/errors';
import { PART_SIZE } from '../layers';
import { identity } from '../wire';
import { Operation, Operations, repositoryOf } from './operation';

const initiateLayerUpload: Operation = (input, context) => ({
  uploadId: repositoryOf(input, context).layers.begin(),
  partSize: PART_SIZE,
});

const uploadLayerPart: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const uploadId = input.text('uploadId');
  const first = input.integer('partFirstByte', { min: 0 });
  const last = input.integer('partLastByte', { min: 0 });
  const part = Buffer.from(input.text('layerPartBlob'), 'base64');
  return { ...identity(repository), uploadId, lastByteReceived: repository.layers.append(uploadId, first, last, part) };
};

const completeLayerUpload: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const uploadId = input.text('uploadId');
  const layerDigest = repository.layers.complete(uploadId, input.texts('layerDigests', { min: 1, max: 100 }));
  return { ...identity(repository), uploadId, layerDigest };
};

const batchCheckLayerAvailability: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const digests = input.texts('layerDigests', { min: 1, max: 100 });
  const isDigest = (digest: string) => /^sha256:[0-9a-f]{64}$/.test(digest);
  return {
    layers: digests.filter(isDigest).map((layerDigest) => {
      const blob = repository.layers.get(layerDigest);
      return { layerDigest, layerAvailability: blob ? 'AVAILABLE' : 'UNAVAILABLE', layerSize: blob?.length };
    }),
    failures: digests.filter((digest) => !isDigest(digest)).map((layerDigest) => (
      { layerDigest, failureCode: 'InvalidLayerDigest', failureReason: 'Invalid layer digest provided' }
    )),
  };
};

const getDownloadUrlForLayer: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const layerDigest = input.text('layerDigest');
  if (!repository.layers.get(layerDigest)) {
    throw new ServiceError('LayersNotFoundException', `Layer with digest '${layerDigest}' does not exist in the repository with name '${repository.name}'`);
  }
  return { downloadUrl: `${context.endpoint()}${layerPath(repository.name, layerDigest)}`, layerDigest };
};

/** Returns the path of a layer on this server. The real service returns a URL of S3. */
function layerPath(repositoryName: string, digest: string): string {
  return `/layers/${encodeURIComponent(repositoryName)}/${encodeURIComponent(digest)}`;
}

export const layers: Operations = {
  InitiateLayerUpload: initiateLayerUpload,
  UploadLayerPart: uploadLayerPart,
  CompleteLayerUpload: completeLayerUpload,
  BatchCheckLayerAvailability: batchCheckLayerAvailability,
  GetDownloadUrlForLayer: getDownloadUrlForLayer,
};
