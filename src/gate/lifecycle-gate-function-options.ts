/** Options for the functions behind the gates. */
export interface LifecycleGateFunctionOptions {
  /**
   * Excludes the manifests that a gate reads from the recorded pull times of images.
   *
   * A gate reads the manifests of image indexes, and ECR records that as a pull unless the role of the function is excluded. Each
   * stack whose gates read manifests adds one `AWS::ECR::PullTimeUpdateExclusion`. An account can have at most 100 exclusions per
   * region. Without the exclusion, `protectPulledWithin` and lifecycle rules that act on the pull age treat the images that a gate
   * has read as pulled.
   *
   * @default true
   * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegisterPullTimeUpdateExclusion.html
   */
  readonly excludePulls?: boolean;
}
