import { type Image, isIndex, subjectDigestsOf } from '../../core/evaluation/image';
import type { AffectedImage } from '../../core/judgment/affected-image';
import { visible } from '../../core/text/show';
import { plural } from '../../core/text/words';
import { GateError } from '../errors';

/**
 * The images that Amazon Inspector lists, by digest. The value is undefined if Inspector knows whether the image is in use, and
 * the reason if it does not.
 */
export type Coverage = ReadonlyMap<string, string | undefined>;

export interface CoverageQuestion {
  readonly coverage: Coverage;
  /** The images that the policy acts on, now or within the look-ahead. */
  readonly affected: readonly AffectedImage[];
  readonly inventory: ReadonlyMap<string, Image>;
  readonly uses: ReadonlyMap<string, unknown>;
}

/** Returns the affected images whose use Inspector does not know. An image that is not monitored may be in use. */
export function uncoveredImages(question: CoverageQuestion): AffectedImage[] {
  return question.affected.filter(({ imageDigest }) => !isKnown(imageDigest, question));
}

export function uncoveredError([{ imageDigest }, ...others]: readonly AffectedImage[], coverage: Coverage, repositoryName: string): GateError {
  const more = others.length === 0 ? '' : `, nor ${plural(others.length, 'other image')} that the policy would act on`;
  return new GateError(
    'UncoveredImage',
    `Amazon Inspector does not know whether ${imageDigest} in "${repositoryName}" is in use (${reasonFor(imageDigest, coverage)})${more}; `
    + 'turn on continuous enhanced scanning with a re-scan duration that covers these images, or remove Inspector from the sources of the guard',
  );
}

/** Returns the image indexes whose parts `uncoveredImages` needs. */
export function indexesToRead(
  { coverage, affected, inventory, uses }: Omit<CoverageQuestion, 'coverage'> & { readonly coverage: Coverage | undefined },
): string[] {
  if (!coverage) return [];
  return affected
    .map(({ imageDigest }) => imageDigest)
    .filter((digest) => isIndex(inventory.get(digest)) && !isKnownByItself(digest, { coverage, inventory, uses }));
}

function isKnown(digest: string, question: CoverageQuestion): boolean {
  if (isKnownByItself(digest, question)) return true;
  // Inspector scans the images of single platforms, and may not list the index that refers to them [inferred]. Only the parts of
  // an index run, and a deleted part cannot run.
  const parts = (question.inventory.get(digest)?.childDigests ?? []).filter((part) => question.inventory.has(part));
  return parts.length > 0 && parts.every((part) => isKnown(part, question));
}

/** A used image is protected in any case. An archived image cannot be pulled, and signatures and attestations do not run. */
function isKnownByItself(digest: string, { coverage, inventory, uses }: Omit<CoverageQuestion, 'affected'>): boolean {
  const image = inventory.get(digest);
  if (uses.has(digest) || image?.imageStatus === 'ARCHIVED' || image?.isAttestation) return true;
  if (image !== undefined && subjectDigestsOf(image).length > 0) return true;
  return coverage.has(digest) && coverage.get(digest) === undefined;
}

function reasonFor(digest: string, coverage: Coverage): string {
  return visible(coverage.get(digest) ?? 'it does not list the image');
}
