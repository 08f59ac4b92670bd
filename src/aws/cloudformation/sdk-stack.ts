import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { Call } from '../call';
import { GateError } from '../errors';
import type { StackPort } from './stack-port';

/** The gate's own stack over the AWS SDK. */
export function sdkStack(client: CloudFormationClient, call: Call): StackPort {
  return {
    isRollingBack: async (stackId) => {
      const { Stacks } = await call((options) => client.send(new DescribeStacksCommand({ StackName: stackId }), options));
      const status = Stacks?.[0]?.StackStatus;
      if (status === undefined) {
        throw new GateError('UnknownStack', `CloudFormation does not say what state the stack ${stackId} is in; try again`);
      }
      return status.includes('ROLLBACK') || status.startsWith('DELETE');
    },

    physicalName: async (stackId, logicalId) => {
      try {
        const { StackResourceDetail } = await call((options) => client.send(
          new DescribeStackResourceCommand({ StackName: stackId, LogicalResourceId: logicalId }), options));
        return StackResourceDetail?.PhysicalResourceId || undefined;
      } catch (error) {
        if (isNoSuchResource(error)) return undefined;
        throw error;
      }
    },
  };
}

/** Not every endpoint that speaks for CloudFormation words it alike. */
function isNoSuchResource(error: unknown): boolean {
  return isValidationError(error, /^Resource .* does not exist (for|in) stack/);
}

/** Whether a call failed because the stack that it names is not deployed. */
export function isNoSuchStack(error: unknown): boolean {
  return isValidationError(error, /^Stack .* does not exist$/);
}

/** CloudFormation has no errors of their own for these. */
function isValidationError(error: unknown, message: RegExp): boolean {
  return error instanceof CloudFormationServiceException && error.name === 'ValidationError' && message.test(error.message);
}
