import type { Image } from '../../core/evaluation/image';
import { visible } from '../../core/text/show';
import { counted } from '../../core/text/words';
import { GateError } from '../errors';
import { isIndex } from '../list-images';

/**
 * By digest, the images that Amazon Inspector lists: undefined if it can tell that they are not in use, otherwise the reason
 * why it cannot.
 */
export type Coverage = ReadonlyMap<string, string | undefined>;

export interface CoverageQuestion {
  readonly coverage: Coverage | undefined;
  readonly repositoryName: string;
  readonly affected: readonly { readonly imageDigest: string }[];
  readonly inventory: ReadonlyMap<string, Image>;
  readonly uses: ReadonlyMap<string, unknown>;
}

/**
 * Fails if Inspector says nothing about one of the images that would go: an image that it does not monitor is not an unused
 * image. Without a coverage Inspector was not asked, and the other sources see every image.
 */
export function checkCoverage(question: CoverageQuestion): void {
  const { coverage, repositoryName, affected } = question;
  if (!coverage) return;
  const unknown = affected.filter(({ imageDigest }) => !isKnown(imageDigest, question));
  if (unknown.length === 0) return;
  const [{ imageDigest }] = unknown;
  const others = unknown.length === 1 ? '' : `, nor about ${counted(unknown.length - 1, 'other image')} that would go`;
  throw new GateError(
    'UncoveredImage',
    `Amazon Inspector cannot tell whether ${imageDigest} in "${repositoryName}" is in use (${reasonFor(imageDigest, coverage)})${others}; `
    + 'turn on continuous enhanced scanning with a re-scan duration that covers these images, or take Inspector out of what the guard asks',
  );
}

/** The image indexes whose parts have to be read before `checkCoverage` can answer. */
export function indexesToRead({ coverage, affected, inventory, uses }: Omit<CoverageQuestion, 'repositoryName'>): string[] {
  if (!coverage) return [];
  return affected
    .map(({ imageDigest }) => imageDigest)
    .filter((digest) => isIndex(inventory.get(digest)) && !isKnownByItself(digest, { coverage, inventory, uses }));
}

function isKnown(digest: string, question: CoverageQuestion): boolean {
  if (isKnownByItself(digest, question)) return true;
  // Inspector scans the images of platforms; it may not list the index that refers to them [inferred]. An index can only run
  // as one of its parts, and a part that is gone cannot run.
  const parts = (question.inventory.get(digest)?.childDigests ?? []).filter((part) => question.inventory.has(part));
  return parts.length > 0 && parts.every((part) => isKnown(part, question));
}

/** A used image is protected in any case, and an archived one cannot be pulled, so it does not run. */
function isKnownByItself(
  digest: string, { coverage, inventory, uses }: Pick<CoverageQuestion, 'coverage' | 'inventory' | 'uses'>,
): boolean {
  return uses.has(digest) || inventory.get(digest)?.imageStatus === 'ARCHIVED' || (coverage!.has(digest) && coverage!.get(digest) === undefined);
}

function reasonFor(digest: string, coverage: Coverage): string {
  return visible(coverage.get(digest) ?? 'it does not list the image');
}
