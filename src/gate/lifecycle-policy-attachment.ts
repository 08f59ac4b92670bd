import { createHash } from 'crypto';
import { CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { createFunction } from './asset-support';
import { GateProvider } from './function/gate-provider';
import { checkGateOptions } from './gate-checks';
import { GateResource } from './gate-resource';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { findCfnRepository, isCfnRepository } from '../construct/cfn-repository';
import { MisuseError } from '../construct/errors';
import { renderedProperty } from '../construct/rendered-repository';
import { show } from '../core/text/show';
import type { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

/** Properties of `LifecyclePolicyAttachment`. */
export interface LifecyclePolicyAttachmentProps extends LifecyclePreviewGateOptions {
  /**
   * The repository, imported by name or ARN, in the account and region of the stack.
   *
   * No CloudFormation stack declares it, or the stack of another app declares it without a lifecycle policy.
   */
  readonly repository: ecr.IRepository;

  /**
   * The lifecycle policy to attach.
   *
   * Rules that are added to it later are included.
   */
  readonly lifecyclePolicy: LifecyclePolicy;
}

/**
 * Puts a lifecycle policy on an existing repository that this app does not declare, after a gate has previewed and accepted it.
 *
 * The attachment stores the policy that it replaces. A rollback restores the policy from before the deployment. Deleting the
 * attachment restores the policy from before the attachment, unless another process has changed the live policy since then. An
 * update replaces any live policy. If another process has set that policy, it becomes the policy that is restored later.
 *
 * For a repository of this app, use `GatedRepository`, or `LifecyclePolicy.applyTo` and a `LifecyclePreviewGate`. If another
 * CloudFormation stack manages the repository, set the policy there, because each update of the repository applies the policy of
 * that stack, or removes the attached one.
 *
 * The attachment can move in the construct tree of its stack. To move it to another stack, first deploy the stack that no longer
 * contains it. Otherwise, the attachment that is deleted last restores the policy that it found, which may be the policy of the
 * other attachment.
 *
 * The remembered policies are stored in parameters of AWS Systems Manager, one per repository, below
 * `/cdk-ecr-lifecycle/<stack name>/`.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html
 * @example
 * new LifecyclePolicyAttachment(this, 'TeamApp', {
 *   repository: ecr.Repository.fromRepositoryName(this, 'Repository', 'team/app'),
 *   lifecyclePolicy: LifecyclePolicy.fromRules(
 *     LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }),
 *   ),
 *   guards: [LifecycleGuard.maxPercent(20)],
 * });
 */
export class LifecyclePolicyAttachment extends Construct {
  /**
   * The number of images that the policy would expire, as counted in the last run.
   *
   * It is 0 after a rollback. A token.
   */
  public readonly expiringImageCount: string;

  /**
   * The number of images that the policy would archive, as counted in the last run.
   *
   * It is 0 after a rollback. A token.
   */
  public readonly archivingImageCount: string;

  /**
   * The fingerprint of the set of images that the policy would expire or archive.
   *
   * It has 16 hex digits. A token.
   */
  public readonly fingerprint: string;

  /**
   * Attaches a policy to a repository.
   *
   * @param scope The parent construct.
   * @param id The construct id.
   * @param props The policy, the repository, and the options of the gate.
   */
  constructor(scope: Construct, id: string, props: LifecyclePolicyAttachmentProps) {
    super(scope, id);
    const { repository, lifecyclePolicy } = props;
    const stack = Stack.of(this);
    checkGateOptions(props);
    rejectOwnedRepository(this, repository);
    rejectRemoteRepository(this, repository);
    rejectDuplicateAttachment(this, repository);

    const provider = GateProvider.of(stack);
    createFunction(provider, this);
    provider.allowAttachingTo(repository.repositoryArn);
    const { text, budgets } = lifecyclePolicy._bind(this);
    const { attributes } = new GateResource(this, `Resource${suffixFor(repository, stack)}`, {
      provider,
      resourceType: 'Custom::LifecyclePolicyAttachment',
      Purpose: 'ATTACHMENT',
      RepositoryName: repository.repositoryName,
      LifecyclePolicyText: text,
      repositoryArn: repository.repositoryArn,
      policyText: () => stack.resolve(text),
      budgets,
      options: props,
      warned: this,
    });
    this.expiringImageCount = attributes.expiringImageCount;
    this.archivingImageCount = attributes.archivingImageCount;
    this.fingerprint = attributes.fingerprint;
  }
}

/**
 * Returns an id that differs per repository. For another repository, CloudFormation then creates a new resource, and deletes the
 * former one while it still has the permissions to restore the policy that it found. The id cannot distinguish repositories whose
 * names are known only at deployment.
 */
function suffixFor({ repositoryName }: ecr.IRepository, stack: Stack): string {
  const name = JSON.stringify(stack.resolve(repositoryName));
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}

/** Rejects a repository of this app: each update would apply its own policy, or remove the attached one. */
function rejectOwnedRepository(attachment: Construct, repository: ecr.IRepository): void {
  const message = (path: string) => `${attachment.node.path} attaches a policy to ${path}, which this app declares: CloudFormation would ` +
    'remove the attached policy with the next update of the repository; use GatedRepository, or LifecyclePolicy.applyTo and a LifecyclePreviewGate';
  if (findCfnRepository(repository)) {
    throw new MisuseError('OwnedRepository', message(repository.node.path));
  }
  const target = targetsIn(repository.repositoryName).find(isCfnRepository);
  if (target) throw new MisuseError('OwnedRepository', message(target.node.path));
  const addresses = addressesOf(repository, attachment);
  const isOwn = (cfn: CfnResource) => {
    const repositoryName = renderedProperty(cfn, 'RepositoryName');
    return repositoryName !== undefined
      && addressesOf({ repositoryName, env: Stack.of(cfn).env }, cfn).some((address) => addresses.includes(address));
  };
  attachment.node.addValidation({
    validate: () => attachment.node.root.node.findAll().filter(isCfnRepository)
      .filter(isOwn)
      .map((cfn) => `OwnedRepository: ${message(cfn.node.path)}`),
  });
}

/** Returns the targets of the references in a text: a repository of this app may be imported by a token for its name. */
function targetsIn(text: string): IConstruct[] {
  return Tokenization.reverseString(text).tokens.flatMap((token) => (Reference.isReference(token) ? [token.target] : []));
}

function rejectRemoteRepository(attachment: Construct, { env, repositoryArn }: ecr.IRepository): void {
  const stack = Stack.of(attachment);
  const differs = (one: string, other: string) => !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
  if (!differs(env.account, stack.account) && !differs(env.region, stack.region)) return;
  throw new MisuseError(
    'RemoteRepository',
    `${attachment.node.path} is in ${stack.account}/${stack.region}, but its repository is in ${env.account}/${env.region} ` +
    `(${show(repositoryArn)}); attach the policy in a stack of the repository's account and region`);
}

/** Stores the repositories that have an attachment, at the root of an app. */
const ATTACHED = Symbol.for('cdk-ecr-lifecycle.LifecyclePolicyAttachments');

/** Rejects a second attachment to a repository: each would restore the policy of the other one. */
function rejectDuplicateAttachment(attachment: Construct, repository: ecr.IRepository): void {
  const root: IConstruct & { [ATTACHED]?: Map<string, string> } = attachment.node.root;
  if (!root[ATTACHED]) Object.defineProperty(root, ATTACHED, { value: new Map<string, string>() });
  const attached = root[ATTACHED]!;
  const addresses = addressesOf(repository, attachment);
  const former = addresses.map((address) => attached.get(address)).find((path) => path !== undefined);
  if (former !== undefined) {
    throw new MisuseError(
      'DuplicateAttachment',
      `${attachment.node.path} is a second attachment to the repository ${show(repository.repositoryName)}, which already has ${former}; ` +
      'put all rules into one policy');
  }
  for (const address of addresses) attached.set(address, attachment.node.path);
}

/**
 * Returns the addresses of a repository. Two references to the same repository have an address in common.
 *
 * Within a stack the name is enough: all attachments are to repositories in its account and region, even if an ARN leaves them open. A
 * name that is known only at deployment is compared within its stack only.
 */
function addressesOf({ repositoryName, env }: Pick<ecr.IRepository, 'env'> & { readonly repositoryName: unknown }, user: IConstruct): string[] {
  const stack = Stack.of(user);
  const name: unknown = stack.resolve(repositoryName);
  const inStack = JSON.stringify([name, stack.node.path]);
  return typeof name === 'string' ? [inStack, JSON.stringify([name, stack.resolve(env.account), stack.resolve(env.region)])] : [inStack];
}
