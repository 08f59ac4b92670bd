import { dependencyOrder, withDependencies, type DependencyGraph } from './dependency-order';
import { ResourceFailure } from './errors';
import { resolve } from './intrinsics';
import { deepEqual, isObject, type Json, type JsonObject } from './json';
import { StepFailure, valuesOf, type ResourceSteps } from './resource-steps';
import type { Stack, StackResource, StackStatus } from './stack';
import type { ResourceDefinition, Template } from './template';

/** The change that an update has made to a resource. */
type Change =
  | { readonly kind: 'created' }
  | { readonly kind: 'updated' | 'replaced'; readonly before: StackResource };

/** Moves a stack from one template to the next, or back. Runs one operation at a time. */
export class StackOperation {
  constructor(private readonly stack: Stack, private readonly steps: ResourceSteps) {}

  async create(source: JsonObject, template: Template): Promise<void> {
    const { stack, steps } = this;
    const order = orderOf(template.resources);
    await stack.setStatus('CREATE_IN_PROGRESS', 'User Initiated');
    const failed = await firstFailure(async () => {
      for (const logicalId of order) await steps.create(template.resources.get(logicalId)!, template);
      stack.outputs = this.outputsOf(template);
    });
    if (failed === undefined) {
      stack.deployed = { source, template };
      await stack.setStatus('CREATE_COMPLETE');
      return;
    }
    // After a failed first creation there is no former state to restore, so all resources are deleted.
    await stack.setStatus('ROLLBACK_IN_PROGRESS', `The following resource(s) failed to create: [${failed}]. Rollback requested by user.`);
    const allDeleted = await this.deleteResources((resource) => (resource.deletionPolicy === 'Retain' ? 'keep' : 'delete'));
    await stack.setStatus(allDeleted ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
  }

  async update(source: JsonObject, template: Template): Promise<void> {
    const { stack } = this;
    const before = new Map(stack.resources);
    const changes = new Map<string, Change>();
    await stack.setStatus('UPDATE_IN_PROGRESS', 'User Initiated');
    let outputs = stack.outputs;
    const failed = await firstFailure(async () => {
      for (const logicalId of orderOf(template.resources)) {
        await this.applyTo(template.resources.get(logicalId)!, template, changes);
      }
      outputs = this.outputsOf(template);
    });
    if (failed !== undefined) {
      await this.rollBack(failed, before, changes, orderOf(template.resources));
      return;
    }
    stack.outputs = outputs;
    stack.deployed = { source, template };
    await stack.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.cleanUp(before);
    await stack.setStatus('UPDATE_COMPLETE');
  }

  async delete(): Promise<void> {
    await this.stack.setStatus('DELETE_IN_PROGRESS', 'User Initiated');
    const allDeleted = await this.deleteResources((resource) => keepUnlessDelete(resource.deletionPolicy));
    await this.stack.setStatus(allDeleted ? 'DELETE_COMPLETE' : 'DELETE_FAILED');
  }

  private async applyTo(definition: ResourceDefinition, template: Template, changes: Map<string, Change>): Promise<void> {
    const { stack, steps } = this;
    const { logicalId } = definition;
    const current = stack.resources.get(logicalId);
    if (!current) {
      changes.set(logicalId, { kind: 'created' });
      await steps.create(definition, template);
      return;
    }
    const properties = await steps.resolveProperties(current, definition, template);
    if (current.type === definition.type && deepEqual(current.properties, properties)) {
      const { dependsOn, deletionPolicy, updateReplacePolicy } = definition;
      stack.resources.set(logicalId, { ...current, dependsOn, deletionPolicy, updateReplacePolicy });
    } else if (steps.needsReplacement(current, definition, properties)) {
      changes.set(logicalId, { kind: 'replaced', before: current });
      await steps.replace(current, definition, properties);
    } else {
      changes.set(logicalId, { kind: 'updated', before: current });
      await steps.update(current, definition, properties);
    }
  }

  /** Deletes removed and replaced resources in reverse order. A failed deletion does not fail the update. */
  private async cleanUp(before: ReadonlyMap<string, StackResource>): Promise<void> {
    const { stack, steps } = this;
    for (const logicalId of orderOf(before).reverse()) {
      const former = before.get(logicalId)!;
      const current = stack.resources.get(logicalId);
      const isDeclared = stack.deployed!.template.resources.has(logicalId);
      if (!isDeclared) await this.deleteOrForget(former, keepUnlessDelete(former.deletionPolicy));
      else if (current && current.physicalId !== former.physicalId) await steps.delete(former, keepUnlessDelete(current.updateReplacePolicy));
    }
  }

  /** Removes a resource from the stack even if it cannot be deleted. */
  private async deleteOrForget(resource: StackResource, policy: 'delete' | 'keep'): Promise<void> {
    if (!await this.steps.delete(resource, policy)) this.stack.resources.delete(resource.logicalId);
  }

  private async rollBack(
    failed: string, before: ReadonlyMap<string, StackResource>, changes: ReadonlyMap<string, Change>, order: readonly string[],
  ): Promise<void> {
    const { stack } = this;
    await stack.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', `The following resource(s) failed to update: [${failed}].`);
    const obsolete: StackResource[] = [];
    const failedRollback = await firstFailure(async () => {
      for (const logicalId of orderOf(before)) {
        const replaced = await this.restore(before.get(logicalId)!, changes.get(logicalId));
        if (replaced) obsolete.push(replaced);
      }
    });
    if (failedRollback !== undefined) {
      await stack.setStatus('UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${failedRollback}].`);
      return;
    }
    await stack.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    for (const [logicalId, change] of changes) {
      if (change.kind === 'created') obsolete.push(stack.resources.get(logicalId)!);
    }
    obsolete.sort((a, b) => order.indexOf(b.logicalId) - order.indexOf(a.logicalId));
    for (const resource of obsolete) {
      const policy = resource.deletionPolicy === 'Retain' ? 'keep' : 'delete';
      if (before.has(resource.logicalId)) await this.steps.delete(resource, policy);
      else await this.deleteOrForget(resource, policy);
    }
    await stack.setStatus('UPDATE_ROLLBACK_COMPLETE');
  }

  /** Restores one resource. Returns the resource that the failed update created in its place, if any. */
  private async restore(before: StackResource, change: Change | undefined): Promise<StackResource | undefined> {
    const { stack, steps } = this;
    const { logicalId } = before;
    if (!change) {
      stack.resources.set(logicalId, before);
      return undefined;
    }
    const current = stack.resources.get(logicalId)!;
    if (change.kind === 'replaced') {
      await stack.setResource({ ...before, status: 'UPDATE_COMPLETE', reason: undefined });
      return current.physicalId !== undefined && current.physicalId !== before.physicalId ? current : undefined;
    }
    // INVARIANT: a resource whose update failed is updated as well, because its state is unknown.
    await steps.update(current, before, before.properties);
    return stack.resources.get(logicalId)!.physicalId === current.physicalId ? undefined : current;
  }

  /** Deletes resources in reverse order. Keeps those that an undeletable resource depends on. */
  private async deleteResources(policyFor: (resource: StackResource) => 'delete' | 'keep'): Promise<boolean> {
    const { stack, steps } = this;
    const graph = graphOf(stack.resources);
    const undeletable: string[] = [];
    for (const logicalId of dependencyOrder(graph).reverse()) {
      if (withDependencies(graph, undeletable).has(logicalId)) continue;
      const resource = stack.resources.get(logicalId)!;
      if (!await steps.delete(resource, policyFor(resource))) undeletable.push(logicalId);
    }
    return undeletable.length === 0;
  }

  private outputsOf(template: Template): Record<string, Json> {
    try {
      const outputs = resolve(template.outputs, template.environment, valuesOf(this.stack));
      return isObject(outputs) ? outputs : {};
    } catch (error) {
      if (error instanceof ResourceFailure) throw new StepFailure(`Outputs: ${error.message}`);
      throw error;
    }
  }
}

export function canUpdate(status: StackStatus): boolean {
  return ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'].includes(status);
}

type WithDependencies = ReadonlyMap<string, { readonly dependsOn: readonly string[] }>;

export function orderOf(resources: WithDependencies): string[] {
  return dependencyOrder(graphOf(resources));
}

function graphOf(resources: WithDependencies): DependencyGraph {
  return new Map([...resources].map(([logicalId, { dependsOn }]) => [logicalId, dependsOn]));
}

function keepUnlessDelete(policy: string): 'delete' | 'keep' {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate' ? 'keep' : 'delete';
}

/** Returns the logical id of the resource that failed, if any. */
async function firstFailure(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof StepFailure) return error.logicalId;
    throw error;
  }
}
