import { ResourceFailure, ValidationError } from '../errors';
import type { JsonObject } from '../json';

/** A request to a handler. */
export interface ResourceRequest {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
}

export interface ExistingResourceRequest extends ResourceRequest {
  readonly physicalId: string;
}

export interface UpdateRequest extends ExistingResourceRequest {
  readonly oldProperties: JsonObject;
  readonly attributes: JsonObject;
}

export interface Provisioned {
  /** The value of Ref as well. */
  readonly physicalId: string;
  /** The values of Fn::GetAtt. */
  readonly attributes: JsonObject;
}

/** Creates, updates and deletes resources of one type. Fails with a `ResourceFailure`. */
export interface ResourceHandler {
  /** Normalizes the properties as the service does, before any other use. */
  normalize?(properties: JsonObject): JsonObject;
  /** Returns true if the change requires a new physical resource. */
  replaces?(before: JsonObject, after: JsonObject): boolean;
  create(request: ResourceRequest): Promise<Provisioned>;
  update(request: UpdateRequest): Promise<Provisioned>;
  delete(request: ExistingResourceRequest): Promise<void>;
}

/** The account and region in ARNs. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
}

export function anyDiffers(names: readonly string[], before: JsonObject, after: JsonObject): boolean {
  return names.some((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

/** The failure to create a second resource of a type with the same physical name, in any stack. */
export function alreadyExists(type: string, nameProperty: string, name: string): ResourceFailure {
  return new ResourceFailure(`Resource of type '${type}' with identifier '{"/properties/${nameProperty}":"${name}"}' already exists.`);
}

/** Finds the handler of a resource type. */
export class ResourceTypes {
  private readonly handlers: ReadonlyMap<string, ResourceHandler>;

  constructor(handlers: Iterable<[type: string, handler: ResourceHandler]>, private readonly custom: ResourceHandler) {
    this.handlers = new Map(handlers);
  }

  /** @throws ValidationError if the stand-in does not support the type */
  handlerOf(type: string): ResourceHandler {
    if (type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::')) return this.custom;
    const handler = this.handlers.get(type);
    if (!handler) throw new ValidationError(`resource type ${type} is not supported by the stand-in`);
    return handler;
  }
}
