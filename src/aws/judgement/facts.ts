import { type Image, isIndex, subjectDigestsOf } from '../../core/evaluation/image';
import type { AffectedImage } from '../../core/judgement/affected-image';
import { Evidence, Guard, Needs, needsOf } from '../../core/judgement/guards/guard';
import { isPullable, selectedImages } from '../../core/judgement/guards/units';
import type { Deadline } from '../deadline';
import type { IndexPart, InventoryPort } from '../ecr/inventory-port';
import { listImages } from '../ecr/list-images';
import { GateError } from '../errors';
import { indexesToRead, uncoveredAmong, uncoveredError } from '../in-use/coverage';
import { InUse, usesByDigest } from '../in-use/image-use';

export interface FactsRequest {
  readonly guards: readonly Guard[];
  readonly repositoryName: string;
  readonly inventory: InventoryPort;
  readonly readUses: () => Promise<InUse>;
  readonly deadline: Deadline;
}

type Inventory = Map<string, Image>;

/** What guards need to know beyond the preview: read while the preview runs, and only if a guard needs it. */
export class Facts {
  private readonly needs: Needs;
  private images?: Promise<Inventory>;
  private inUse?: Promise<InUse>;

  constructor(private readonly request: FactsRequest) {
    this.needs = needsOf(request.guards);
  }

  /** Starts reading. What goes wrong comes out where the facts are asked for. */
  start(): void {
    if (this.needs.inventory) void this.startImages();
    if (this.needs.uses.length > 0) void this.startUsers();
  }

  /** Every image of the repository, those that the preview lists among them. */
  async inventory(affected: readonly AffectedImage[]): Promise<Inventory> {
    const listed = (images: Inventory) => affected.every(({ imageDigest }) => images.has(imageDigest));
    let images = await this.startImages();
    // An image may have been pushed, or tagged and so gone from one list to the other, while the lists were read.
    if (!listed(images)) {
      this.images = undefined;
      images = await this.startImages();
    }
    const missing = affected.find(({ imageDigest }) => !images.has(imageDigest));
    if (missing) {
      throw new GateError(
        'IncompleteInventory',
        `the preview of "${this.request.repositoryName}" affects ${missing.imageDigest}, which is not among its images; try again`,
      );
    }
    return images;
  }

  /** Reads the facts that judging the listed images, and those that go later, takes. */
  async about(affected: readonly AffectedImage[], ahead: readonly AffectedImage[]): Promise<Pick<Evidence, 'inventory' | 'uses'>> {
    const going = [...affected, ...ahead];
    if (!this.needs.inventory) return {};
    if (going.length === 0) return { inventory: this.images ? await this.images : new Map(), uses: new Map() };
    const [inventory, inUse] = await Promise.all([this.inventory(affected), this.needs.uses.length > 0 ? this.startUsers() : undefined]);
    const uses = inUse && usesByDigest(inUse.uses, inventory);
    const uncovered = indexesToRead({ coverage: inUse?.coverage, going, inventory, uses: uses ?? new Map() });
    await this.readParts(inventory, [...this.wantedParts(inventory, going, uses), ...uncovered]);
    return { inventory, uses };
  }

  /** The images that go and of which a source cannot tell whether they are in use. */
  async uncovered({ affected, ahead = [], inventory, uses }: Evidence): Promise<readonly AffectedImage[]> {
    const coverage = (await this.inUse)?.coverage;
    return coverage && inventory && uses ? uncoveredAmong({ coverage, going: [...affected, ...ahead], inventory, uses }) : [];
  }

  /** Fails if a source cannot tell of one of these images whether it is in use. */
  async refuseUncovered(images: readonly AffectedImage[]): Promise<void> {
    const coverage = (await this.inUse)?.coverage;
    if (coverage && images.length > 0) throw uncoveredError(images, coverage, this.request.repositoryName);
  }

  /**
   * Reads the parts of those of these images that are indexes and can be pulled.
   *
   * @returns whether any was not known before
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

  private startUsers(): Promise<InUse> {
    this.inUse ??= this.withTimeout(this.request.readUses(), 'asking what is in use');
    this.inUse.catch(() => undefined);
    return this.inUse;
  }

  /**
   * The indexes whose parts can change the judgement. Others are not read: ECR most likely records reading a manifest as a
   * pull [inferred].
   *
   * Nothing pulls an archived index, so it is not protected through its parts, and is not read for them. As a protected
   * index it is read, and the gate fails where ECR does not show its manifest: anything that goes may be a part of it.
   */
  private wantedParts(inventory: Inventory, going: readonly AffectedImage[], uses: ReadonlyMap<string, unknown> | undefined): string[] {
    const isIndexDigest = (digest: string) => isIndex(inventory.get(digest));
    const counted = this.needs.counted.flatMap((selection) => selectedImages(selection, inventory.values())
      .filter((image) => isIndex(image) && isPullable(image))).map(({ imageDigest }) => imageDigest);
    if (!this.needs.relations) return counted;

    const listed = this.request.guards.flatMap((guard) => (guard.id === 'protect-digests' ? guard.digests : []));
    const known = [...new Set([...listed, ...uses?.keys() ?? []])].filter((digest) => inventory.has(digest));
    const goingDigests = going.map(({ imageDigest }) => imageDigest);
    // A signature that goes may belong to an index, and a part of that index may be known.
    const subjects = goingDigests.flatMap((digest) => subjectDigestsOf(inventory.get(digest)!));
    return [
      ...counted,
      ...(known.some((digest) => !isIndexDigest(digest))
        ? [...goingDigests, ...subjects].filter((digest) => isIndexDigest(digest) && isPullable(inventory.get(digest)!)) : []),
      // What goes may be an index itself, and part of one that is known.
      ...known.filter((digest) => isIndexDigest(digest) && goingDigests.some((other) => other !== digest)),
    ];
  }

  /** Reads the parts of these indexes, and of the indexes among them. */
  private async readParts(inventory: Inventory, indexDigests: readonly string[]): Promise<void> {
    let wanted = [...indexDigests];
    while (wanted.length > 0) {
      const unread = [...new Set(wanted)].filter((digest) => inventory.get(digest)?.childDigests === undefined);
      if (unread.length === 0) return;
      const parts = await this.withTimeout(
        this.request.inventory.parts(this.request.repositoryName, unread), `reading the image indexes of "${this.request.repositoryName}"`);
      // An index that is gone by now refers to nothing.
      for (const digest of unread) addParts(inventory, digest, parts.get(digest) ?? []);
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
