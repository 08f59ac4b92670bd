import { DescribeRepositoriesCommand, ECRClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr';
import { EmbeddedEcr } from '../../../rehearsal/ecr/embedded-ecr';
import { livePolicyOf } from '../../../rehearsal/ecr-client';
import type { InventoryPort } from '../../../src/aws/ecr/inventory-port';
import { sdkInventory } from '../../../src/aws/ecr/sdk-inventory';
import type { Image } from '../../../src/core/evaluation/image';

export interface MirrorOptions {
  /** A client of the mirrored ECR. */
  readonly client: ECRClient;
  readonly accountId: string;
  readonly region: string;
  /** The time that a preview stays IN_PROGRESS. */
  readonly previewMs: number;
  /** Returns the current time in milliseconds since 1970; it never decreases. */
  readonly now: () => number;
}

/**
 * The embedded ECR of the rehearsal with copies of the repositories of another ECR. It serves the two preview operations, with
 * their states, pages and errors, for the images of the other ECR.
 */
export class EcrMirror {
  static async start(options: MirrorOptions): Promise<EcrMirror> {
    const { accountId, region, previewMs } = options;
    return new EcrMirror(options, await EmbeddedEcr.start({ now: options.now(), accountId, region, previewMs }));
  }

  private readonly inventory: InventoryPort;
  /** The creation time of each mirrored repository: a recreated repository has no preview. */
  private readonly createdAt = new Map<string, number>();

  private constructor(private readonly options: MirrorOptions, private readonly ecr: EmbeddedEcr) {
    const { signal } = new AbortController();
    this.inventory = sdkInventory(options.client, async (request) => request({ abortSignal: signal }));
  }

  get endpoint(): string {
    return this.ecr.endpoint;
  }

  stop(): Promise<void> {
    return this.ecr.stop();
  }

  /** Mirrors the existence of a repository and discards the copy of a recreated one. Returns true if the repository exists. */
  async mirrorRepository(repositoryName: string): Promise<boolean> {
    const createdAt = await this.creationOf(repositoryName);
    if (createdAt === undefined || createdAt !== this.createdAt.get(repositoryName)) this.ecr.registry.deleteRepository(repositoryName);
    if (createdAt === undefined) return false;
    this.createdAt.set(repositoryName, createdAt);
    if (!this.ecr.registry.find(repositoryName)) this.ecr.registry.createRepository(repositoryName);
    return true;
  }

  /** Mirrors the images and the policy for a preview that is about to start. */
  async mirrorContent(repositoryName: string): Promise<void> {
    if (!await this.mirrorRepository(repositoryName)) return;
    const { client, now } = this.options;
    const [images, policy] = await Promise.all([this.imagesOf(repositoryName), livePolicyOf(client, repositoryName)]);
    const repository = this.ecr.registry.repository(repositoryName);
    repository.lifecyclePolicyText = policy;
    for (const { image } of repository.store.list()) repository.store.remove(image.imageDigest);
    for (const image of images) repository.store.add(image, () => '');
    this.ecr.clock.advance(Math.max(0, now() - this.ecr.clock.now()));
  }

  private async creationOf(repositoryName: string): Promise<number | undefined> {
    try {
      const { repositories } = await this.options.client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
      return repositories![0].createdAt!.getTime();
    } catch (error) {
      if (error instanceof RepositoryNotFoundException) return undefined;
      throw error;
    }
  }

  /** Returns each image once, even if the other ECR ignores the filter. */
  private async imagesOf(repositoryName: string): Promise<Image[]> {
    const images = new Map<string, Image>();
    for (const tagStatus of ['TAGGED', 'UNTAGGED'] as const) {
      let nextToken: string | undefined;
      do {
        const page = await this.inventory.list(repositoryName, tagStatus, nextToken);
        for (const image of page.images) images.set(image.imageDigest, image);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    }
    const indexes = [...images.values()].filter(({ imageManifestMediaType }) => /index|manifest\.list/.test(imageManifestMediaType ?? ''));
    for (const [digest, parts] of await this.inventory.parts(repositoryName, indexes.map(({ imageDigest }) => imageDigest))) {
      images.set(digest, { ...images.get(digest)!, childDigests: parts.map(({ imageDigest }) => imageDigest) });
    }
    return [...images.values()];
  }
}
