import type { Coverage } from './coverage';
import type { Image } from '../../core/evaluation/image';

/** A repository as image URIs name it. */
export interface RepositoryAddress {
  /** The account. */
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
}

/** Something runs, or may at any moment run, an image of the repository. */
export interface ImageUse {
  readonly reference: { readonly digest: string } | { readonly tag: string };
  /** For people: "ECS service shop/web", "Lambda function thumbnailer version 7". */
  readonly usedBy: string;
}

/** What the sources say about the images of the repository. */
export interface InUse {
  readonly uses: readonly ImageUse[];
  /** Only where a source was asked that does not see every image. */
  readonly coverage?: Coverage;
}

/**
 * Registry, region, name, tag and digest of an image URI.
 *
 * The domain after the region is not looked at: partitions, FIPS and dual-stack endpoints each have their own, and no
 * region is in two partitions. What is taken for a use by mistake protects an image; what is missed loses one.
 */
const IMAGE_URI = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+(?::\d+)?\/([^:@]+)(?::([^@]*))?(?:@(.+))?$/i;

/** What an image URI says of this repository: undefined unless it names it. */
export function useOf(uri: string, { registryId, region, repositoryName }: RepositoryAddress, usedBy: string): ImageUse | undefined {
  const [, account, host, name, tag, digest] = IMAGE_URI.exec(uri) ?? [];
  if (account !== registryId || host.toLowerCase() !== region || name !== repositoryName) return undefined;
  // With both, container runtimes go by the digest alone.
  return { reference: digest === undefined ? { tag: tag || 'latest' } : { digest }, usedBy };
}

/** The use of an image whose digest may already be known; the URI then only tells whose image it is. */
export function resolvedUseOf(
  uri: string | undefined, digest: string | undefined, repository: RepositoryAddress, usedBy: string,
): ImageUse | undefined {
  const use = uri === undefined ? undefined : useOf(uri, repository, usedBy);
  return use && digest ? { ...use, reference: { digest } } : use;
}

/**
 * By the digest of an image in use: who uses it, each user once.
 *
 * Tags are looked up in the inventory; one that no image has is not in use.
 */
export function usesByDigest(uses: readonly ImageUse[], inventory: ReadonlyMap<string, Image>): Map<string, string[]> {
  const digestOfTag = new Map<string, string>();
  for (const { imageDigest, imageTags } of inventory.values()) {
    for (const tag of imageTags ?? []) digestOfTag.set(tag, imageDigest);
  }
  const users = new Map<string, Set<string>>();
  for (const { reference, usedBy } of uses) {
    const digest = 'digest' in reference ? reference.digest : digestOfTag.get(reference.tag);
    if (digest === undefined) continue;
    const known = users.get(digest);
    if (known) known.add(usedBy);
    else users.set(digest, new Set([usedBy]));
  }
  return new Map([...users.keys()].sort().map((digest) => [digest, [...users.get(digest)!].sort()]));
}
