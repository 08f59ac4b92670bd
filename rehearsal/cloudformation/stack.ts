import type { Json, JsonObject } from './json';
import type { Template } from './template';

export interface StackEvent {
  /** A counter over all stacks of one stand-in, which has no clock. */
  readonly index: number;
  readonly stackName: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
}

export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE' | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_COMPLETE' | 'ROLLBACK_FAILED'
  | 'UPDATE_IN_PROGRESS' | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS' | 'DELETE_COMPLETE' | 'DELETE_FAILED';

/** The current state of a resource. Immutable: operations replace it. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** Undefined until the resource exists. */
  readonly physicalId?: string;
  /** The resolved properties, without intrinsic functions. */
  readonly properties: JsonObject;
  readonly attributes: JsonObject;
  readonly status: string;
  readonly reason?: string;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
}

/** A stack and its events. */
export class Stack {
  public readonly resources = new Map<string, StackResource>();
  public readonly events: StackEvent[] = [];
  public outputs: Readonly<Record<string, Json>> = {};
  /** The deployed template, which a rollback restores. */
  public deployed?: { readonly source: JsonObject; readonly template: Template };
  public statusReason?: string;
  private current: StackStatus = 'REVIEW_IN_PROGRESS';

  constructor(
    public readonly name: string,
    public readonly id: string,
    private readonly emit: (event: Omit<StackEvent, 'index'>) => Promise<StackEvent>,
  ) {}

  get status(): StackStatus {
    return this.current;
  }

  async setStatus(status: StackStatus, reason?: string): Promise<void> {
    this.current = status;
    this.statusReason = reason;
    await this.note({ logicalId: this.name, physicalId: this.id, resourceType: 'AWS::CloudFormation::Stack', status, reason });
  }

  /** Stores the new state of a resource and emits an event. */
  async setResource(resource: StackResource): Promise<void> {
    this.resources.set(resource.logicalId, resource);
    await this.noteResource(resource, resource.status, resource.reason);
  }

  async removeResource(resource: StackResource): Promise<void> {
    this.resources.delete(resource.logicalId);
    await this.noteResource(resource, 'DELETE_COMPLETE');
  }

  /** Emits an event about a resource that is no longer part of the stack, such as a former one in the cleanup. */
  async noteResource(resource: StackResource, status: string, reason?: string): Promise<void> {
    const { logicalId, physicalId, type } = resource;
    await this.note({ logicalId, physicalId, resourceType: type, status, reason });
  }

  private async note(event: Omit<StackEvent, 'index' | 'stackName'>): Promise<void> {
    this.events.push(await this.emit({ stackName: this.name, ...event }));
  }
}
