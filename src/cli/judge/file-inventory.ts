import type { InventoryPort } from '../../aws/ecr/inventory-port';
import type { Image } from '../../core/evaluation/image';
import { refusal } from '../errors';

/** Saved images, told as ECR would tell them: what an index refers to only when asked, and not at all if it was not saved. */
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
        throw refusal('UnknownIndexParts', `a guard has to know which images the index ${unknown[0]} refers to, and the saved images of `
          + `"${repositoryName}" do not say it; save them with ecr-lifecycle snapshot --children, or plan without --images`);
      }
      return new Map((known as [string, readonly string[]][]).map(([digest, children]) =>
        [digest, children.map((imageDigest) => ({ imageDigest, isAttestation: false }))]));
    },
  };
}
