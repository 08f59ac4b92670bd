import { createHash } from 'crypto';
import { CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { checkGateOptions } from './gate-checks';
import { GateProvider } from './gate-provider';
import { GateResource } from './gate-resource';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { checkProtectedTags } from './protected-tags-check';
import { findCfnRepository, isCfnRepository } from '../construct/cfn-repository';
import { MisuseError } from '../construct/errors';
import { renderedProperty } from '../construct/rendered-repository';
import { show } from '../core/text/show';
import type { LifecyclePolicy } from '../lifecycle/lifecycle-policy';

/** What an attachment takes: the policy, the repository, and how to judge. */
export interface LifecyclePolicyAttachmentProps extends LifecyclePreviewGateOptions {
  /**
   * A repository that no app declares in CloudFormation, or another app does without a policy: imported by name or ARN, of
   * the account and region of the stack.
   */
  readonly repository: ecr.IRepository;

  /** Which images expire, and when. Rules added later count. */
  readonly lifecyclePolicy: LifecyclePolicy;
}

/**
 * Puts a lifecycle policy on a repository that this app does not own, after the preview on its live images has passed the
 * guards.
 *
 * It remembers the policy that it finds. A rollback brings back what the deployment found. When the attachment is deleted,
 * what it found comes back, unless somebody else has changed the policy since: what is not its own it never removes. An update
 * replaces whatever policy is there; if that is somebody else's, it is what comes back later.
 *
 * A repository that this app declares takes its policy itself: see `GatedRepository` and `LifecyclePolicy.applyTo`. What
 * CloudFormation manages elsewhere should have its policy there: each update of such a repository puts its own policy on,
 * or none.
 *
 * Within its stack it may move in the construct tree. To move it to another stack, deploy the one without it first: the two know
 * nothing of each other, and the one that leaves last would bring back what it found.
 *
 * What is remembered stands in parameters of Systems Manager below `/cdk-ecr-lifecycle/<stack name>/`, one a repository.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html
 */
export class LifecyclePolicyAttachment extends Construct {
  /** How many images the policy would expire, counted when it was judged last; 0 after a rollback. A token. */
  public readonly expiringImageCount: string;

  /** How many images the policy would archive, counted likewise. A token. */
  public readonly archivingImageCount: string;

  /** Names the set of images that the policy would expire or archive. A token of 16 hex digits. */
  public readonly fingerprint: string;

  /**
   * Attaches a policy.
   *
   * @param scope where it stands in the construct tree
   * @param id its id in the scope
   * @param props the policy, the repository, and how to judge
   */
  constructor(scope: Construct, id: string, props: LifecyclePolicyAttachmentProps) {
    super(scope, id);
    const { repository, lifecyclePolicy, guards = [], reportBucket } = props;
    const stack = Stack.of(this);
    checkGateOptions(props);
    refuseOwn(this, repository);
    refuseElsewhere(this, repository);
    refuseTwice(this, repository);

    const arn = repository.repositoryArn;
    const provider = GateProvider.of(stack);
    provider.allowPreviewOf(arn, ...guards.flatMap((guard) => guard._permissions(stack, arn)));
    provider.allowAttachingTo(arn);
    if (reportBucket) provider.allowReportsTo(reportBucket);

    const { text, budgets } = lifecyclePolicy._bind(this);
    checkProtectedTags(this, guards, () => stack.resolve(text));
    const resource = new GateResource(this, `Resource${suffixFor(repository, stack)}`, {
      provider,
      resourceType: 'Custom::LifecyclePolicyAttachment',
      Purpose: 'ATTACHMENT',
      RepositoryName: repository.repositoryName,
      LifecyclePolicyText: text,
      budgets,
      options: props,
    });
    this.expiringImageCount = resource.expiringImageCount;
    this.archivingImageCount = resource.archivingImageCount;
    this.fingerprint = resource.fingerprint;
  }
}

/**
 * A resource of its own for each repository: with another one, CloudFormation makes a new attachment, and deletes the former
 * one while it is still allowed to bring back what it found. A name that only the deployment knows cannot tell them apart.
 */
function suffixFor({ repositoryName }: ecr.IRepository, stack: Stack): string {
  const name = JSON.stringify(stack.resolve(repositoryName));
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}

/** CloudFormation would put the repository's own policy on, or remove the attached one, with each update. */
function refuseOwn(attachment: Construct, repository: ecr.IRepository): void {
  const refusal = (path: string) => `${attachment.node.path} attaches a policy to ${path}, which this app declares: CloudFormation would ` +
    'take the attached policy off with the next update of the repository; use GatedRepository, or LifecyclePolicy.applyTo and a LifecyclePreviewGate';
  if (findCfnRepository(repository)) {
    throw new MisuseError('OwnedRepository', refusal(repository.node.path));
  }
  const target = targetsIn(repository.repositoryName).find(isCfnRepository);
  if (target) throw new MisuseError('OwnedRepository', refusal(target.node.path));
  const addresses = addressesOf(repository, attachment);
  const isOwn = (cfn: CfnResource) => {
    const repositoryName = renderedProperty(cfn, 'RepositoryName');
    return repositoryName !== undefined
      && addressesOf({ repositoryName, env: Stack.of(cfn).env }, cfn).some((address) => addresses.includes(address));
  };
  attachment.node.addValidation({
    validate: () => attachment.node.root.node.findAll().filter(isCfnRepository)
      .filter(isOwn)
      .map((cfn) => `OwnedRepository: ${refusal(cfn.node.path)}`),
  });
}

/** What the references in a text are to: a repository of this app may be imported by the name that it will have. */
function targetsIn(text: string): IConstruct[] {
  return Tokenization.reverseString(text).tokens.flatMap((token) => (Reference.isReference(token) ? [token.target] : []));
}

function refuseElsewhere(attachment: Construct, { env, repositoryArn }: ecr.IRepository): void {
  const stack = Stack.of(attachment);
  const differs = (one: string, other: string) => !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
  if (!differs(env.account, stack.account) && !differs(env.region, stack.region)) return;
  throw new MisuseError(
    'RemoteRepository',
    `${attachment.node.path} is in ${stack.account}/${stack.region}, its repository in ${env.account}/${env.region} ` +
    `(${show(repositoryArn)}); attach the policy in a stack of the repository's account and region`);
}

/** Where the root of an app keeps which repositories have an attachment. */
const ATTACHED = Symbol.for('cdk-ecr-lifecycle.LifecyclePolicyAttachments');

/** Each would take the other's policy for somebody else's. */
function refuseTwice(attachment: Construct, repository: ecr.IRepository): void {
  const root: IConstruct & { [ATTACHED]?: Map<string, string> } = attachment.node.root;
  if (!root[ATTACHED]) Object.defineProperty(root, ATTACHED, { value: new Map<string, string>() });
  const attached = root[ATTACHED]!;
  const addresses = addressesOf(repository, attachment);
  const former = addresses.map((address) => attached.get(address)).find((path) => path !== undefined);
  if (former !== undefined) {
    throw new MisuseError(
      'DuplicateAttachment',
      `${attachment.node.path} is a second attachment to the repository ${show(repository.repositoryName)}, which has ${former}; ` +
      'put all rules into one policy');
  }
  for (const address of addresses) attached.set(address, attachment.node.path);
}

/**
 * Two that are surely one repository have one in common. Within a stack the name is enough: all are of its account and region,
 * whether an ARN says so or not. A name that only the deployment knows is compared there alone.
 */
function addressesOf({ repositoryName, env }: Pick<ecr.IRepository, 'env'> & { readonly repositoryName: unknown }, user: IConstruct): string[] {
  const stack = Stack.of(user);
  const name: unknown = stack.resolve(repositoryName);
  const inStack = JSON.stringify([name, stack.node.path]);
  return typeof name === 'string' ? [inStack, JSON.stringify([name, stack.resolve(env.account), stack.resolve(env.region)])] : [inStack];
}
