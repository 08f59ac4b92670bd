import { compileTagTest } from '../evaluation/candidates';
import { evaluate } from '../evaluation/evaluator';
import type { Image } from '../evaluation/image';
import { PolicyDocument, storageClassOf } from '../policy/policy-document';

/** An image that a policy acts on. */
export interface AffectedImage {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  /** ISO 8601. */
  readonly imagePushedAt?: string;
  readonly action: 'EXPIRE' | 'TRANSITION';
  /** The rule that acts. */
  readonly rulePriority: number;
  /** The time from which the rule acts, in ISO 8601. Absent if it acts now. */
  readonly goesAt?: string;
  /** The rule that later expires the image in the archive. Set with `TRANSITION` only. */
  readonly expiresLaterBy?: number;
}

/** Returns the line of one image in a fingerprint. The line is the same before and after the image becomes due. */
export function fingerprintLine({ imageDigest, action, expiresLaterBy }: AffectedImage): string {
  // An approval of archiving is not an approval of a later expiry.
  return `${imageDigest} ${action}${expiresLaterBy === undefined ? '' : ' THEN EXPIRE'}`;
}

/** The length of a fingerprint in hex digits. */
export const FINGERPRINT_LENGTH = 16;

export function expires({ action }: AffectedImage): boolean {
  return action === 'EXPIRE';
}

/** Returns the rule by which the image expires, now or after it was archived. */
export function expiryRuleOf(image: AffectedImage): number | undefined {
  return expires(image) ? image.rulePriority : image.expiresLaterBy;
}

/** Predicts the preview of a valid policy for a repository with exactly these images. */
export function predictAffected(document: PolicyDocument, images: readonly Image[], now: number): AffectedImage[] {
  const { decisions } = evaluate(document, images, { now });
  return images.flatMap(({ imageDigest, imageTags = [], imagePushedAt }, i): AffectedImage[] => {
    const { action, rulePriority = 0 } = decisions[i];
    return action === 'KEEP' ? [] : [{ imageDigest, imageTags, imagePushedAt, action, rulePriority }];
  });
}

/**
 * Adds the rule that later expires the image in the archive to each image that is archived.
 *
 * The first rule of the archive class that selects an image claims it, and every rule of that class expires images.
 */
export function withLaterExpiry(document: PolicyDocument, affected: readonly AffectedImage[]): AffectedImage[] {
  const rules = document.rules
    .filter((rule) => storageClassOf(rule) === 'archive')
    .sort((a, b) => a.rulePriority - b.rulePriority)
    .map(({ rulePriority, selection }) => ({ rulePriority, selects: compileTagTest(selection) }));
  if (rules.length === 0) return [...affected];
  return affected.map((image) => {
    const rule = image.action === 'TRANSITION' ? rules.find(({ selects }) => selects(image.imageTags)) : undefined;
    return rule === undefined ? image : { ...image, expiresLaterBy: rule.rulePriority };
  });
}
