import { Lazy, Stack, Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';

/** The most characters of a repository's name. */
const LONGEST_NAME = 256;
/** What CloudFormation appends to a name that it generates, with the hyphen. */
const GENERATED_SUFFIX = 13;

/**
 * How a gate refers to the repository that depends on it.
 *
 * Never by `Ref` or `GetAtt`, not even of a repository with an explicit name: that would be a cycle. Everything is read
 * from the L1 as late as possible, so that changes until synthesis count.
 */
export class RepositoryTarget {
  private readonly stack: Stack;

  constructor(private readonly repository: ecr.CfnRepository) {
    this.stack = Stack.of(repository);
  }

  /** The explicit name, or nothing where CloudFormation generates one. */
  public get explicitName(): string | undefined {
    return this.stack.resolve(this.repository.repositoryName);
  }

  /** Exactly one of the two resolves to something. */
  public get wireNames() {
    return {
      RepositoryName: Lazy.uncachedAny({ produce: () => this.explicitName }),
      RepositoryLogicalId: Lazy.uncachedString({
        produce: () => (this.explicitName === undefined ? this.repository.logicalId : undefined),
      }),
    };
  }

  /** The policy text that the repository will have; rules that are added until synthesis count. */
  public get policyText() {
    return Lazy.uncachedAny({ produce: () => this.resolvedPolicyText });
  }

  /** The same as it is by now: a string, or something with intrinsics in it. */
  public get resolvedPolicyText(): unknown {
    return this.stack.resolve(this.repository.lifecyclePolicy)?.lifecyclePolicyText;
  }

  public get hasPolicy(): boolean {
    return this.resolvedPolicyText !== undefined;
  }

  /** The ARN, or for a generated name the narrowest pattern that covers it. */
  public get arn(): string {
    // An L2's name is a token even when it stands for nothing: only resolved it tells.
    const resourceName = Lazy.uncachedString({
      produce: () => (this.explicitName === undefined ? this.generatedNamePattern : this.repository.repositoryName),
    });
    return this.stack.formatArn({ service: 'ecr', resource: 'repository', resourceName });
  }

  /** CloudFormation generates `<stack>-<logical id>-<suffix>` in lower case, and cuts what is too long. */
  private get generatedNamePattern(): string {
    const logicalId = String(this.stack.resolve(this.repository.logicalId)).toLowerCase();
    // A nested stack's own name is generated, too.
    if (Token.isUnresolved(this.stack.stackName)) return `*-${logicalId}-*`;
    const stackName = this.stack.stackName.toLowerCase();
    const whole = `${stackName}-${logicalId}-`;
    return whole.length + GENERATED_SUFFIX <= LONGEST_NAME ? `${whole}*` : `${stackName.slice(0, 64)}*`;
  }
}
