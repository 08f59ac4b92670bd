import type { FailureDetail } from './failure-event';
import { FAILED_GATES, METRIC_NAMESPACE, STACK_DIMENSION, WARNED_GATES } from '../metrics';

/**
 * Returns a log entry from which CloudWatch Logs extracts a metric, without a permission of the function.
 *
 * The metric exists per stack, and for all stacks of the account and region together.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function failureMetric({ enforcement, stackName, outcome, code, logicalId, repositoryName }: FailureDetail, now: number): object {
  const name = enforcement === 'WARN' ? WARNED_GATES : FAILED_GATES;
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [[STACK_DIMENSION], []], Metrics: [{ Name: name, Unit: 'Count' }] }],
    },
    [STACK_DIMENSION]: stackName,
    [name]: 1,
    // Not dimensions, because each combination of dimensions is a metric of its own.
    outcome,
    code,
    logicalId,
    repositoryName,
  };
}
