import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { LifecyclePreviewGate, LifecyclePreviewGateOptions } from '../gate/lifecycle-preview-gate';
import { MisuseError } from '../lifecycle/errors';
import type { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

/** What a gated repository takes: everything that `ecr.Repository` does, a policy, and how to gate it. */
export interface GatedRepositoryProps extends ecr.RepositoryProps, LifecyclePreviewGateOptions {
  /**
   * Which images expire, and when. Instead of `lifecycleRules`, never together with them.
   *
   * @default - no policy, unless `lifecycleRules` or `addLifecycleRule` bring one; those are gated, too
   */
  readonly lifecyclePolicy?: LifecyclePolicy;
}

/**
 * An ECR repository whose lifecycle policy is previewed on the live images before each deployment applies it.
 *
 * Everything that takes an `ecr.IRepository` takes it.
 */
export class GatedRepository extends ecr.Repository {
  /** The gate that the repository waits for. */
  public readonly gate: LifecyclePreviewGate;

  constructor(scope: Construct, id: string, props: GatedRepositoryProps = {}) {
    super(scope, id, props);
    const { lifecyclePolicy, lifecycleRules } = props;
    if (lifecyclePolicy && lifecycleRules && lifecycleRules.length > 0) {
      throw new MisuseError(
        'LifecyclePolicyTwice', `${this.node.path} has lifecyclePolicy and lifecycleRules; put all rules into lifecyclePolicy`);
    }
    lifecyclePolicy?.applyTo(this);
    const { guards, enforcement, approvedPreview, timeout, trigger } = props;
    this.gate = new LifecyclePreviewGate(this, 'Gate', { repository: this, guards, enforcement, approvedPreview, timeout, trigger });
  }
}
