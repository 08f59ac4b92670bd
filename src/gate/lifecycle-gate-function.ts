import { Duration, Stack, Stage } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { setGateFunctionOptions } from './function/gate-function-options';
import type { LifecycleGateFunctionOptions } from './lifecycle-gate-function-options';
import { MisuseError } from '../construct/errors';
import { FAILED_GATES, METRIC_NAMESPACE, STACK_DIMENSION, WARNED_GATES } from '../core/metrics';

/** The time to which CloudWatch adds up the metrics of gates. */
const PERIOD = Duration.minutes(5);

/**
 * Configures and monitors the Lambda function that runs the gates of a stack.
 *
 * The first gate of a stack creates the function. The order of this call and of the gates does not matter. If scopes are nested,
 * the innermost scope that sets an option takes precedence.
 *
 * @example
 * LifecycleGateFunction.of(app).configure({
 *   logRetention: logs.RetentionDays.TWO_YEARS,
 *   tags: { team: 'platform' },
 * });
 * LifecycleGateFunction.of(this).metricFailedGates().createAlarm(this, 'FailedGates', {
 *   threshold: 1,
 *   evaluationPeriods: 1,
 *   treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
 * });
 */
export class LifecycleGateFunction {
  /**
   * Returns the functions of all stacks in a scope.
   *
   * @param scope A stack, a stage or an app.
   */
  public static of(scope: IConstruct): LifecycleGateFunction {
    if (!Stack.isStack(scope) && !Stage.isStage(scope)) {
      throw new MisuseError(
        'InvalidScope', `LifecycleGateFunction takes a stack, a stage or an app, and ${scope.node.path} is none of them; use its stack, which has one function for all gates`);
    }
    return new LifecycleGateFunction(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Sets options for the functions of the scope.
   *
   * A later call changes the options that it sets and keeps the others. Throws `LateConfiguration` if a template of the scope is
   * already written.
   *
   * @param options The options to set.
   */
  public configure(options: LifecycleGateFunctionOptions): void {
    setGateFunctionOptions(this.scope, options);
  }

  /**
   * Returns the number of gates that failed, because a guard objected or because the policy could not be judged.
   *
   * For a stack, the metric counts its own gates. For a stage or an app, it counts all gates of the account and region, including those of
   * other apps. There is no data for a time without a failed gate. If the function crashes, for example because its memory is
   * exhausted, the metric `Errors` of the function counts it instead.
   *
   * @param options The properties of the metric. By default, it is a sum over 5 minutes.
   */
  public metricFailedGates(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(FAILED_GATES, options);
  }

  /**
   * Returns the number of gates that would have failed, but whose enforcement is `WARN`.
   *
   * For a stack, the metric counts its own gates. For a stage or an app, it counts all gates of the account and region, including those of
   * other apps. There is no data for a time without a warning.
   *
   * @param options The properties of the metric. By default, it is a sum over 5 minutes.
   */
  public metricWarnedGates(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(WARNED_GATES, options);
  }

  private metric(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
    const stack = Stack.isStack(this.scope) ? this.scope : undefined;
    const metric = new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      statistic: cloudwatch.Stats.SUM,
      period: PERIOD,
      ...options,
      ...stack && { dimensionsMap: { [STACK_DIMENSION]: stack.stackName } },
    });
    return stack ? metric.attachTo(stack) : metric;
  }
}
