import { type Image, isIndex, subjectDigestsOf } from '../../core/evaluation/image';
import type { AffectedImage } from '../../core/judgement/affected-image';
import { visible } from '../../core/text/show';
import { plural } from '../../core/text/words';
import { GateError } from '../errors';

/**
 * By digest, the images that Amazon Inspector lists: undefined if it can tell that they are not in use, otherwise the reason
 * why it cannot.
 */
export type Coverage = ReadonlyMap<string, string | undefined>;

export interface CoverageQuestion {
  readonly coverage: Coverage;
  /** The images that go, now or within the look-ahead. */
  readonly going: readonly AffectedImage[];
  readonly inventory: ReadonlyMap<string, Image>;
  readonly uses: ReadonlyMap<string, unknown>;
}

/** The images that would go and of which Inspector cannot tell whether they are in use: not monitored does not mean unused. */
export function uncoveredAmong(question: CoverageQuestion): AffectedImage[] {
  return question.going.filter(({ imageDigest }) => !isKnown(imageDigest, question));
}

export function uncoveredError([{ imageDigest }, ...others]: readonly AffectedImage[], coverage: Coverage, repositoryName: string): GateError {
  const more = others.length === 0 ? '' : `, nor about ${plural(others.length, 'other image')} that would go`;
  return new GateError(
    'UncoveredImage',
    `Amazon Inspector cannot tell whether ${imageDigest} in "${repositoryName}" is in use (${reasonFor(imageDigest, coverage)})${more}; `
    + 'turn on continuous enhanced scanning with a re-scan duration that covers these images, or take Inspector out of what the guard asks',
  );
}

/** The image indexes whose parts have to be read before `uncoveredAmong` can answer. */
export function indexesToRead(
  { coverage, going, inventory, uses }: Omit<CoverageQuestion, 'coverage'> & { readonly coverage: Coverage | undefined },
): string[] {
  if (!coverage) return [];
  return going
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

/**
 * A used image is protected in any case. An archived one cannot be pulled, and a signature or an attestation is nothing that
 * runs.
 */
function isKnownByItself(digest: string, { coverage, inventory, uses }: Omit<CoverageQuestion, 'going'>): boolean {
  const image = inventory.get(digest);
  if (uses.has(digest) || image?.imageStatus === 'ARCHIVED' || image?.isAttestation) return true;
  if (image !== undefined && subjectDigestsOf(image).length > 0) return true;
  return coverage.has(digest) && coverage.get(digest) === undefined;
}

function reasonFor(digest: string, coverage: Coverage): string {
  return visible(coverage.get(digest) ?? 'it does not list the image');
}
