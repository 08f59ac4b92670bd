import type { InventoryPort } from '../../aws/ecr/inventory-port';
import type { Image } from '../../core/evaluation/image';
import { commandError } from '../errors';

/** Returns saved images as ECR returns live ones: the images that an index refers to are returned only on request, and must have been saved. */
export function fileInventory(images: readonly Image[]): InventoryPort {
  const byDigest = new Map(images.map((image) => [image.imageDigest, image]));
  return {
    list: async (_repositoryName, tagStatus) => ({
      images: images.filter(({ imageTags = [] }) => (imageTags.length > 0) === (tagStatus === 'TAGGED'))
        .map(({ childDigests, ...image }) => image),
    }),
    parts: async (repositoryName, indexDigests) => {
      const known = indexDigests.map((digest): [string, readonly string[] | undefined] => [digest, byDigest.get(digest)?.childDigests]);
      const unknown = known.find(([, children]) => children === undefined);
      if (unknown) {
        throw commandError('UnknownIndexParts', `a guard needs to know which images the index ${unknown[0]} refers to, and the saved images of `
          + `"${repositoryName}" do not contain this; save them with ecr-lifecycle snapshot --children, or plan without --images`);
      }
      return new Map((known as [string, readonly string[]][]).map(([digest, children]) =>
        [digest, children.map((imageDigest) => ({ imageDigest, isAttestation: false }))]));
    },
  };
}
