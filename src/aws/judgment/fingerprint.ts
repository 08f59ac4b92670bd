import { createHash } from 'node:crypto';
import { AffectedImage, FINGERPRINT_LENGTH, fingerprintLine } from '../../core/judgment/affected-image';
import { approvalsIn } from '../../core/judgment/approved-previews';

/*
 * A fingerprint identifies a set of images and the action on each. It is computed from a sum over the images, so the order does
 * not matter, and adding one image takes one step.
 */

const MODULUS = 2n ** 256n;

/** Returns the fingerprint of the images that the policy acts on, now or within the look-ahead. */
export function fingerprintOf(images: readonly AffectedImage[]): string {
  return fingerprintOfSum(images.reduce(plus, 0n));
}

/**
 * Returns the digests of the approved images, or undefined if the approval is for another set of images.
 *
 * The approval was given earlier, so its look-ahead ended earlier. It covers all images that the policy acts on now, and the
 * first ones of the look-ahead. An image that became due since is still covered, one that entered the look-ahead since is not.
 *
 * @param approvedPreview One or several fingerprints. If several of them cover this run, the one with the most images counts.
 * @param ahead The images of the look-ahead, in the order in which the policy acts on them.
 */
export function approvedBy(
  approvedPreview: string | undefined, affected: readonly AffectedImage[], ahead: readonly AffectedImage[],
): ReadonlySet<string> | undefined {
  const approved = new Set(approvalsIn(approvedPreview));
  if (approved.size === 0) return undefined;
  let sum = affected.reduce(plus, 0n);
  let most: number | undefined;
  for (let covered = 0; covered <= ahead.length; covered++) {
    if (covered > 0) sum = plus(sum, ahead[covered - 1]);
    if (approved.has(fingerprintOfSum(sum))) most = covered;
  }
  return most === undefined ? undefined : new Set([...affected, ...ahead.slice(0, most)].map(({ imageDigest }) => imageDigest));
}

function plus(sum: bigint, image: AffectedImage): bigint {
  return (sum + BigInt(`0x${sha256(fingerprintLine(image))}`)) % MODULUS;
}

function fingerprintOfSum(sum: bigint): string {
  return sha256(sum.toString(16)).slice(0, FINGERPRINT_LENGTH);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
