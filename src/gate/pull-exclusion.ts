import { Aws, CfnCondition, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { gateFunctionOption, markDecided } from './gate-function-options';

/**
 * Keeps the gates' own reading of manifests (BatchGetImage) from counting as pulls, by which the next run, or a rule on the
 * pull age, would take an image for one in use.
 *
 * In the template only if some gate may read manifests. Other partitions than `aws` do not have the resource type
 * [inferred: AWS announced it for commercial regions].
 */
export class PullExclusion extends Construct {
  /**
   * Whatever refers to it waits for the exclusion; absent without one. A token. Not a `DependsOn`: CDK's validation refuses one
   * on a resource that has a condition.
   */
  public readonly reference: string;

  private isNeeded = false;

  constructor(scope: Construct, id: string, role: iam.IRole) {
    super(scope, id);
    const stack = Stack.of(this);
    const partition = Token.isUnresolved(stack.region) ? undefined : RegionInfo.get(stack.region).partition;
    const isPresent = () => {
      const isWanted = this.isNeeded && (gateFunctionOption(stack, 'excludePulls') ?? true);
      return isWanted && (partition ?? 'aws') === 'aws';
    };
    const exclusion = new OptionalExclusion(this, 'Resource', role.roleArn, isPresent);
    const condition = partition === undefined ? new OptionalCondition(this, 'IsSupported', isPresent) : undefined;
    exclusion.cfnOptions.condition = condition;
    const reference = () => (condition ? Fn.conditionIf(condition.logicalId, exclusion.ref, 'unsupported') : exclusion.ref);
    this.reference = Token.asString(Lazy.uncachedAny({ produce: () => (isPresent() ? reference() : undefined) }));
  }

  /** Some gate may read manifests. */
  public need(): void {
    this.isNeeded = true;
  }
}

/** Decides when the template is written: a gate that needs it, or an option, may come until then. */
class OptionalExclusion extends ecr.CfnPullTimeUpdateExclusion {
  constructor(scope: Construct, id: string, principalArn: string, private readonly isPresent: () => boolean) {
    super(scope, id, { principalArn });
  }

  /** @internal */
  public override _toCloudFormation(): object {
    markDecided(this);
    return super._toCloudFormation();
  }

  protected override shouldSynthesize(): boolean {
    return this.isPresent();
  }
}

class OptionalCondition extends CfnCondition {
  constructor(scope: Construct, id: string, private readonly isPresent: () => boolean) {
    super(scope, id, { expression: Fn.conditionEquals(Aws.PARTITION, 'aws') });
  }

  /** @internal */
  public override _toCloudFormation(): object {
    return this.isPresent() ? super._toCloudFormation() : {};
  }
}

/** Whether something reads manifests, by the statements that allow it. */
export function readsManifests(statements: readonly iam.PolicyStatement[]): boolean {
  return statements.some(({ actions }) => actions.includes('ecr:BatchGetImage'));
}
