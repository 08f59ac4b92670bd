import type * as https from 'node:https';
import type { Clients } from '../aws/clients';
import type { Clock } from '../aws/deadline';
import { GateError } from '../aws/errors';
import { fingerprintOf } from '../aws/judgment/fingerprint';
import type { ReportCounts } from '../core/report/report';

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
  /** Writes a log entry that contains a metric. Its line must be the entry and nothing else. */
  readonly writeMetric: (entry: object) => void;
  /** The agent for HTTPS requests. Absent if there is no proxy. */
  readonly proxy?: https.Agent;
  /** The ARN of the bus for events about gates that fail. Absent if there is none. */
  readonly eventBus?: string;
}

export interface HandlerDependencies extends GateDependencies {
  /** Receives the failure of a gate whose enforcement lets the deployment continue. */
  readonly onWarning?: (warning: Error) => void;
}

/** The facts about a failed judgment that are not in the attributes. */
export interface JudgedFacts {
  readonly repositoryName: string;
  readonly counts: ReportCounts;
  /** The address of the stored report. */
  readonly page?: string;
}

/** The failure of a gate. Its data is for the attributes, which the resource has even with enforcement WARN. */
export class UnexpectedExpiry extends GateError {
  constructor(message: string, readonly data: GateData, readonly judged: JudgedFacts) {
    super('UnexpectedExpiry', message);
  }
}
