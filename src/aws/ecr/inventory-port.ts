import type { Image } from '../../core/evaluation/image';

/** The images of one account and region, as the gate needs them. */
export interface InventoryPort {
  /** One page of images, archived ones too. */
  list(repositoryName: string, tagStatus: 'TAGGED' | 'UNTAGGED', nextToken?: string): Promise<InventoryPage>;

  /** The parts of each of these image indexes. An image that is not an index has none, and one that is gone has no entry. */
  parts(repositoryName: string, indexDigests: readonly string[]): Promise<ReadonlyMap<string, readonly IndexPart[]>>;
}

/** An image that an image index refers to. */
export interface IndexPart {
  readonly imageDigest: string;
  /** The index describes it as the attestation of another part. */
  readonly isAttestation: boolean;
}

export interface InventoryPage {
  readonly images: readonly Image[];
  readonly nextToken?: string;
}
