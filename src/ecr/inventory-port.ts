import type { Image } from '../core/evaluation/image';

/** The images of one account and region, as the gate needs them. */
export interface InventoryPort {
  /** One page of images, archived ones too. */
  list(repositoryName: string, tagStatus: 'TAGGED' | 'UNTAGGED', nextToken?: string): Promise<InventoryPage>;

  /** Which images each of these image indexes refers to; what is no index, or gone, has no entry. */
  children(repositoryName: string, indexDigests: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

export interface InventoryPage {
  readonly images: readonly Image[];
  readonly nextToken?: string;
}
