import type { Clients } from '../aws/clients';
import type { Clock } from '../aws/deadline';
import { GateError } from '../aws/errors';
import { fingerprintOf } from '../aws/judgement/fingerprint';

/** The part of CloudFormation's event that decides. */
export interface GateEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: unknown;
  /** Of an Update: what the resource has now. On a rollback that is what failed. */
  readonly OldResourceProperties?: unknown;
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

/** What the attributes say where there is nothing to judge. */
export const NOTHING_GOES: GateData = { ExpiringImageCount: 0, ArchivingImageCount: 0, Fingerprint: fingerprintOf([]) };

/** Kept back from the Lambda's own time, so that the answer can be sent, and sent again, before the function is cut off. */
export const ANSWERING_TIME = 30_000;

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
