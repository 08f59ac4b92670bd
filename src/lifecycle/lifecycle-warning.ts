import type { LifecycleImage } from './lifecycle-image';

/** The kinds of warnings about a valid lifecycle policy. At synthesis each is a warning `cdk-ecr-lifecycle:<id>`. */
export enum LifecycleWarningId {
  /** A rule expires every image by its age. */
  AGE_CATCH_ALL = 'ageCatchAll',
  /** Images would expire with a tag that no rule mentions. */
  EXPIRING_TAG_UNMENTIONED = 'expiringTagUnmentioned',
  /** A keep rule follows the rules that it should hold off. */
  KEEP_RULE_TOO_LATE = 'keepRuleTooLate',
  /** A prefix of one rule covers the prefix of another rule. */
  PREFIX_COVERS_PREFIX = 'prefixCoversPrefix',
  /** The policy can expire or archive an image with a protected tag. */
  PROTECTED_TAGS_CAN_EXPIRE = 'protectedTagsCanExpire',
  /** A rule expires signatures or other referrers of images that are kept. */
  REFERRER_WITHOUT_SUBJECT = 'referrerWithoutSubject',
  /** Other rules claim every image that a rule selects. */
  RULE_CAN_NEVER_ACT = 'ruleCanNeverAct',
  /** A rule matches none of the images. */
  RULE_MATCHES_NOTHING = 'ruleMatchesNothing',
  /** Two rules select the same images. */
  SAME_PATTERN_TWICE = 'samePatternTwice',
  /** A list of patterns selects only images that match all of them. */
  TAG_LIST_IS_AND = 'tagListIsAnd',
}

/** A warning about a valid lifecycle policy that may act differently than intended. */
export interface LifecycleWarning {
  /** The kind of the warning. */
  readonly id: LifecycleWarningId;

  /** The rules that the warning is about, first the rule to change. */
  readonly rulePriorities: number[];

  /** The effect of the rules, and the way to change it. */
  readonly message: string;
}

/** What a policy is held against. */
export interface LintOptions {
  /**
   * The images of the repository: then rules that match none of them are found as well, and images that would expire with
   * a tag that no rule is about.
   *
   * @default - the policy is looked at by itself
   */
  readonly images?: LifecycleImage[];

  /**
   * Patterns of tags that must stay, as for `LifecycleGuard.protectTags`. Adds the advice `protectedTagsCanExpire` for each pattern
   * of which the policy could ever expire or archive an image.
   *
   * @default - no tags are protected
   */
  readonly protectedTags?: string[];

  /**
   * The moment to judge the images at, ISO 8601.
   *
   * @default - the current time
   */
  readonly now?: string;
}
