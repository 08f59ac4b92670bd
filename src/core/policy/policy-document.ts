/**
 * A lifecycle policy as ECR parses it from JSON text.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export interface PolicyDocument {
  readonly rules: readonly PolicyRule[];
}

export interface PolicyRule {
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: RuleSelection;
  readonly action: RuleAction;
}

export interface RuleSelection {
  readonly tagStatus: TagStatus;
  /** Patterns. Each must match at least one tag of the image: AND, not OR. */
  readonly tagPatternList?: readonly string[];
  /** Prefixes. Each must match at least one tag of the image: AND, not OR. */
  readonly tagPrefixList?: readonly string[];
  /** Absent means `standard`. */
  readonly storageClass?: StorageClass;
  readonly countType: CountType;
  readonly countUnit?: 'days';
  readonly countNumber: number;
}

export interface RuleAction {
  readonly type: 'expire' | 'transition';
  readonly targetStorageClass?: 'archive';
}

export type TagStatus = 'tagged' | 'untagged' | 'any';
export type StorageClass = 'standard' | 'archive';
export type CountType = 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned';

/** Returns the storage class of the images that a rule applies to. It never acts on other images. */
export function storageClassOf(rule: PolicyRule): StorageClass {
  return rule.selection.storageClass ?? 'standard';
}
