import type { RuleSelection } from '../../policy/policy-document';
import { unmatchablePattern, unmatchablePrefix } from '../../policy/tag-shape';
import type { PropertyReader } from '../../text/property-reader';

/** The images that a guard counts. */
export type GuardSelection = Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;

/** Returns `" tagged release-*"`, to follow a noun, and nothing for all images. */
export function formatSelection({ tagStatus, tagPatternList, tagPrefixList }: GuardSelection): string {
  if (tagStatus === 'any') return '';
  if (tagStatus === 'untagged') return ' without a tag';
  return ` tagged ${[...tagPatternList ?? [], ...(tagPrefixList ?? []).map((prefix) => `${prefix}…`)].join(' and ')}`;
}

export function encodeSelection({ tagStatus, tagPatternList, tagPrefixList }: GuardSelection): Readonly<Record<string, unknown>> {
  return { TagStatus: tagStatus, TagPatternList: tagPatternList, TagPrefixList: tagPrefixList };
}

export function decodeSelection(properties: PropertyReader): GuardSelection {
  properties.allowOnly(['TagStatus', 'TagPatternList', 'TagPrefixList']);
  const tagStatus = properties.oneOf('TagStatus', ['any', 'untagged', 'tagged']);
  if (tagStatus !== 'tagged') return { tagStatus };
  return properties.has('TagPrefixList')
    ? { tagStatus, tagPrefixList: properties.textsThat('TagPrefixList', unmatchablePrefix) }
    : { tagStatus, tagPatternList: properties.textsThat('TagPatternList', unmatchablePattern) };
}
