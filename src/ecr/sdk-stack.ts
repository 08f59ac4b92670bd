import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { Call } from './call';
import { GateError } from './errors';
import type { StackPort } from './stack-port';

/** The gate's own stack over the AWS SDK. */
export function sdkStack(client: CloudFormationClient, call: Call): StackPort {
  return {
    isRollingBack: async (stackId) => {
      const { Stacks } = await call((options) => client.send(new DescribeStacksCommand({ StackName: stackId }), options));
      const status = Stacks?.[0]?.StackStatus;
      if (status === undefined) {
        throw new GateError('StackUnknown', `CloudFormation does not say what state the stack ${stackId} is in; try again`);
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

/** CloudFormation has no error of its own for this, and not every endpoint that speaks for it words it alike. */
function isNoSuchResource(error: unknown): boolean {
  return error instanceof CloudFormationServiceException
    && error.name === 'ValidationError'
    && /^Resource .* does not exist (for|in) stack/.test(error.message);
}
