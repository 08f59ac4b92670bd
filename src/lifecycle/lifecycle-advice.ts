import type { LifecycleImage } from './lifecycle-image';

/** What a legal policy may do other than it seems to. */
export interface LifecycleAdvice {
  /** Stable, like `ruleCanNeverAct`. As a warning at synthesis it is `cdk-ecr-lifecycle:ruleCanNeverAct`. */
  readonly id: string;

  /** The rules that it is about, the one to change first. */
  readonly rulePriorities: number[];

  /** What happens, and what to do. */
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
   * Patterns of tags that must stay, as for `ExpiryGuard.protectTags`. Adds the advice `protectedTagsCanExpire` for each pattern
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
