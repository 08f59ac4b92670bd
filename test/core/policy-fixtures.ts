/** Some fields of a rule, valid or not. `undefined` omits a field. */
export interface RuleFields {
  readonly [field: string]: unknown;
  readonly selection?: Record<string, unknown>;
  readonly action?: Record<string, unknown>;
}

/** Returns a valid rule (keep 10 of `v*`) with these fields replaced. */
export function rule(fields: RuleFields = {}): Record<string, unknown> {
  const { selection, action, ...others } = fields;
  return {
    rulePriority: 1,
    ...others,
    selection: { tagStatus: 'tagged', tagPatternList: ['v*'], countType: 'imageCountMoreThan', countNumber: 10, ...selection },
    action: { type: 'expire', ...action },
  };
}

export const TAGS_ABSENT = { tagPatternList: undefined };
export const ANY = { tagStatus: 'any', ...TAGS_ABSENT };
export const UNTAGGED = { tagStatus: 'untagged', ...TAGS_ABSENT };
export const PUSHED = { countType: 'sinceImagePushed', countUnit: 'days' };
export const PULLED = { countType: 'sinceImagePulled', countUnit: 'days' };
/** A selection of archived images, for rules that expire. */
export const ARCHIVED = { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 365 };
export const TO_ARCHIVE = { type: 'transition', targetStorageClass: 'archive' };

export function prefixes(...tagPrefixList: unknown[]) {
  return { ...TAGS_ABSENT, tagPrefixList };
}

export function patterns(...tagPatternList: unknown[]) {
  return { tagPatternList };
}

/** Returns a policy with this rule. */
export function onlyRule(fields?: RuleFields) {
  return { rules: [rule(fields)] };
}

/** Returns a policy with these two rules, with the priorities 1 and 2. */
export function twoRules(first: RuleFields, second: RuleFields) {
  return { rules: [rule(first), rule({ rulePriority: 2, ...second })] };
}
