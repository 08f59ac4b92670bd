import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { Call } from '../call';
import { GateError } from '../errors';

/** The gate's own stack. */
export interface StackPort {
  /** Returns true if the stack is rolling back or being deleted. */
  isRollingBack(stackId: string): Promise<boolean>;
  /** Returns the physical name of a resource, or undefined if the stack does not have it. */
  physicalName(stackId: string, logicalId: string): Promise<string | undefined>;
}

/** Reads the stack with the AWS SDK. */
export function sdkStack(client: CloudFormationClient, call: Call): StackPort {
  return {
    isRollingBack: async (stackId) => {
      const { Stacks } = await call((options) => client.send(new DescribeStacksCommand({ StackName: stackId }), options));
      const status = Stacks?.[0]?.StackStatus;
      if (status === undefined) {
        throw new GateError('UnknownStack', `CloudFormation did not return the status of the stack ${stackId}; try again`);
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

/** The wording differs between CloudFormation and its emulators. */
function isNoSuchResource(error: unknown): boolean {
  return isValidationError(error, /^Resource .* does not exist (for|in) stack/);
}

/** True if a call failed because its stack is not deployed. */
export function isNoSuchStack(error: unknown): boolean {
  return isValidationError(error, /^Stack .* does not exist$/);
}

/** CloudFormation reports these cases only in the message of a ValidationError. */
function isValidationError(error: unknown, message: RegExp): boolean {
  return error instanceof CloudFormationServiceException && error.name === 'ValidationError' && message.test(error.message);
}
