/** What a legal policy may do other than it seems to. Each can be acknowledged by its id. */
export interface Warning {
  readonly id: WarningId;
  /** The rules that it is about, the one to change first. */
  readonly rulePriorities: readonly number[];
  /** A lower-case sentence: what happens, and what to do. */
  readonly message: string;
}

export type WarningId =
  | 'ageCatchAll'
  | 'expiringTagUnmentioned'
  | 'keepRuleTooLate'
  | 'prefixCoversPrefix'
  | 'protectedTagsCanExpire'
  | 'referrerWithoutSubject'
  | 'ruleCanNeverAct'
  | 'ruleMatchesNothing'
  | 'samePatternTwice'
  | 'tagListIsAnd';
