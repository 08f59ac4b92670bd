import type { LifecycleImage } from './lifecycle-image';

/**
 * The kinds of warnings about a valid lifecycle policy.
 *
 * Synthesis adds each of them as an annotation with the id `cdk-ecr-lifecycle:<id>`.
 */
export enum LifecycleWarningId {
  /** A rule expires every image by its age. */
  AGE_CATCH_ALL = 'ageCatchAll',
  /** Images would expire with a tag that no rule mentions. */
  EXPIRING_TAG_UNMENTIONED = 'expiringTagUnmentioned',
  /** A rule for untagged images selects the parts of an image index. */
  INDEX_PARTS_SELECTED = 'indexPartsSelected',
  /** A keep rule follows a rule that acts on some of its images. */
  KEEP_RULE_PARTLY_LATE = 'keepRulePartlyLate',
  /** A keep rule follows the rules that it should precede. */
  KEEP_RULE_TOO_LATE = 'keepRuleTooLate',
  /** A rule that counts all images counts images that earlier rules keep. */
  KEPT_IMAGES_COUNTED = 'keptImagesCounted',
  /** The policy acts on none of the images. */
  POLICY_WITHOUT_EFFECT = 'policyWithoutEffect',
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
  /** No tag can match an entry of a rule's tag list. */
  UNMATCHABLE_ENTRY = 'unmatchableEntry',
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

/** Options for `LifecyclePolicy.lint`. */
export interface LintOptions {
  /**
   * The images of the repository.
   *
   * Adds warnings about rules that match none of the images, and about images that would expire with a tag that no rule mentions.
   *
   * @default - only warnings about the policy itself
   */
  readonly images?: LifecycleImage[];

  /**
   * Patterns of tags whose images must be kept, as for `LifecycleGuard.protectTags`.
   *
   * Adds the warning `protectedTagsCanExpire` for each pattern if the policy could ever expire or archive an image with a matching tag.
   *
   * @default - no tags are protected
   */
  readonly protectedTags?: string[];

  /**
   * The time to evaluate the policy at, in ISO 8601 format.
   *
   * @default - the current time
   */
  readonly now?: string;
}
