import type { Coverage } from './coverage';
import type { Image } from '../../core/evaluation/image';

/** The parts of an image URI that identify a repository. */
export interface RepositoryAddress {
  /** The account id. */
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
}

/** The use of an image by a resource that runs it, or may run it at any moment. */
export interface ImageUse {
  readonly reference: { readonly digest: string } | { readonly tag: string };
  /** The resource in words, such as "ECS service shop/web" or "Lambda function thumbnailer version 7". */
  readonly usedBy: string;
}

/** The uses of a repository's images, as reported by the sources of a guard. */
export interface ImageUses {
  readonly uses: readonly ImageUse[];
  /** Present if one of the sources does not monitor all images. */
  readonly coverage?: Coverage;
}

/**
 * Matches the registry, region, name, tag and digest of an image URI.
 *
 * The domain after the region is ignored: partitions, FIPS and dual-stack endpoints have different ones, and each region belongs
 * to one partition. A false match protects an image, a missed one loses it.
 */
const IMAGE_URI = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+(?::\d+)?\/([^:@]+)(?::([^@]*))?(?:@(.+))?$/i;

/** Returns the use of an image by its URI, or undefined if the URI is not of this repository. */
export function useOf(uri: string, { registryId, region, repositoryName }: RepositoryAddress, usedBy: string): ImageUse | undefined {
  const [, account, host, name, tag, digest] = IMAGE_URI.exec(uri) ?? [];
  if (account !== registryId || host.toLowerCase() !== region || name !== repositoryName) return undefined;
  // If a URI has both, container runtimes ignore the tag.
  return { reference: digest === undefined ? { tag: tag || 'latest' } : { digest }, usedBy };
}

/** Returns the use of an image whose digest may be known already. Then only the repository in the URI counts. */
export function resolvedUseOf(
  uri: string | undefined, digest: string | undefined, repository: RepositoryAddress, usedBy: string,
): ImageUse | undefined {
  const use = uri === undefined ? undefined : useOf(uri, repository, usedBy);
  return use && digest ? { ...use, reference: { digest } } : use;
}

/**
 * Returns the names of the resources that use each image, without duplicates, by the digest of the image.
 *
 * Tags are looked up in the inventory. Tags that no image has are ignored.
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
