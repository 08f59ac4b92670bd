import type { Image } from '../../src/core/evaluation/image';

export interface StoredImage {
  /** Grows from image to image; pages go by it, so that they stay right when images go meanwhile. */
  readonly seq: number;
  /** Replaced, never changed: whoever holds one (a preview) holds a snapshot. */
  image: Image;
  readonly artifactMediaType?: string;
  /** On demand: a hundred thousand seeded images would otherwise hold as many texts. */
  readonly manifest: () => string;
}

/** One repository's images, their tags (each points at one image), and which index refers to which image. */
export class ImageStore {
  private readonly byDigest = new Map<string, StoredImage>();
  private readonly digestByTag = new Map<string, string>();
  private readonly indexesByChild = new Map<string, Set<string>>();
  private nextSeq = 1;
  private listed: readonly StoredImage[] | undefined;

  get size(): number {
    return this.byDigest.size;
  }

  /** Oldest entry first. The same array until an image comes or goes. */
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
    if (this.byDigest.has(image.imageDigest)) throw new Error(`image ${image.imageDigest} is in the repository already`);
    this.byDigest.set(image.imageDigest, { seq: this.nextSeq++, image: untagged, artifactMediaType, manifest });
    this.listed = undefined;
    for (const child of image.childDigests ?? []) {
      const indexes = this.indexesByChild.get(child);
      if (indexes) indexes.add(image.imageDigest);
      else this.indexesByChild.set(child, new Set([image.imageDigest]));
    }
    imageTags.forEach((tag) => this.setTag(tag, image.imageDigest));
  }

  /** Points the tag at this image; the image that had it loses it, and stays. */
  setTag(tag: string, digest: string): void {
    const stored = this.byDigest.get(digest);
    if (!stored) throw new Error(`no image ${digest} to tag with ${tag}`);
    this.removeTag(tag);
    this.digestByTag.set(tag, digest);
    stored.image = { ...stored.image, imageTags: [...stored.image.imageTags ?? [], tag] };
  }

  removeTag(tag: string): void {
    const stored = this.byTag(tag);
    this.digestByTag.delete(tag);
    if (!stored) return;
    const { imageTags = [], ...untagged } = stored.image;
    const left = imageTags.filter((other) => other !== tag);
    stored.image = left.length > 0 ? { ...untagged, imageTags: left } : untagged;
  }

  update(digest: string, change: Partial<Omit<Image, 'imageDigest' | 'imageTags' | 'childDigests'>>): void {
    const stored = this.byDigest.get(digest);
    if (!stored) throw new Error(`no image ${digest} to change`);
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

  /** The indexes that keep this image from being deleted. */
  indexesOf(digest: string): string[] {
    return [...this.indexesByChild.get(digest) ?? []];
  }
}
