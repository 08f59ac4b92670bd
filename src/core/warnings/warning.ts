/** A warning about a valid policy that may not do what its author expects. Each can be acknowledged by its ID. */
export interface Warning {
  readonly id: WarningId;
  /** The rules that the warning is about. The rule to change comes first. */
  readonly rulePriorities: readonly number[];
  /** A lower-case sentence with the effect and the correction. */
  readonly message: string;
}

/** The ID of every warning, in alphabetical order. */
export const WARNING_IDS = [
  'ageCatchAll',
  'expiringTagUnmentioned',
  'indexPartsSelected',
  'keepRulePartlyLate',
  'keepRuleTooLate',
  'keptImagesCounted',
  'policyWithoutEffect',
  'prefixCoversPrefix',
  'protectedTagsCanExpire',
  'referrerWithoutSubject',
  'ruleCanNeverAct',
  'ruleMatchesNothing',
  'samePatternTwice',
  'tagListIsAnd',
  'unmatchableEntry',
] as const;

export type WarningId = typeof WARNING_IDS[number];
