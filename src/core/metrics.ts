/** The names of the metrics, which the Lambda function writes and constructs refer to. */
export const METRIC_NAMESPACE = 'CdkEcrLifecycle';
export const FAILED_GATES = 'FailedGates';
export const WARNED_GATES = 'WarnedGates';
export const STACK_DIMENSION = 'StackName';
