import { ApiError, type ApiRequest, type ApiResponse, type CallGuard } from './api';
import type { Stack, StackResource } from './stack';
import { toXml, type XmlValue } from './xml';

const NAMESPACE = ' xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';
/** Times are part of the answer; these stand still. */
const SOME_TIME = '2026-01-01T00:00:00.000Z';

export interface StackLookup {
  /** By name (stacks that are not deleted) or by id (all of them). */
  find(nameOrId: string): Stack | undefined;
  /** All that are not deleted. */
  list(): Stack[];
  /** What a permission has to name when no such stack exists. */
  arnOf(nameOrId: string): string;
}

/** CloudFormation's query protocol: form-encoded in, XML out. */
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
      const { code, status, message } = asApiError(error);
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
        throw new ApiError('InvalidAction', 400, `Could not find operation ${operation} for version 2010-05-15 (of those that the stand-in serves)`);
    }
  }

  private describeResource(stackName: string, logicalId: string): XmlValue {
    const stack = this.existing(stackName);
    const resource = stack.resources.get(logicalId);
    if (!resource) throw new ApiError('ValidationError', 400, `Resource ${logicalId} does not exist for stack ${stack.name}`);
    return describeResource(stack, resource);
  }

  private existing(nameOrId: string): Stack {
    const stack = this.stacks.find(nameOrId);
    if (!stack) throw new ApiError('ValidationError', 400, `Stack with id ${nameOrId} does not exist`);
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

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('InternalFailure', 500, (error as Error).message);
}
