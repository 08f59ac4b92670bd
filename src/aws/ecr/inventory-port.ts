import type { Image } from '../../core/evaluation/image';
import { withThousands } from '../../core/text/words';
import type { Deadline } from '../deadline';

/** The images of one account and region. */
export interface InventoryPort {
  /** Returns one page of images, including archived ones. */
  list(repositoryName: string, tagStatus: 'TAGGED' | 'UNTAGGED', nextToken?: string): Promise<InventoryPage>;

  /** Returns the parts of these image indexes by digest. An image that is not an index has no parts, a deleted one has no entry. */
  parts(repositoryName: string, indexDigests: readonly string[]): Promise<ReadonlyMap<string, readonly IndexPart[]>>;
}

/** An image that an image index refers to. */
export interface IndexPart {
  readonly imageDigest: string;
  /** True if the index describes it as the attestation of another part. */
  readonly isAttestation: boolean;
}

export interface InventoryPage {
  readonly images: readonly Image[];
  readonly nextToken?: string;
}

/** Returns all images of a repository by digest, including archived ones. Tagged and untagged images are read in parallel. */
export async function listImages(inventory: InventoryPort, repositoryName: string, deadline: Deadline): Promise<Map<string, Image>> {
  const images = new Map<string, Image>();
  const readChain = async (tagStatus: 'TAGGED' | 'UNTAGGED') => {
    let nextToken: string | undefined;
    do {
      const page = await deadline.withTimeout(
        inventory.list(repositoryName, tagStatus, nextToken), `listing the images of "${repositoryName}" (${withThousands(images.size)} so far)`);
      for (const image of page.images) images.set(image.imageDigest, image);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  };
  await Promise.all([readChain('TAGGED'), readChain('UNTAGGED')]);
  return images;
}
