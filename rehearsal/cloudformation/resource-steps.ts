import { ResourceFailure, ValidationError } from './errors';
import type { FailureList } from './failure-list';
import { resolve, type ResourceValues } from './intrinsics';
import type { JsonObject } from './json';
import type { Provisioned, ResourceTypes } from './resources/handler';
import type { Stack, StackResource } from './stack';
import type { ResourceDefinition, Template } from './template';

/** The failure of a step. The event with the reason has already been emitted. */
export class StepFailure extends Error {
  constructor(public readonly logicalId: string) {
    super(`${logicalId} failed`);
    this.name = 'StepFailure';
  }
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: ResourceFailure };

/** Creates, updates, replaces and deletes single resources of a stack, and emits the events of each step. */
export class ResourceSteps {
  constructor(private readonly stack: Stack, private readonly types: ResourceTypes, private readonly failures: FailureList) {}

  /** @throws StepFailure */
  async create(definition: ResourceDefinition, template: Template): Promise<void> {
    const planned = { ...declaredIn(definition), properties: {}, attributes: {} };
    await this.stack.setResource({ ...planned, status: 'CREATE_IN_PROGRESS' });
    const properties = await attempt(async () => this.propertiesOf(definition, template));
    const created = properties.ok ? await this.provision(definition, properties.value) : properties;
    await this.conclude({ ...planned, properties: properties.ok ? properties.value : {} }, 'CREATE', created);
  }

  /**
   * Resolves the new properties of an existing resource.
   *
   * @throws StepFailure
   */
  async resolveProperties(current: StackResource, definition: ResourceDefinition, template: Template): Promise<JsonObject> {
    const properties = await attempt(async () => this.propertiesOf(definition, template));
    if (!properties.ok) await this.conclude(current, 'UPDATE', properties);
    return properties.ok ? properties.value : {};
  }

  needsReplacement(current: StackResource, definition: ResourceDefinition, properties: JsonObject): boolean {
    return current.type !== definition.type
      || (this.types.handlerOf(definition.type).replaces?.(current.properties, properties) ?? false);
  }

  /**
   * Creates a new physical resource. The cleanup deletes the former one.
   *
   * @throws StepFailure
   */
  async replace(current: StackResource, definition: ResourceDefinition, properties: JsonObject): Promise<void> {
    const reason = 'Requested update requires the creation of a new physical resource; hence creating one.';
    await this.stack.setResource({ ...current, status: 'UPDATE_IN_PROGRESS', reason });
    const created = await this.provision(definition, properties);
    await this.conclude({ ...declaredIn(definition), properties, attributes: {} }, 'UPDATE', created);
  }

  /**
   * Updates a resource. A rollback passes the former properties as the new ones.
   *
   * @throws StepFailure
   */
  async update(current: StackResource, target: Omit<ResourceDefinition, 'properties'>, properties: JsonObject): Promise<void> {
    const { logicalId, type } = current;
    await this.stack.setResource({ ...current, status: 'UPDATE_IN_PROGRESS', reason: undefined });
    const updated = await attempt(() => {
      this.failures.failIfRequested(this.stack.name, logicalId);
      return this.types.handlerOf(type).update({
        ...this.identity(current),
        properties,
        physicalId: physicalIdOf(current),
        oldProperties: current.properties,
        attributes: current.attributes,
      });
    });
    // A failed update leaves the resource under its former id.
    const planned = { ...declaredIn(target), properties, attributes: current.attributes, physicalId: current.physicalId };
    await this.conclude(planned, 'UPDATE', updated.ok ? updated : { ok: false, failure: new ResourceFailure(updated.failure.message, current.physicalId) });
  }

