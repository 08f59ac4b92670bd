import type { AsyncInvocations } from '../../lambda/async-invocations';
import type { FunctionHost } from '../../lambda/function-host';
import { ResourceFailure } from '../errors';
import { isObject, stringifyScalars, type Json, type JsonObject } from '../json';
import type { Names } from '../names';
import type { ResponseDesk } from '../response-desk';
import type { ExistingResourceRequest, Provisioned, ResourceHandler, ResourceRequest, UpdateRequest } from './handler';

/** The limit of a response; longer ones fail with "Response object is too long." */
export const MAX_RESPONSE_BYTES = 4096;
const DEFAULT_SERVICE_TIMEOUT_SECONDS = 3600;
const MAX_NAME_LENGTH = 128;

export interface CustomResourceOptions {
  readonly functions: FunctionHost;
  readonly desk: ResponseDesk;
  readonly names: Names;
  readonly invocations: AsyncInvocations;
  readonly responseUrl: (requestId: string, at: Date) => string;
  /** Returns the time that functions see, in milliseconds since 1970. */
  readonly now: () => number;
  /** Receives each event as it is sent. */
  readonly onEvent: (event: CustomResourceEvent) => void;
  /** An upper limit of `ServiceTimeout`. */
  readonly serviceTimeoutLimitMs?: number;
}

/** The event that CloudFormation sends to a function. */
export interface CustomResourceEvent extends Request {
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceProperties: JsonObject;
}

interface Request {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly OldResourceProperties?: JsonObject;
}

/** AWS::CloudFormation::CustomResource and Custom::*. Sends an event to a function, which responds over HTTP. */
export class CustomResourceHandler implements ResourceHandler {
  constructor(private readonly options: CustomResourceOptions) {}

  normalize(properties: JsonObject): JsonObject {
    return stringifyScalars(properties) as JsonObject;
  }

  async create(request: ResourceRequest): Promise<Provisioned> {
    // Without a response, the service generates an id for the Delete that follows.
    const generatedId = this.options.names.physicalName(request.stackName, request.logicalId, MAX_NAME_LENGTH);
    return this.send(request, { RequestType: 'Create' }, generatedId);
  }

  async update(request: UpdateRequest): Promise<Provisioned> {
    const { physicalId, properties, oldProperties } = request;
    if (properties.ServiceToken !== oldProperties.ServiceToken) {
      throw new ResourceFailure('Modifying service token is not allowed.');
    }
    // INVARIANT: the Update of a rollback looks like any other.
    return this.send(request, { RequestType: 'Update', PhysicalResourceId: physicalId, OldResourceProperties: oldProperties }, physicalId);
  }

  async delete(request: ExistingResourceRequest): Promise<void> {
    await this.send(request, { RequestType: 'Delete', PhysicalResourceId: request.physicalId }, request.physicalId);
  }

  private async send(resource: ResourceRequest, request: Request, physicalId: string): Promise<Provisioned> {
    const { functions, invocations, desk, names, responseUrl, now, onEvent } = this.options;
    const serviceToken = resource.properties.ServiceToken;
    if (typeof serviceToken !== 'string' || !functions.find(serviceToken)) {
      throw new ResourceFailure(`ServiceToken ${JSON.stringify(serviceToken)} is not a function of the stand-in`);
    }
    const requestId = names.uuid();
    const senderTimeoutMs = serviceTimeoutMs(resource.properties);
    const answer = desk.expect(requestId, Math.min(senderTimeoutMs, this.options.serviceTimeoutLimitMs ?? Infinity));
    const eventSent = (waitedMs: number): CustomResourceEvent => ({
      ...request,
      ServiceToken: serviceToken,
      // The function derives the age of the event from this date, but the queue has a clock of its own.
      ResponseURL: responseUrl(requestId, new Date(now() - waitedMs)),
      StackId: resource.stackId,
      RequestId: requestId,
      LogicalResourceId: resource.logicalId,
      ResourceType: resource.type,
      ResourceProperties: resource.properties,
    });
    const event = eventSent(0);
    onEvent(event);
    // As in the service, the invocation is asynchronous, and only the response counts.
    void invocations.deliver({ functionArn: serviceToken, payload: (waitedMs) => JSON.stringify(eventSent(waitedMs)), senderTimeoutMs })
      // No response can arrive after this, so there is no need to wait for the timeout.
      .finally(() => desk.cancel(requestId));
    const body = await answer;
    if (body === undefined) throw new ResourceFailure(noAnswer(requestId), physicalId);
    return readResponse(body, event, physicalId);
  }
}

function serviceTimeoutMs({ ServiceTimeout = DEFAULT_SERVICE_TIMEOUT_SECONDS }: JsonObject): number {
  const seconds = Number(ServiceTimeout);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600) {
    throw new ResourceFailure(`ServiceTimeout must be 1 to 3600 seconds, not ${JSON.stringify(ServiceTimeout)}`);
  }
  return seconds * 1000;
}

function noAnswer(requestId: string): string {
  return `CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${requestId}]. `
    + 'If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.';
}

function readResponse(body: string, event: { RequestId: string; StackId: string; LogicalResourceId: string }, physicalId: string): Provisioned {
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) throw new ResourceFailure('Response object is too long.', physicalId);
  const response = parse(body);
  if (!isObject(response)) throw new ResourceFailure('Invalid response object: the body is not a JSON object.', physicalId);
  for (const key of ['RequestId', 'StackId', 'LogicalResourceId'] as const) {
    if (response[key] !== event[key]) {
      throw new ResourceFailure(`Invalid response object: ${key} is ${JSON.stringify(response[key])}, not ${JSON.stringify(event[key])}.`, physicalId);
    }
  }
  const { Status, Reason, PhysicalResourceId, Data } = response;
  const isId = typeof PhysicalResourceId === 'string' && PhysicalResourceId !== '';
  if (Status === 'FAILED') {
    throw new ResourceFailure(
      `Received response status [FAILED] from custom resource. Message returned: ${String(Reason)} (RequestId: ${event.RequestId})`,
      isId ? PhysicalResourceId : physicalId,
    );
  }
  if (Status !== 'SUCCESS') throw new ResourceFailure(`Invalid response object: Status is ${JSON.stringify(Status)}.`, physicalId);
  if (!isId) throw new ResourceFailure('Invalid PhysicalResourceId', physicalId);
  return { physicalId: PhysicalResourceId, attributes: isObject(Data) ? Data : {} };
}

function parse(body: string): Json | undefined {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}
