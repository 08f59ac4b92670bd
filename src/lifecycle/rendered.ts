import type { RuleSelection } from '../core/policy-document';

/** The part of a rule's selection that says which images. */
export type RenderedSelection = Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;

/** The part of a rule's selection that says when. */
export type RenderedCondition = Pick<RuleSelection, 'countType' | 'countUnit' | 'countNumber' | 'storageClass'>;
