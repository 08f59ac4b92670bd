import type { AffectedImage } from './affected-image';
import { compileTagTest } from '../evaluation/candidates';
import { PolicyDocument, storageClassOf } from '../policy/policy-document';

/**
 * Says of each image that is archived which rule expires it in the archive, if one does.
 *
 * The first rule of the archive class that selects an image claims it, and every such rule expires.
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
