import { type Image, isIndex, subjectDigestsOf } from '../../core/evaluation/image';
import type { AffectedImage } from '../../core/judgment/affected-image';
import type { Evidence } from '../../core/judgment/guards/evidence';
import { Guard, needsOf } from '../../core/judgment/guards/guard';
import type { Needs } from '../../core/judgment/guards/guard-kind';
import { isPullable, selectedImages } from '../../core/judgment/guards/units';
import type { Deadline } from '../deadline';
import { IndexPart, InventoryPort, listImages } from '../ecr/inventory-port';
import { GateError } from '../errors';
import { indexesToRead, uncoveredError, uncoveredImages } from '../in-use/coverage';
import { ImageUses, usesByDigest } from '../in-use/image-use';

export interface FactsRequest {
  readonly guards: readonly Guard[];
  readonly repositoryName: string;
  readonly inventory: InventoryPort;
  readonly readUses: () => Promise<ImageUses>;
  readonly deadline: Deadline;
}

type Inventory = Map<string, Image>;

/** The facts that guards need besides the preview. They are read while the preview runs, and only if a guard needs them. */
export class Facts {
  private readonly needs: Needs;
  private images?: Promise<Inventory>;
  private uses?: Promise<ImageUses>;

  /** The number of image indexes whose parts this object has read. */
  indexesRead = 0;

  constructor(private readonly request: FactsRequest) {
    this.needs = needsOf(request.guards);
  }

  /** Starts reading. Failures are thrown by the methods that return the facts. */
  start(): void {
    if (this.needs.inventory) void this.startImages();
    if (this.needs.uses.length > 0) void this.startUses();
  }

  /** Returns every image of the repository. Throws if an affected image is not among them. */
  async inventory(affected: readonly AffectedImage[]): Promise<Inventory> {
    const listed = (images: Inventory) => affected.every(({ imageDigest }) => images.has(imageDigest));
    let images = await this.startImages();
    // An image may have been pushed while the lists were read, or tagged, which moves it to the other list.
    if (!listed(images)) {
      this.images = undefined;
      images = await this.startImages();
    }
    const missing = affected.find(({ imageDigest }) => !images.has(imageDigest));
    if (missing) {
      throw new GateError(
        'IncompleteInventory',
        `the preview of "${this.request.repositoryName}" affects ${missing.imageDigest}, which is not in the list of its images; try again`,
      );
    }
    return images;
  }

  /** Returns the facts that are needed to judge the affected images and those of the look-ahead. */
  async read(affected: readonly AffectedImage[], ahead: readonly AffectedImage[]): Promise<Pick<Evidence, 'inventory' | 'uses'>> {
    const all = [...affected, ...ahead];
    if (!this.needs.inventory) return {};
    if (all.length === 0) return { inventory: this.images ? await this.images : new Map(), uses: new Map() };
    const [inventory, imageUses] = await Promise.all([this.inventory(affected), this.needs.uses.length > 0 ? this.startUses() : undefined]);
    const uses = imageUses && usesByDigest(imageUses.uses, inventory);
    const uncovered = indexesToRead({ coverage: imageUses?.coverage, affected: all, inventory, uses: uses ?? new Map() });
    await this.readParts(inventory, [...this.wantedIndexes(inventory, all, uses), ...uncovered]);
    return { inventory, uses };
  }

  /** Returns the affected images, now or within the look-ahead, whose use a source does not know. */
  async uncovered({ affected, ahead = [], inventory, uses }: Evidence): Promise<readonly AffectedImage[]> {
    const coverage = (await this.uses)?.coverage;
    return coverage && inventory && uses ? uncoveredImages({ coverage, affected: [...affected, ...ahead], inventory, uses }) : [];
  }

  /** Throws if a source does not know the use of one of these images. */
  async rejectUncovered(images: readonly AffectedImage[]): Promise<void> {
    const coverage = (await this.uses)?.coverage;
    if (coverage && images.length > 0) throw uncoveredError(images, coverage, this.request.repositoryName);
  }

