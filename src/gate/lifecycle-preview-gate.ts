import { Annotations, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ExpiryGuard } from './expiry-guard';
import { checkGateOptions } from './gate-checks';
import type { GateEnforcement } from './gate-enforcement';
import { markGated } from './gate-mark';
import { GateProvider } from './gate-provider';
import { GateResource } from './gate-resource';
import { checkProtectedTags } from './protected-tags-check';
import { repositoryArnOf } from './repository-arn';
import { TemplateGates } from './template/template-gates';
import { cfnRepositoryOf } from '../lifecycle/cfn-repository';
import { MisuseError } from '../lifecycle/errors';
import { LifecyclePolicy } from '../lifecycle/lifecycle-policy';
import { mayHavePolicy, renderedPolicyText } from '../lifecycle/rendered-repository';

/** How a gate judges. */
export interface LifecyclePreviewGateOptions {
  /**
   * The guards that say which images may go. Every guard has to agree.
   *
   * @default - the gate fails if any image would expire or be archived
   */
  readonly guards?: ExpiryGuard[];

  /**
   * Whether an unexpected expiry, or a preview that cannot be judged, fails the deployment.
   *
   * @default GateEnforcement.FAIL
   */
  readonly enforcement?: GateEnforcement;

  /**
   * The fingerprint that a failed run printed. Exactly the images of that run may go, whatever the guards say.
   *
   * It covers the images that go at once and those that go within `lookAhead`, and stays valid when one of these falls due.
   * Remove it after the deployment, because by then it names images that are gone.
   *
   * @default - the guards alone decide
   */
  readonly approvedPreview?: string;

  /**
   * How long the gate tries to get a judgement before it fails. At least 1 minute, at most 14.
   *
   * @default Duration.minutes(14)
   */
  readonly timeout?: Duration;

  /**
   * The time ahead for which guards protect. At least 1 day, at most 90, in whole days.
   *
   * ECR acts within 24 hours, and images age: an image that passes today may go tomorrow. Guards that protect single images,
   * and `keepAtLeast`, hold for everything that the policy takes within this time. Guards that limit how many images go hold
   * for now.
   *
   * @default Duration.days(2)
   */
  readonly lookAhead?: Duration;

  /**
   * Where the whole report of each judgement goes, as JSON and as a page to open in a browser.
   *
   * A report that cannot be stored there changes no judgement.
   *
   * @default - the Lambda's log alone
   */
  readonly reportBucket?: s3.IBucket;

  /**
   * Any text. Changing it makes the gate run again although the policy and the guards are the same.
   *
   * A commit id, say, to have every deployment judged by the images of the day.
   *
   * @default - the gate runs when a property of the repository, the policy among them, or of the gate changes
   */
  readonly trigger?: string;
}

/** What a gate takes. */
export interface LifecyclePreviewGateProps extends LifecyclePreviewGateOptions {
  /**
   * A repository of the same stack: an L2, an L1, or a plain `CfnResource` of the type.
   *
   * Its policy is read from the finished template, so rules, overrides and conditions that are added later count.
   */
  readonly repository: ecr.IRepositoryRef;
}

/**
 * Previews the lifecycle policy of a repository on the live images, before CloudFormation applies it, and fails the
 * deployment when images would go that nobody said may go.
 *
 * The repository depends on the gate: it is created or updated only after the gate has passed. Rollbacks and deletions
 * always pass, and so does a repository that does not exist yet.
 *
 * The gate has the CloudFormation condition of its repository. Where the condition is false there is neither of them, so
 * outputs that use the gate's attributes need the condition as well.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lpp_creation.html
 */
export class LifecyclePreviewGate extends Construct {
  /** How many images the policy would expire, counted when the gate ran last; 0 after a rollback. A token. */
  public readonly expiringImageCount: string;

  /** How many images the policy would archive, counted likewise. A token. */
  public readonly archivingImageCount: string;

  /** Names the set of images that the policy would expire or archive. A token of 16 hex digits. */
  public readonly fingerprint: string;

  /**
   * Puts a gate before a repository.
   *
   * @param scope where it stands in the construct tree: in the stack of the repository
   * @param id its id in the scope
   * @param props the repository, and how to judge
   */
  constructor(scope: Construct, id: string, props: LifecyclePreviewGateProps) {
    super(scope, id);
    const repository = cfnRepositoryOf(props.repository, 'LifecyclePreviewGate');
    const stack = Stack.of(this);
    if (Stack.of(repository) !== stack) {
      throw new MisuseError(
        'GateInOtherStack',
        `the gate ${this.node.path} must be in the stack of its repository ${props.repository.node.path}: it runs right before it`);
    }
    checkGateOptions(props);
    markGated(repository, this);
    const arn = repositoryArnOf(repository);
    const provider = GateProvider.of(stack);
    provider.allowPreviewOf(arn, ...(props.guards ?? []).flatMap((guard) => guard._permissions(stack, arn)));
    if (props.reportBucket) provider.allowReportsTo(props.reportBucket);

    const resource = new GateResource(this, 'Resource', {
      provider,
      resourceType: 'Custom::LifecyclePreviewGate',
      Purpose: 'GATE',
      budgets: () => LifecyclePolicy._budgetsOn(repository),
      options: props,
    });
    // Between the two resources: the gate may live below the L2 in the tree.
    const cfnGate = resource.node.defaultChild as CfnResource;
    makeDepend(repository, cfnGate);
    TemplateGates.of(stack).add({ gate: cfnGate, repository, serviceToken: provider.serviceToken });

    this.expiringImageCount = resource.expiringImageCount;
    this.archivingImageCount = resource.archivingImageCount;
    this.fingerprint = resource.fingerprint;

    checkProtectedTags(this, props.guards, () => renderedPolicyText(repository));
    // Only the finished tree knows. Validation runs before annotations are collected.
    this.node.addValidation({
      validate: () => {
        if (!mayHavePolicy(repository)) {
          Annotations.of(this).addWarningV2(
            'cdk-ecr-lifecycle:gateWithoutPolicy', `${props.repository.node.path} has no lifecycle policy: there is nothing to preview`);
        }
        return [];
      },
    });
  }
}

/** The method has another name in newer versions of the CDK, which warn of the former one. */
function makeDepend(repository: CfnResource, gate: CfnResource): void {
  const newer = repository as CfnResource & { addResourceDependency?(target: CfnResource): void };
  if (newer.addResourceDependency) newer.addResourceDependency(gate);
  else repository.addDependency(gate);
}
