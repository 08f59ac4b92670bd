import type { Clients } from '../aws/clients';
import type { Clock } from '../aws/deadline';
import { GateError } from '../aws/errors';
import { fingerprintOf } from '../aws/judgment/fingerprint';

/** The part of CloudFormation's event that the gate uses. */
export interface GateEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: unknown;
  /** The current properties of the resource, on an Update. During a rollback these are the properties that failed. */
  readonly OldResourceProperties?: unknown;
}

export interface GateResponse {
  readonly PhysicalResourceId: string;
  readonly Data: GateData;
}

/** The attributes of the resource. They contain no lists, because the whole answer is limited to 4,096 bytes. */
export interface GateData {
  readonly ExpiringImageCount: number;
  readonly ArchivingImageCount: number;
  readonly Fingerprint: string;
}

/** The attributes if there is nothing to judge. */
export const NO_IMAGES_AFFECTED: GateData = { ExpiringImageCount: 0, ArchivingImageCount: 0, Fingerprint: fingerprintOf([]) };

/** Reserved from the Lambda function's time, so that the answer can be sent, and sent again, before the function times out. */
export const ANSWERING_TIME = 30_000;

export interface GateDependencies {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly remainingMilliseconds: number;
  readonly logGroupName: string;
  readonly log: (entry: object) => void;
}

/** The failure of a gate. Its data is for the attributes, which the resource has even with enforcement WARN. */
export class UnexpectedExpiry extends GateError {
  constructor(message: string, readonly data: GateData) {
    super('UnexpectedExpiry', message);
  }
}
