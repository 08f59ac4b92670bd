import type { Duration } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { RepositoryPolicy } from './repository-policy';
import { cfnRepositoryOf } from '../construct/cfn-repository';
import { MisuseError } from '../construct/errors';
import { renderedPolicyText } from '../construct/rendered-repository';
import { markDisabled } from '../gate/gate-mark';
import type { LifecycleGuard } from '../gate/lifecycle-guard';
import { LifecyclePreviewGate } from '../gate/lifecycle-preview-gate';
import type { GateEnforcement, LifecyclePreviewGateOptions } from '../gate/lifecycle-preview-gate-options';
import { checkProtectedTags, patternsOf } from '../gate/protected-tags-check';
import { checkPolicyOf } from '../lifecycle/check-policy';
import type { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

/**
 * Properties of `GatedRepository`.
 *
 * Accepts all properties of `ecr.Repository`. The properties that begin with `gate` are options of its `LifecyclePreviewGate`.
 */
export interface GatedRepositoryProps extends ecr.RepositoryProps {
  /**
   * The lifecycle policy of the repository.
   *
   * It cannot be combined with `lifecycleRules`.
   *
   * @default - only rules from `lifecycleRules` and `addLifecycleRule`, which the gate previews, too
   */
  readonly lifecyclePolicy?: LifecyclePolicy;

  /**
   * Adds keep rules to the policy for the tags that `LifecycleGuard.protectTags` and `protectTagsForever` protect.
   *
   * Adds one keep rule before all rules of `lifecyclePolicy` for each protected pattern that the policy could act on, so that images that
   * are pushed later are kept as well. The other rules keep their priorities if there is room before the first one. If not, all of them
   * move by the same number. The `LifecyclePolicy` object itself does not change. ECR has no keep rule for archived images.
   *
   * @default - the policy has only its own rules
   */
  readonly keepProtectedTags?: boolean;

  /**
   * The resource policy of the repository, which grants or denies access.
   *
   * Statements from `addToResourcePolicy` and grants are added to it.
   *
   * @default - only statements from `addToResourcePolicy` and grants
   */
  readonly repositoryPolicy?: RepositoryPolicy;

  /**
   * The guards of the gate.
   *
   * The policy is applied only if every guard accepts the images that it would expire or archive. A list without `maxImages` or
   * `maxPercent` allows no image to expire, except by rules with `maxExpiring`, and a list without `maxArchived` allows no image to be
   * archived.
   *
   * @default - the gate fails if any image would expire or be archived
   */
  readonly guards?: LifecycleGuard[];

  /**
   * Controls whether the repository has a gate.
   *
   * Without a gate, the repository adds no Lambda function to the stack. The policy is still validated, with the same warnings, also
   * those about protected tags. The policy is then applied without a preview, so switch the gate off only where images may expire, such
   * as in a development account. `LifecyclePreviewGates` adds no gate either.
   *
   * @default true
   */
  readonly gateEnabled?: boolean;

  /**
   * Controls whether the deployment fails if a guard objects or the preview cannot be judged.
   *
   * @default GateEnforcement.FAIL
   */
  readonly gateEnforcement?: GateEnforcement;

  /**
   * The fingerprint that a failed gate printed, or several, separated by commas or white space.
   *
   * The gate accepts exactly the images of that run, regardless of the guards. The text can come from a CloudFormation parameter, and
   * an empty text approves nothing. Remove the fingerprint after the deployment, because it then names images that no longer exist.
   *
   * @default - only the guards decide
   */
  readonly gateApprovedPreview?: string;

  /**
   * The time after which a gate without a result fails.
   *
   * At least 1 minute, at most 14 minutes.
   *
   * @default Duration.minutes(14)
   */
  readonly gateTimeout?: Duration;

  /**
   * The period after the preview for which guards protect images.
   *
   * At least 1 day, at most 90 days, in whole days.
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
   * A string that makes the gate run again when it changes, such as a commit id.
   *
   * @default - the gate runs when a property of the repository, its policy or the gate changes
   */
  readonly gateTrigger?: string;
}

/**
 * An ECR repository whose lifecycle policy is previewed on the live images before each deployment applies it.
 *
 * It can be used like any `ecr.Repository`. In addition, it supports `RepositoryEncryption.KMS_DSSE`, with or without an
 * `encryptionKey`, which `ecr.Repository` rejects.
 *
 * @example
 * new GatedRepository(this, 'Repository', {
 *   lifecyclePolicy: LifecyclePolicy.fromRules(
 *     LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }),
 *     LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(100) }),
 *   ),
 *   guards: [LifecycleGuard.maxPercent(20), LifecycleGuard.protectTags('release-*')],
 * });
 */
export class GatedRepository extends ecr.Repository {
  /**
   * Imports a repository by its ARN.
   *
   * An imported repository has no gate, because this app does not change its lifecycle policy.
   *
   * @param scope The parent construct.
   * @param id The construct id.
   * @param repositoryArn The ARN of the repository. It must not be a token.
   */
  public static fromRepositoryArn(scope: Construct, id: string, repositoryArn: string): ecr.IRepository {
    return ecr.Repository.fromRepositoryArn(scope, id, repositoryArn);
  }

  /**
   * Imports a repository of the stack's account and region by its name.
   *
   * An imported repository has no gate, because this app does not change its lifecycle policy.
   *
   * @param scope The parent construct.
   * @param id The construct id.
   * @param repositoryName The name of the repository.
   */
  public static fromRepositoryName(scope: Construct, id: string, repositoryName: string): ecr.IRepository {
    return ecr.Repository.fromRepositoryName(scope, id, repositoryName);
  }

  private readonly ownGate?: LifecyclePreviewGate;

  /**
   * Creates a repository and its gate.
   *
   * @param scope The parent construct.
   * @param id The construct id.
   * @param props The properties of the repository and of its gate.
   */
  constructor(scope: Construct, id: string, props: GatedRepositoryProps = {}) {
    super(scope, id, cdkPropsOf(props));
    const { lifecyclePolicy, lifecycleRules, repositoryPolicy, keepProtectedTags, guards } = props;
    if (lifecyclePolicy && lifecycleRules && lifecycleRules.length > 0) {
      throw new MisuseError(
        'DuplicateLifecyclePolicy', `${this.node.path} has both lifecyclePolicy and lifecycleRules; put all rules into lifecyclePolicy`);
    }
    if (keepProtectedTags && !lifecyclePolicy) {
      throw new MisuseError(
        'MissingLifecyclePolicy', `${this.node.path} has keepProtectedTags but no lifecyclePolicy to add keep rules to; `
        + 'put all rules into lifecyclePolicy');
    }
    lifecyclePolicy?._applyTo(this, keepProtectedTags ? patternsOf(guards) : []);
    repositoryPolicy?.applyTo(this);
    if (isDoubleEncrypted(props)) {
      const cfn = this.node.defaultChild as ecr.CfnRepository;
      cfn.encryptionConfiguration = { encryptionType: ecr.RepositoryEncryption.KMS_DSSE.value, kmsKey: props.encryptionKey?.keyRef.keyArn };
    }
    if (props.gateEnabled ?? true) {
      this.ownGate = new LifecyclePreviewGate(this, 'Gate', { repository: this, ...gateOptionsOf(props), _mayLackPolicy: true });
    } else {
      checkUngated(this, guards);
    }
  }

  /**
   * The gate that the repository depends on.
   *
   * It has no resources as long as the repository has no lifecycle policy. Throws `DisabledGate` if `gateEnabled` is false.
   */
  public get gate(): LifecyclePreviewGate {
    if (this.ownGate) return this.ownGate;
    throw new MisuseError('DisabledGate', `${this.node.path} has no gate, because its gateEnabled is false; read gate only if gateEnabled is true`);
  }
}

/** Checks a repository without a gate like one with a gate. */
function checkUngated(repository: GatedRepository, guards: readonly LifecycleGuard[] | undefined): void {
  const cfn = cfnRepositoryOf(repository, 'GatedRepository');
  markDisabled(cfn);
  checkPolicyOf(cfn);
  checkProtectedTags(repository, repository, guards, () => renderedPolicyText(cfn));
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

/** Replaces `KMS_DSSE`, which CDK's constructor rejects, with the similar `KMS`. */
function cdkPropsOf(props: GatedRepositoryProps): ecr.RepositoryProps {
  return isDoubleEncrypted(props) ? { ...props, encryption: ecr.RepositoryEncryption.KMS } : props;
}

function isDoubleEncrypted({ encryption }: GatedRepositoryProps): boolean {
  return encryption?.value === ecr.RepositoryEncryption.KMS_DSSE.value;
}
