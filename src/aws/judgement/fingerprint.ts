import { createHash } from 'node:crypto';
import { AffectedImage, FINGERPRINT_LENGTH, fingerprintLine } from '../../core/judgement/affected-image';

/*
 * A fingerprint names a set of images and what becomes of each. It is made from a sum over the images, so that the
 * fingerprints of growing sets cost one step each, and their order does not matter.
 */

const MODULUS = 2n ** 256n;

/** Names exactly this set of images that go, now or within the look-ahead. */
export function fingerprintOf(images: readonly AffectedImage[]): string {
  return fingerprintOfSum(images.reduce(plus, 0n));
}

/**
 * The images that an approval names, by digest, or undefined when it is for another set.
 *
 * The approval was given earlier, when the look-ahead ended earlier: it names all images that go now, and of those that go
 * later the first ones. An image that has fallen due since keeps its place, and one that entered the look-ahead since is
 * not named.
 *
 * @param ahead by the moment at which each goes
 */
export function approvedBy(
  approvedPreview: string | undefined, affected: readonly AffectedImage[], ahead: readonly AffectedImage[],
): ReadonlySet<string> | undefined {
  if (approvedPreview === undefined) return undefined;
  let sum = affected.reduce(plus, 0n);
  for (let named = 0; ; named++) {
    if (fingerprintOfSum(sum) === approvedPreview) {
      return new Set([...affected, ...ahead.slice(0, named)].map(({ imageDigest }) => imageDigest));
    }
    if (named === ahead.length) return undefined;
    sum = plus(sum, ahead[named]);
  }
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
