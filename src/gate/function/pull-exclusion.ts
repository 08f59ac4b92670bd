import { Aws, CfnCondition, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { gateFunctionOption, markRendered } from './gate-function-options';

/**
 * Excludes the manifests that gates read (BatchGetImage) from the recorded pulls. Otherwise the next run, or a rule on the pull
 * age, would treat the images as in use.
 *
 * The template contains it only if any gate may read manifests. Partitions other than `aws` do not have the resource type
 * [inferred: AWS announced it for commercial regions].
 */
export class PullExclusion extends Construct {
  /**
   * A reference that makes a resource depend on the exclusion. A token that resolves to nothing without an exclusion. Not a
   * `DependsOn`, because CDK's validation rejects a dependency on a resource that has a condition.
   */
  public readonly reference: string;

  private isEnabled = false;

  constructor(scope: Construct, id: string, roleArn: string) {
    super(scope, id);
    const stack = Stack.of(this);
    const partition = Token.isUnresolved(stack.region) ? undefined : RegionInfo.get(stack.region).partition;
    const isPresent = () => {
      const isRequested = this.isEnabled && (gateFunctionOption(stack, 'excludePulls') ?? true);
      return isRequested && (partition ?? 'aws') === 'aws';
    };
    const exclusion = new OptionalExclusion(this, 'Resource', roleArn, isPresent);
    const condition = partition === undefined ? new OptionalCondition(this, 'IsSupported', isPresent) : undefined;
    exclusion.cfnOptions.condition = condition;
    const reference = () => (condition ? Fn.conditionIf(condition.logicalId, exclusion.ref, 'unsupported') : exclusion.ref);
    this.reference = Token.asString(Lazy.uncachedAny({ produce: () => (isPresent() ? reference() : undefined) }));
  }

  /** Adds the exclusion to the template: a gate may read manifests. */
  public enable(): void {
    this.isEnabled = true;
  }
}

/** Decides its presence when the template is written, because gates and options can be added until then. */
class OptionalExclusion extends ecr.CfnPullTimeUpdateExclusion {
  constructor(scope: Construct, id: string, principalArn: string, private readonly isPresent: () => boolean) {
    super(scope, id, { principalArn });
  }

  /** @internal */
  public override _toCloudFormation(): object {
    markRendered(this);
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

/** Returns true if the statements allow reading manifests. */
export function readsManifests(statements: readonly iam.PolicyStatement[]): boolean {
  return statements.some(({ actions }) => actions.includes('ecr:BatchGetImage'));
}
