import type { Duration } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { RepositoryPolicy } from './repository-policy';
import { MisuseError } from '../construct/errors';
import type { LifecycleGuard } from '../gate/lifecycle-guard';
import { LifecyclePreviewGate } from '../gate/lifecycle-preview-gate';
import type { GateEnforcement, LifecyclePreviewGateOptions } from '../gate/lifecycle-preview-gate-options';
import { patternsOf } from '../gate/protected-tags-check';
import type { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

/**
 * Properties of `GatedRepository`.
 *
 * All properties of `ecr.Repository` are accepted. Those that begin with `gate` are options of its `LifecyclePreviewGate`.
 */
export interface GatedRepositoryProps extends ecr.RepositoryProps {
  /**
   * Which images expire, and when. Instead of `lifecycleRules`, never together with them.
   *
   * @default - no policy, unless `lifecycleRules` or `addLifecycleRule` bring one; those are gated, too
   */
  readonly lifecyclePolicy?: LifecyclePolicy;

  /**
   * Whether to add keep rules to the policy for the tags that `LifecycleGuard.protectTags` and `protectTagsForever` protect.
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

  /**
   * The guards of the gate. The policy is applied only if every guard allows what it would expire and archive.
   *
   * @default - the gate fails if any image would expire or be archived
   */
  readonly guards?: LifecycleGuard[];

  /**
   * Controls whether the deployment fails if a guard objects or the preview cannot be judged.
   *
   * @default GateEnforcement.FAIL
   */
  readonly gateEnforcement?: GateEnforcement;

  /**
   * The fingerprint that a failed gate printed. It allows exactly the images of that preview, whatever the guards say.
   *
   * Remove it after the deployment, because by then it names images that no longer exist.
   *
   * @default - only the guards decide
   */
  readonly gateApprovedPreview?: string;

  /**
   * The time after which a gate without a result fails. At least 1 minute, at most 14 minutes.
   *
   * @default Duration.minutes(14)
   */
  readonly gateTimeout?: Duration;

  /**
   * The time ahead for which guards protect images. At least 1 day, at most 90 days, in whole days.
   *
   * @default Duration.days(2)
   */
  readonly gateLookAhead?: Duration;

  /**
   * The bucket that receives the report of each run, as JSON and as an HTML page.
   *
   * A report that cannot be stored does not change the result of the gate.
   *
   * @default - reports are only written to the log of the Lambda function
   */
  readonly gateReportBucket?: s3.IBucket;

  /**
   * Any text, such as a commit id. If it changes, the gate runs again.
   *
   * @default - the gate runs when a property of the repository or of the gate changes
   */
  readonly gateTrigger?: string;
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
        'DuplicateLifecyclePolicy', `${this.node.path} has lifecyclePolicy and lifecycleRules; put all rules into lifecyclePolicy`);
    }
    if (keepProtectedTags && !lifecyclePolicy) {
      throw new MisuseError(
        'MissingLifecyclePolicy', `${this.node.path} has keepProtectedTags and no lifecyclePolicy that keep rules can be added to; `
        + 'put all rules into lifecyclePolicy');
    }
    lifecyclePolicy?._applyTo(this, keepProtectedTags ? patternsOf(guards) : []);
    repositoryPolicy?.applyTo(this);
    if (isDoubleEncrypted(props)) {
      const cfn = this.node.defaultChild as ecr.CfnRepository;
      cfn.encryptionConfiguration = { encryptionType: ecr.RepositoryEncryption.KMS_DSSE.value, kmsKey: props.encryptionKey?.keyRef.keyArn };
    }
    this.gate = new LifecyclePreviewGate(this, 'Gate', { repository: this, ...gateOptionsOf(props) });
  }
}

function gateOptionsOf(props: GatedRepositoryProps): LifecyclePreviewGateOptions {
  return {
    guards: props.guards,
    enforcement: props.gateEnforcement,
    approvedPreview: props.gateApprovedPreview,
    timeout: props.gateTimeout,
    lookAhead: props.gateLookAhead,
    reportBucket: props.gateReportBucket,
    trigger: props.gateTrigger,
  };
}

/** CDK has a constant for `KMS_DSSE` and refuses it: to its constructor it is said as the `KMS` that it is next to. */
function inTermsOfCdk(props: GatedRepositoryProps): ecr.RepositoryProps {
  return isDoubleEncrypted(props) ? { ...props, encryption: ecr.RepositoryEncryption.KMS } : props;
}

function isDoubleEncrypted({ encryption }: GatedRepositoryProps): boolean {
  return encryption?.value === ecr.RepositoryEncryption.KMS_DSSE.value;
}