  /** Returns true if the resource is deleted or retained. Does not throw: callers treat a failed deletion differently. */
  async delete(resource: StackResource, policy: 'delete' | 'keep'): Promise<boolean> {
    const isCurrent = this.stack.resources.get(resource.logicalId)?.physicalId === resource.physicalId;
    if (policy === 'keep') {
      if (isCurrent) this.stack.resources.delete(resource.logicalId);
      await this.stack.noteResource(resource, 'DELETE_SKIPPED');
      return true;
    }
    const deleting = { ...resource, status: 'DELETE_IN_PROGRESS', reason: undefined };
    if (isCurrent) await this.stack.setResource(deleting);
    else await this.stack.noteResource(resource, 'DELETE_IN_PROGRESS');
    const { physicalId } = resource;
    const deleted = await attempt(async () => {
      // Without an id, no physical resource was created.
      if (physicalId === undefined) return;
      await this.types.handlerOf(resource.type).delete({ ...this.identity(resource), properties: resource.properties, physicalId });
    });
    const reason = deleted.ok ? undefined : deleted.failure.message;
    if (isCurrent && deleted.ok) await this.stack.removeResource(resource);
    else if (isCurrent) await this.stack.setResource({ ...deleting, status: 'DELETE_FAILED', reason });
    else await this.stack.noteResource(resource, deleted.ok ? 'DELETE_COMPLETE' : 'DELETE_FAILED', reason);
    return deleted.ok;
  }

  private propertiesOf(definition: ResourceDefinition, template: Template): JsonObject {
    const properties = resolve(definition.properties, template.environment, valuesOf(this.stack)) as JsonObject;
    return this.types.handlerOf(definition.type).normalize?.(properties) ?? properties;
  }

  private provision(definition: ResourceDefinition, properties: JsonObject): Promise<Attempt<Provisioned>> {
    return attempt(() => {
      this.failures.failIfRequested(this.stack.name, definition.logicalId);
      return this.types.handlerOf(definition.type).create({ ...this.identity(definition), properties });
    });
  }

  private async conclude(planned: Omit<StackResource, 'status'>, verb: 'CREATE' | 'UPDATE', result: Attempt<Provisioned>): Promise<void> {
    if (result.ok) {
      await this.stack.setResource({ ...planned, ...result.value, status: `${verb}_COMPLETE`, reason: undefined });
      return;
    }
    const { message, physicalId } = result.failure;
    await this.stack.setResource({ ...planned, physicalId: physicalId ?? planned.physicalId, status: `${verb}_FAILED`, reason: message });
    throw new StepFailure(planned.logicalId);
  }

  private identity({ logicalId, type }: { logicalId: string; type: string }): {
    stackName: string; stackId: string; logicalId: string; type: string;
  } {
    return { stackName: this.stack.name, stackId: this.stack.id, logicalId, type };
  }
}

/** Returns the values of Ref and Fn::GetAtt for the current resources of the stack. */
export function valuesOf(stack: Stack): ResourceValues {
  const existing = (logicalId: string): StackResource => {
    const resource = stack.resources.get(logicalId);
    if (!resource) throw new ValidationError(`Unresolved resource dependency ${logicalId}`);
    return resource;
  };
  return {
    ref: (logicalId) => physicalIdOf(existing(logicalId)),
    attribute: (logicalId, name) => {
      const { type, attributes, physicalId } = existing(logicalId);
      if (name in attributes) return attributes[name];
      const isCustom = type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');
      throw new ResourceFailure(isCustom
        ? `CustomResource attribute error: Vendor response doesn't contain ${name} key in object ${physicalId}`
        : `Requested attribute ${name} does not exist in schema for ${type}`);
    },
  };
}

function declaredIn(
  { logicalId, type, dependsOn, deletionPolicy, updateReplacePolicy }: Omit<ResourceDefinition, 'properties'>,
): Omit<ResourceDefinition, 'properties'> {
  return { logicalId, type, dependsOn, deletionPolicy, updateReplacePolicy };
}

function physicalIdOf(resource: StackResource): string {
  if (resource.physicalId === undefined) throw new ResourceFailure(`${resource.logicalId} has no physical id`);
  return resource.physicalId;
}

/** Returns failures as values. Any other error is a bug of the stand-in and is rethrown. */
async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof ResourceFailure) return { ok: false, failure: error };
    if (error instanceof ValidationError) return { ok: false, failure: new ResourceFailure(error.message) };
    throw error;
  }
}
