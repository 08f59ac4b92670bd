import type { Evidence, ProtectTags, Violation } from './guard';
import { compileTagPattern } from '../../evaluation/tag-pattern';
import { counted } from '../../text/words';

/** Holds for archiving too: an archived image cannot be pulled. Patterns are alternatives here, unlike in a rule. */
export function protectTags(guard: ProtectTags, { affected }: Evidence): Violation | undefined {
  const patterns = guard.patterns.map(compileTagPattern);
  const images = affected.filter(({ imageTags }) => imageTags.some((tag) => patterns.some((matches) => matches(tag))));
  if (images.length === 0) return undefined;
  return {
    guardId: guard.id,
    because: `${counted(images.length, 'image')} with a tag like ${guard.patterns.join(' or ')} would go`,
    images,
  };
}
