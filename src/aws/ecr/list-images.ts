import type { Deadline } from '../deadline';
import type { InventoryPort } from './inventory-port';
import type { Image } from '../../core/evaluation/image';
import { withThousands } from '../../core/text/words';

/** Every image of a repository by its digest, archived ones too. The tagged and the untagged are read side by side. */
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
