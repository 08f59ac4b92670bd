import { Annotations, CfnResource, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { checkGateOptions } from './gate-checks';
import { markGated } from './gate-mark';
import { GateProvider } from './gate-provider';
import { GateResource } from './gate-resource';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { checkProtectedTags } from './protected-tags-check';
import { repositoryArnOf } from './repository-arn';
import { TemplateGates } from './template/template-gates';
import { cfnRepositoryOf } from '../construct/cfn-repository';
import { MisuseError } from '../construct/errors';
import { mayHavePolicy, renderedPolicyText } from '../construct/rendered-repository';
import { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

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
        'MisplacedGate',
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
