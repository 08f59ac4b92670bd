import { effectOn } from './evidence';
import type { GuardKind } from './guard-kind';
import { violationOfProtection } from './protection';
import { compileTagPattern } from '../../evaluation/tag-pattern';
import { unmatchablePattern } from '../../policy/tag-shape';
import { plural } from '../../text/words';

/** Protects images with a tag that matches one of the patterns. */
export interface ProtectTags {
  readonly id: 'protect-tags';
  readonly patterns: readonly string[];
}

/** Patterns are alternatives (OR), unlike the patterns of a rule. */
export const protectTags: GuardKind<ProtectTags> = {
  id: 'protect-tags',
  protects: true,
  judge: ({ id, patterns }, evidence) => {
    const compiled = patterns.map(compileTagPattern);
    return violationOfProtection(
      id,
      ({ imageTags }) => imageTags?.some((tag) => compiled.some((matches) => matches(tag))) ?? false,
      evidence,
      (images) => `${plural(images.length, 'image')} with a tag like ${patterns.join(' or ')} ${effectOn(images)}`,
    );
  },
  describe: ({ patterns }) => `images with a tag like ${patterns.join(' or ')} are protected`,
  properties: ['Patterns'],
  encode: ({ patterns }) => ({ Patterns: patterns }),
  decode: (properties) => ({ patterns: properties.textsThat('Patterns', unmatchablePattern) }),
};