  /**
   * Reads the parts of the image indexes among these images, if the indexes can be pulled.
   *
   * @returns True if any of them was not known before.
   */
  async readPartsOf(digests: Iterable<string>, inventory: Inventory): Promise<boolean> {
    const unread = [...digests].filter((digest) => {
      const image = inventory.get(digest)!;
      return isIndex(image) && isPullable(image) && image.childDigests === undefined;
    });
    await this.readParts(inventory, unread);
    return unread.length > 0;
  }

  private startImages(): Promise<Inventory> {
    const { inventory, repositoryName, deadline } = this.request;
    this.images ??= listImages(inventory, repositoryName, deadline);
    this.images.catch(() => undefined);
    return this.images;
  }

  private startUses(): Promise<ImageUses> {
    this.uses ??= this.withTimeout(this.request.readUses(), 'reading which images are in use');
    this.uses.catch(() => undefined);
    return this.uses;
  }

  /**
   * Returns the indexes whose parts can change the judgment. Other indexes are not read, because ECR probably records the read
   * of a manifest as a pull [inferred].
   *
   * An archived index cannot be pulled, so it is not protected through its parts and does not have to be read for them. If the
   * index itself is protected it is read, and the gate fails if ECR does not return its manifest: each affected image may be a
   * part of it.
   */
  private wantedIndexes(inventory: Inventory, affected: readonly AffectedImage[], uses: ReadonlyMap<string, unknown> | undefined): string[] {
    const isIndexDigest = (digest: string) => isIndex(inventory.get(digest));
    const counted = this.needs.counted.flatMap((selection) => selectedImages(selection, inventory.values())
      .filter((image) => isIndex(image) && isPullable(image))).map(({ imageDigest }) => imageDigest);
    if (!this.needs.relations) return counted;

    const known = [...new Set([...this.needs.digests, ...uses?.keys() ?? []])].filter((digest) => inventory.has(digest));
    const affectedDigests = affected.map(({ imageDigest }) => imageDigest);
    // An affected signature may belong to an index, and a part of that index may be known.
    const subjects = affectedDigests.flatMap((digest) => subjectDigestsOf(inventory.get(digest)!));
    return [
      ...counted,
      ...(known.some((digest) => !isIndexDigest(digest))
        ? [...affectedDigests, ...subjects].filter((digest) => isIndexDigest(digest) && isPullable(inventory.get(digest)!)) : []),
      // An affected image may be a part of a known index, even if it is an index itself.
      ...known.filter((digest) => isIndexDigest(digest) && affectedDigests.some((other) => other !== digest)),
    ];
  }

  /** Reads the parts of these indexes, and of the indexes among the parts. */
  private async readParts(inventory: Inventory, indexDigests: readonly string[]): Promise<void> {
    let wanted = [...indexDigests];
    while (wanted.length > 0) {
      const unread = [...new Set(wanted)].filter((digest) => inventory.get(digest)?.childDigests === undefined);
      if (unread.length === 0) return;
      const parts = await this.withTimeout(
        this.request.inventory.parts(this.request.repositoryName, unread), `reading the image indexes of "${this.request.repositoryName}"`);
      // An index that was deleted since does not refer to any image.
      for (const digest of unread) addParts(inventory, digest, parts.get(digest) ?? []);
      this.indexesRead += unread.length;
      wanted = [...parts.values()].flat().map(({ imageDigest }) => imageDigest)
        .filter((digest) => isIndex(inventory.get(digest)) && isPullable(inventory.get(digest)!));
    }
  }

  private withTimeout<T>(work: Promise<T>, doing: string): Promise<T> {
    return this.request.deadline.withTimeout(work, doing);
  }
}

function addParts(inventory: Inventory, indexDigest: string, parts: readonly IndexPart[]): void {
  inventory.set(indexDigest, { ...inventory.get(indexDigest)!, childDigests: parts.map(({ imageDigest }) => imageDigest) });
  for (const { imageDigest, isAttestation } of parts) {
    const part = inventory.get(imageDigest);
    if (part && isAttestation) inventory.set(imageDigest, { ...part, isAttestation });
  }
}
