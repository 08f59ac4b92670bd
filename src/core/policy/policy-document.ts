/**
 * A lifecycle policy as ECR reads it: the shape of the JSON text.
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
  /** Every pattern must match some tag of the image: AND, not OR. */
  readonly tagPatternList?: readonly string[];
  /** Every prefix must start some tag of the image: AND, not OR. */
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

/** The class of images that a rule sees: it never acts on the others. */
export function storageClassOf(rule: PolicyRule): StorageClass {
  return rule.selection.storageClass ?? 'standard';
}
