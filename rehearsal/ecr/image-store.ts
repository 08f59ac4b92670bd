import type { Image } from '../../src/core/evaluation/image';

export interface StoredImage {
  /** An increasing number. Page tokens refer to it, so that pages stay correct when images are deleted in between. */
  readonly seq: number;
  /** Immutable: changes replace the image, so that a preview keeps a snapshot. */
  image: Image;
  readonly artifactMediaType?: string;
  /** Generates the manifest on demand, to save the memory of 100,000 texts. */
  readonly manifest: () => string;
}

/** The images of one repository, their tags, and the references of image indexes. */
export class ImageStore {
  private readonly byDigest = new Map<string, StoredImage>();
  private readonly digestByTag = new Map<string, string>();
  private readonly indexesByChild = new Map<string, Set<string>>();
  private nextSeq = 1;
  private listed: readonly StoredImage[] | undefined;

  get size(): number {
    return this.byDigest.size;
  }

  /** Returns all images, oldest entry first. Returns the same array until an image is added or removed. */
  list(): readonly StoredImage[] {
    this.listed ??= [...this.byDigest.values()];
    return this.listed;
  }

  snapshot(): Image[] {
    return this.list().map(({ image }) => image);
  }

  get(digest: string): StoredImage | undefined {
    return this.byDigest.get(digest);
  }

  byTag(tag: string): StoredImage | undefined {
    const digest = this.digestByTag.get(tag);
    return digest === undefined ? undefined : this.byDigest.get(digest);
  }

  add(image: Image, manifest: () => string, artifactMediaType?: string): void {
    const { imageTags = [], ...untagged } = image;
    if (this.byDigest.has(image.imageDigest)) throw new Error(`image ${image.imageDigest} already exists in the repository`);
    this.byDigest.set(image.imageDigest, { seq: this.nextSeq++, image: untagged, artifactMediaType, manifest });
    this.listed = undefined;
    for (const child of image.childDigests ?? []) {
      const indexes = this.indexesByChild.get(child);
      if (indexes) indexes.add(image.imageDigest);
      else this.indexesByChild.set(child, new Set([image.imageDigest]));
    }
    imageTags.forEach((tag) => this.setTag(tag, image.imageDigest));
  }

  /** Moves the tag to this image. The image that had the tag is kept without it. */
  setTag(tag: string, digest: string): void {
    const stored = this.byDigest.get(digest);
    if (!stored) throw new Error(`cannot add tag ${tag}: image ${digest} does not exist`);
    this.removeTag(tag);
    this.digestByTag.set(tag, digest);
    stored.image = { ...stored.image, imageTags: [...stored.image.imageTags ?? [], tag] };
  }

  removeTag(tag: string): void {
    const stored = this.byTag(tag);
    this.digestByTag.delete(tag);
    if (!stored) return;
    const { imageTags = [], ...untagged } = stored.image;
    const remaining = imageTags.filter((other) => other !== tag);
    stored.image = remaining.length > 0 ? { ...untagged, imageTags: remaining } : untagged;
  }

  update(digest: string, change: Partial<Omit<Image, 'imageDigest' | 'imageTags' | 'childDigests'>>): void {
    const stored = this.byDigest.get(digest);
    if (!stored) throw new Error(`cannot update image ${digest}: it does not exist`);
    stored.image = { ...stored.image, ...change };
  }

  remove(digest: string): void {
    const stored = this.byDigest.get(digest);
    if (!stored) return;
    this.byDigest.delete(digest);
    this.listed = undefined;
    stored.image.imageTags?.forEach((tag) => this.digestByTag.delete(tag));
    stored.image.childDigests?.forEach((child) => this.indexesByChild.get(child)?.delete(digest));
  }

  /** Returns the digests of the indexes that refer to this image and thus prevent its deletion. */
  indexesOf(digest: string): string[] {
    return [...this.indexesByChild.get(digest) ?? []];
  }
}
