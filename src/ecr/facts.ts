import type { Deadline } from './deadline';
import { GateError } from './errors';
import { checkCoverage, Coverage, indexesToRead } from './in-use/coverage';
import { InUse, usesByDigest } from './in-use/image-use';
import type { InventoryPort } from './inventory-port';
import { isIndex, listImages } from './list-images';
import type { Image } from '../core/evaluation/image';
import type { AffectedImage } from '../core/judgement/affected-image';
import { Evidence, Guard, needsOf } from '../core/judgement/guards/guard';

export interface FactsRequest {
  readonly guards: readonly Guard[];
  readonly repositoryName: string;
  readonly inventory: InventoryPort;
  readonly readUses: () => Promise<InUse>;
  readonly deadline: Deadline;
}

/** What guards need to know beyond the preview: read while the preview runs, and only if a guard needs it. */
export class Facts {
  private reading?: Promise<[Map<string, Image> | undefined, InUse | undefined]>;

  constructor(private readonly request: FactsRequest) {}

  /** Starts reading. What goes wrong comes out where the facts are asked for. */
  start(): void {
    if (this.reading) return;
    const needs = needsOf(this.request.guards);
    this.reading = Promise.all([
      needs.inventory ? this.readInventory() : undefined,
      needs.uses.length > 0 ? this.bound(this.request.readUses(), 'asking what is in use') : undefined,
    ]);
    this.reading.catch(() => undefined);
  }

  /** The facts, as complete as judging these images takes. */
  async about(affected: readonly AffectedImage[]): Promise<Pick<Evidence, 'inventory' | 'uses'>> {
    if (affected.length === 0) return { inventory: new Map(), uses: new Map() };
    this.start();
    const [read, inUse] = await this.reading!;
    // An image may have been pushed, or tagged and so gone from one list to the other, while the lists were read.
    const inventory = read && affected.some(({ imageDigest }) => !read.has(imageDigest)) ? await this.readInventory() : read;
    const missing = inventory && affected.find(({ imageDigest }) => !inventory.has(imageDigest));
    if (missing) {
      throw new GateError(
        'InventoryIncomplete',
        `the preview of "${this.request.repositoryName}" affects ${missing.imageDigest}, which is not among its images; try again`,
      );
    }
    const uses = inUse && usesByDigest(inUse.uses, inventory ?? new Map());
    if (inventory) await this.addChildren(inventory, affected, uses, inUse?.coverage);
    if (inventory && uses) checkCoverage({ coverage: inUse.coverage, repositoryName: this.request.repositoryName, affected, inventory, uses });
    return { inventory, uses };
  }

  private readInventory(): Promise<Map<string, Image>> {
    const { inventory, repositoryName, deadline } = this.request;
    return listImages(inventory, repositoryName, deadline);
  }

  /**
   * Reads which images indexes refer to, but only where it can change the judgement: ECR most likely records reading a
   * manifest as a pull, and every pull recorded by a gate is one that a later judgement takes for a real one [inferred].
   */
  private async addChildren(
    inventory: Map<string, Image>, affected: readonly AffectedImage[], uses: ReadonlyMap<string, unknown> | undefined, coverage: Coverage | undefined,
  ): Promise<void> {
    const listed = this.request.guards.flatMap((guard) => (guard.id === 'protect-digests' ? guard.digests : []));
    const isIndexDigest = (digest: string) => isIndex(inventory.get(digest));
    const known = [...new Set([...listed, ...uses?.keys() ?? []])].filter((digest) => inventory.has(digest));
    const going = affected.map(({ imageDigest }) => imageDigest);

    let wanted = [
      ...(known.some((digest) => !isIndexDigest(digest)) ? going.filter(isIndexDigest) : []),
      // What goes may be an index itself, and part of one that is known.
      ...known.filter((digest) => isIndexDigest(digest) && going.some((other) => other !== digest)),
      ...indexesToRead({ coverage, affected, inventory, uses: uses ?? new Map() }),
    ];
    const asked = new Set<string>();
    while (wanted.length > 0) {
      const digests = [...new Set(wanted)].filter((digest) => !asked.has(digest));
      digests.forEach((digest) => asked.add(digest));
      const children = await this.bound(
        this.request.inventory.children(this.request.repositoryName, digests), `reading the image indexes of "${this.request.repositoryName}"`);
      for (const [digest, childDigests] of children) inventory.set(digest, { ...inventory.get(digest)!, childDigests });
      wanted = [...children.values()].flat().filter((digest) => isIndexDigest(digest) && !asked.has(digest));
    }
  }

  private bound<T>(work: Promise<T>, doing: string): Promise<T> {
    return this.request.deadline.bound(work, doing);
  }
}
