import type { Clients } from '../ecr/clients';
import type { Clock } from '../ecr/deadline';
import { GateError } from '../ecr/errors';

/** What the provider framework hands on. */
export interface GateEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: unknown;
}

export interface GateResponse {
  readonly PhysicalResourceId: string;
  readonly Data: GateData;
}

/** Counts and a name, never lists: the whole answer may have 4,096 bytes. */
export interface GateData {
  readonly ExpiringImageCount: number;
  readonly ArchivingImageCount: number;
  readonly Fingerprint: string;
}

export interface GateDependencies {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly remainingMilliseconds: number;
  readonly logGroupName: string;
  readonly log: (entry: object) => void;
}

/** What a gate objects to: the line for people, and what the attributes say all the same under WARN. */
export class UnexpectedExpiry extends GateError {
  constructor(message: string, readonly data: GateData) {
    super('UnexpectedExpiry', message);
  }
}
