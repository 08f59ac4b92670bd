import { ValidationError } from '../errors';
import type { ResourceHandler } from './handler';

/** Which handler works on which type. */
export class ResourceTypes {
  private readonly handlers: ReadonlyMap<string, ResourceHandler>;

  constructor(handlers: Iterable<[type: string, handler: ResourceHandler]>, private readonly custom: ResourceHandler) {
    this.handlers = new Map(handlers);
  }

  /** @throws ValidationError when the stand-in does not know the type */
  handlerOf(type: string): ResourceHandler {
    if (type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::')) return this.custom;
    const handler = this.handlers.get(type);
    if (!handler) throw new ValidationError(`resource type ${type} is not supported by the stand-in`);
    return handler;
  }
}
