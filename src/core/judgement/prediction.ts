import type { AffectedImage } from './affected-image';
import { evaluate } from '../evaluation/evaluator';
import type { Image } from '../evaluation/image';
import type { PolicyDocument } from '../policy/policy-document';

/** What a preview of a valid policy would list, were these all images of the repository. */
export function predictAffected(document: PolicyDocument, images: readonly Image[], now: number): AffectedImage[] {
  const { decisions } = evaluate(document, images, { now });
  return images.flatMap(({ imageDigest, imageTags = [], imagePushedAt }, i): AffectedImage[] => {
    const { action, rulePriority = 0 } = decisions[i];
    return action === 'KEEP' ? [] : [{ imageDigest, imageTags, imagePushedAt, action, rulePriority }];
  });
}
