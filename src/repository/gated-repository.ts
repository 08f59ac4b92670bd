import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import type { RepositoryPolicy } from './repository-policy';
import { LifecyclePreviewGate, LifecyclePreviewGateOptions } from '../gate/lifecycle-preview-gate';
import { patternsOf } from '../gate/protected-tags-check';
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

  /**
   * Whether to add keep rules to the policy for the tags that `ExpiryGuard.protectTags` and `protectTagsForever` protect.
   *
   * Adds one keep rule before all rules of `lifecyclePolicy` for each protected pattern that the policy could act on, so that
   * images that are pushed later stay as well. The other rules keep their priorities if there is room before the first one. If
   * not, they all move by the same number. The `LifecyclePolicy` object itself does not change. ECR has no keep rule for
   * archived images.
   *
   * @default - the policy has only its own rules
   */
  readonly keepProtectedTags?: boolean;

  /**
   * Who else may use the repository, and what nobody may do. What `addToResourcePolicy` and grants bring is added.
   *
   * @default - no policy but what `addToResourcePolicy` and grants bring
   */
  readonly repositoryPolicy?: RepositoryPolicy;
}

/**
 * An ECR repository whose lifecycle policy is previewed on the live images before each deployment applies it.
 *
 * Everything that takes an `ecr.IRepository` takes it. `RepositoryEncryption.KMS_DSSE`, which `ecr.Repository` refuses,
 * works, with or without an `encryptionKey`.
 */
export class GatedRepository extends ecr.Repository {
  /**
   * A repository that this app does not declare, by its ARN. It has no gate: nothing here changes its policy.
   *
   * @param scope where it stands in the construct tree
   * @param id its id in the scope
   * @param repositoryArn the ARN; not a token, unless the name can be taken from it at deployment
   */
  public static fromRepositoryArn(scope: Construct, id: string, repositoryArn: string): ecr.IRepository {
    return ecr.Repository.fromRepositoryArn(scope, id, repositoryArn);
  }

  /**
   * A repository of the stack's account and region that this app does not declare, by its name. It has no gate.
   *
   * @param scope where it stands in the construct tree
   * @param id its id in the scope
   * @param repositoryName the name
   */
  public static fromRepositoryName(scope: Construct, id: string, repositoryName: string): ecr.IRepository {
    return ecr.Repository.fromRepositoryName(scope, id, repositoryName);
  }

  /** The gate that the repository waits for. */
  public readonly gate: LifecyclePreviewGate;

  /**
   * Declares the repository and its gate.
   *
   * @param scope where it stands in the construct tree
   * @param id its id in the scope
   * @param props what it is like, and how to gate it
   */
  constructor(scope: Construct, id: string, props: GatedRepositoryProps = {}) {
    super(scope, id, inTermsOfCdk(props));
    const { lifecyclePolicy, lifecycleRules, repositoryPolicy, keepProtectedTags, guards } = props;
    if (lifecyclePolicy && lifecycleRules && lifecycleRules.length > 0) {
      throw new MisuseError(
        'LifecyclePolicyTwice', `${this.node.path} has lifecyclePolicy and lifecycleRules; put all rules into lifecyclePolicy`);
    }
    if (keepProtectedTags && !lifecyclePolicy) {
      throw new MisuseError(
        'LifecyclePolicyMissing', `${this.node.path} has keepProtectedTags and no lifecyclePolicy that keep rules can be added to; `
        + 'put all rules into lifecyclePolicy');
    }
    lifecyclePolicy?._applyTo(this, keepProtectedTags ? patternsOf(guards) : []);
    repositoryPolicy?.applyTo(this);
    if (isDoubleEncrypted(props)) {
      const cfn = this.node.defaultChild as ecr.CfnRepository;
      cfn.encryptionConfiguration = { encryptionType: ecr.RepositoryEncryption.KMS_DSSE.value, kmsKey: props.encryptionKey?.keyRef.keyArn };
    }
    const { enforcement, approvedPreview, timeout, lookAhead, reportBucket, trigger } = props;
    this.gate = new LifecyclePreviewGate(this, 'Gate', {
      repository: this, guards, enforcement, approvedPreview, timeout, lookAhead, reportBucket, trigger,
    });
  }
}

/** CDK has a constant for `KMS_DSSE` and refuses it: to its constructor it is said as the `KMS` that it is next to. */
function inTermsOfCdk(props: GatedRepositoryProps): ecr.RepositoryProps {
  return isDoubleEncrypted(props) ? { ...props, encryption: ecr.RepositoryEncryption.KMS } : props;
}

function isDoubleEncrypted({ encryption }: GatedRepositoryProps): boolean {
  return encryption?.value === ecr.RepositoryEncryption.KMS_DSSE.value;
}
