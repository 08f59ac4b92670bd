import { CfnResource, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { createFunction } from './asset-support';
import { deferGate, endDeferral, isDeferred } from './deferred-gate';
import { GateProvider } from './function/gate-provider';
import { checkGateOptions } from './gate-checks';
import { markGated } from './gate-mark';
import { GateResource } from './gate-resource';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { repositoryArnOf } from './repository-arn';
import { TemplateGates } from './template/template-gates';
import { cfnRepositoryOf } from '../construct/cfn-repository';
import { MisuseError } from '../construct/errors';
import { mayHavePolicy, renderedPolicyText } from '../construct/rendered-repository';
import { addWarning } from '../construct/warnings';
import { budgetsOn } from '../lifecycle/applied-policy';
import { checkPolicyOf } from '../lifecycle/check-policy';

/** Properties of `LifecyclePreviewGate`. */
export interface LifecyclePreviewGateProps extends LifecyclePreviewGateOptions {
  /**
   * The repository whose lifecycle policy the gate previews.
   *
   * An L2, an L1 or a plain `CfnResource` of the type `AWS::ECR::Repository`, in the same stack. The policy is read from the finished
   * template, so rules, overrides and conditions that are added later are included.
   */
  readonly repository: ecr.IRepositoryRef;

  /**
   * The construct on which warnings about the guards can be acknowledged, if it is not the gate.
   *
   * @internal
   */
  readonly _acknowledgedOn?: Construct;

  /**
   * True if the repository need not have a policy, because the gate comes with it.
   *
   * @internal
   */
  readonly _mayLackPolicy?: boolean;
}

/**
 * Previews the lifecycle policy of a repository on the live images, and fails the deployment if unexpected images would expire.
 *
 * The repository depends on the gate: CloudFormation creates or updates it only after the gate has passed. The gate always passes
 * on a rollback, on a deletion, and if the repository does not exist yet.
 *
 * The gate has the CloudFormation condition of its repository. If the condition is false, neither of them exists, so outputs that
 * use the attributes of the gate need the same condition.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lpp_creation.html
 * @example
 * const repository = new ecr.Repository(this, 'Repository', {
 *   lifecycleRules: [{ maxImageCount: 100 }],
 * });
 * new LifecyclePreviewGate(this, 'Gate', {
 *   repository,
 *   guards: [LifecycleGuard.maxImages(50), LifecycleGuard.protectTags('release-*')],
 * });
 */
export class LifecyclePreviewGate extends Construct {
  private readonly cfnRepository: CfnResource;
  private resource?: GateResource;

  /**
   * Creates a gate that runs before each update of a repository.
   *
   * As long as the repository has no lifecycle policy, the gate has no resources. They are created with the first rule, or when an
   * attribute of the gate is read.
   *
   * @param scope The parent construct, in the stack of the repository.
   * @param id The construct id.
   * @param props The repository, and the options of the gate.
   */
  constructor(scope: Construct, id: string, private readonly props: LifecyclePreviewGateProps) {
    super(scope, id);
    const repository = cfnRepositoryOf(props.repository, 'LifecyclePreviewGate');
    const stack = Stack.of(this);
    if (Stack.of(repository) !== stack) {
      throw new MisuseError(
        'MisplacedGate',
        `the gate ${this.node.path} is not in the stack of its repository ${props.repository.node.path}, which it runs right before; ` +
        'create the gate in that stack');
    }
    checkGateOptions(props);
    markGated(repository, this);
    checkPolicyOf(repository);
    this.cfnRepository = repository;
    TemplateGates.of(stack).require(isDeferred);
    if (mayHavePolicy(repository)) {
      this.createResource();
    } else {
      // The empty construct of the function exists early, so that aspects visit the resources that are added to it later.
      GateProvider.of(stack);
      deferGate(repository, () => this.createResource());
      this.warnWithoutPolicy();
    }
  }

  /**
   * The number of images that the policy would expire, as counted in the last run of the gate.
   *
   * It is 0 after a rollback. A token.
   */
  public get expiringImageCount(): string {
    return this.createResource().attributes.expiringImageCount;
  }

  /**
   * The number of images that the policy would archive, as counted in the last run of the gate.
   *
   * It is 0 after a rollback. A token.
   */
  public get archivingImageCount(): string {
    return this.createResource().attributes.archivingImageCount;
  }

  /**
   * The fingerprint of the set of images that the policy would expire or archive.
   *
   * It has 16 hex digits. A token.
   */
  public get fingerprint(): string {
    return this.createResource().attributes.fingerprint;
  }

  /** Returns the custom resource, which is created at the first call. */
  private createResource(): GateResource {
    if (this.resource) return this.resource;
    const { cfnRepository: repository, props } = this;
    const stack = Stack.of(this);
    const provider = GateProvider.of(stack);
    createFunction(provider, props.repository);
    endDeferral(repository);
    this.resource = new GateResource(this, 'Resource', {
      provider,
      resourceType: 'Custom::LifecyclePreviewGate',
      Purpose: 'GATE',
      repositoryArn: repositoryArnOf(repository),
      policyText: () => renderedPolicyText(repository),
      budgets: () => budgetsOn(repository),
      options: props,
      warned: props._acknowledgedOn ?? this,
    });
    // Between the two resources, because the gate may be below the L2 in the tree.
    const cfnGate = this.resource.node.defaultChild as CfnResource;
    makeDepend(repository, cfnGate);
    TemplateGates.of(stack).add({ gate: cfnGate, repository, serviceToken: provider.serviceToken });
    return this.resource;
  }

  /** Warns of a gate that was created explicitly for a repository that never gets a policy. */
  private warnWithoutPolicy(): void {
    const { cfnRepository, props: { repository, _mayLackPolicy = false } } = this;
    if (_mayLackPolicy) return;
    // The policy is known when the tree is finished. Validation runs before annotations are collected.
    this.node.addValidation({
      validate: () => {
        if (!mayHavePolicy(cfnRepository)) {
          addWarning(this, 'gateWithoutPolicy', `${repository.node.path} has no lifecycle policy, so its gate has nothing to preview; add a policy, or remove the gate`);
        }
        return [];
      },
    });
  }
}

/** Adds a dependency. Newer versions of CDK renamed the method and deprecated the former name. */
function makeDepend(repository: CfnResource, gate: CfnResource): void {
  const newer = repository as CfnResource & { addResourceDependency?(target: CfnResource): void };
  if (newer.addResourceDependency) newer.addResourceDependency(gate);
  else repository.addDependency(gate);
}
