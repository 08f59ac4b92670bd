export type { ApiCall } from './api';
export { ValidationError } from './errors';
export type { Fault } from './faults';
export { UnsupportedStatement } from './iam';
export type { CloudFormationStandInOptions, DeployOptions, StackOutcome, StackView } from './options';
export type { StackEvent, StackResource, StackStatus } from './stack';
export { CloudFormationStandIn } from './stand-in';
