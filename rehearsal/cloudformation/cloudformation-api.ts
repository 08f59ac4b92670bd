import type { ApiRequest, ApiResponse, CallGuard } from './api';
import type { Stack, StackResource } from './stack';
import { ServiceError } from '../http/errors';
import { toXml, type XmlValue } from '../http/xml';

const NAMESPACE = ' xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';
/** The API requires times; the stand-in has no clock. */
const SOME_TIME = '2026-01-01T00:00:00.000Z';

export interface StackLookup {
  /** Finds a stack by name, unless it is deleted, or by id. */
  find(nameOrId: string): Stack | undefined;
  /** Returns all stacks that are not deleted. */
  list(): Stack[];
  /** Returns the ARN that a permission must match, even if the stack does not exist. */
  arnOf(nameOrId: string): string;
}

/** Serves CloudFormation's query protocol: form-encoded requests, XML answers. */
export class CloudFormationApi {
  constructor(private readonly stacks: StackLookup, private readonly guard: CallGuard, private readonly nextRequestId: () => string) {}

  async handle(request: ApiRequest): Promise<ApiResponse> {
    const parameters = Object.fromEntries(new URLSearchParams(request.body));
    const { Action: operation = '', Version: _, ...input } = parameters;
    const requestId = this.nextRequestId();
    try {
      const call = { service: 'cloudformation', operation, accessKeyId: request.accessKeyId, parameters: input } as const;
      const resource = input.StackName === undefined ? '*' : this.stacks.arnOf(input.StackName);
      const result = await this.guard.serve(call, `cloudformation:${operation}`, resource, async () => this.answer(operation, input));
      return xml(200, `${operation}Response`, { [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } });
    } catch (error) {
      const { code, status, message } = asServiceError(error);
      const type = status >= 500 ? 'Receiver' : 'Sender';
      return xml(status, 'ErrorResponse', { Error: { Type: type, Code: code, Message: message }, RequestId: requestId });
    }
  }

  private answer(operation: string, input: Readonly<Record<string, string>>): XmlValue {
    switch (operation) {
      case 'DescribeStacks':
        return { Stacks: (input.StackName === undefined ? this.stacks.list() : [this.existing(input.StackName)]).map(describeStack) };
      case 'DescribeStackResource':
        return { StackResourceDetail: this.describeResource(input.StackName, input.LogicalResourceId) };
      default:
        throw new ServiceError('InvalidAction', `Could not find operation ${operation} for version 2010-05-15 (the stand-in does not support it)`);
    }
  }

  private describeResource(stackName: string, logicalId: string): XmlValue {
    const stack = this.existing(stackName);
    const resource = stack.resources.get(logicalId);
    if (!resource) throw new ServiceError('ValidationError', `Resource ${logicalId} does not exist for stack ${stack.name}`);
    return describeResource(stack, resource);
  }

  private existing(nameOrId: string): Stack {
    const stack = this.stacks.find(nameOrId);
    if (!stack) throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return stack;
  }
}

function describeStack(stack: Stack): XmlValue {
  return {
    StackId: stack.id,
    StackName: stack.name,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    CreationTime: SOME_TIME,
    DisableRollback: false,
    Outputs: Object.entries(stack.outputs).map(([name, value]) => ({ OutputKey: name, OutputValue: String(value) })),
  };
}

function describeResource(stack: Stack, resource: StackResource): XmlValue {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    LastUpdatedTimestamp: SOME_TIME,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
  };
}

function xml(status: number, name: string, content: XmlValue): ApiResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body: toXml(name, content, NAMESPACE) };
}

function asServiceError(error: unknown): ServiceError {
  return error instanceof ServiceError ? error : new ServiceError('InternalFailure', (error as Error).message, 500);
}
