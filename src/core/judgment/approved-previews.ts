import { FINGERPRINT_LENGTH } from './affected-image';
import { visible } from '../text/show';
import { cut } from '../text/words';

/*
 * The value of `approvedPreview` is one fingerprint, or several, for the repositories of several accounts and regions. It is a text,
 * so that it can come from a parameter.
 */

const FINGERPRINT = new RegExp(`^[0-9a-f]{${FINGERPRINT_LENGTH}}$`);

/** Splits the text at commas and white space. An empty text approves nothing. */
export function approvalsIn(text = ''): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

/** True for the text of one fingerprint. An entry that is not a fingerprint approves nothing. */
export function isFingerprint(entry: string): boolean {
  return FINGERPRINT.test(entry);
}

/** Explains that the approval is for another set of images. Returns undefined without an approval. */
export function formatUnusedApproval(approvedPreview: string | undefined): string | undefined {
  const [first, ...more] = approvalsIn(approvedPreview);
  if (first === undefined) return undefined;
  return more.length === 0
    ? `The approved preview ${visible(cut(first, 40))} is for another set of images.`
    : `None of the ${more.length + 1} approved previews is for this set of images.`;
}
