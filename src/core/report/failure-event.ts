import type { ReportCounts } from './report';

/** The source of the events, for the patterns of EventBridge rules. */
export const EVENT_SOURCE = 'cdk-ecr-lifecycle';

/** `UNKNOWN` means that the policy could not be judged, for example because a call to AWS failed. */
export type FailureOutcome = 'FAILED' | 'WARNED' | 'UNKNOWN';

/** The detail of an event about a gate that failed or warned, as plain JSON. docs/function.md describes the schema. */
export interface FailureDetail {
  /** Changes if a program for older events could misread newer ones. */
  readonly schemaVersion: 1;
  readonly outcome: FailureOutcome;
  /** `FAIL` if the deployment is stopped. With `WARN`, it continues. */
  readonly enforcement: 'FAIL' | 'WARN';
  /** The code of the error, such as `UnexpectedExpiry`. */
  readonly code: string;
  /** The reason that CloudFormation shows, or would show. It begins with the code. */
  readonly message: string;
  readonly account: string;
  readonly region: string;
  readonly stackId: string;
  readonly stackName: string;
  /** The logical id of the gate in the template. */
  readonly logicalId: string;
  /** Absent if the name is not known, for example because the repository could not be looked up. */
  readonly repositoryName?: string;
  /** Absent if the policy could not be judged. */
  readonly counts?: ReportCounts;
  /** The fingerprint of the affected images, for an approval. Absent if the policy could not be judged. */
  readonly fingerprint?: string;
  readonly report: FailureReportLocation;
}

export interface FailureReportLocation {
  /** The log group with the report. */
  readonly logGroup: string;
  /** The address of the stored page. Absent without a report bucket. */
  readonly page?: string;
}

export interface FailureEvent {
  readonly source: typeof EVENT_SOURCE;
  readonly detailType: 'Lifecycle Gate Failed' | 'Lifecycle Gate Warned';
  readonly detail: FailureDetail;
}

export interface FailureInput extends Omit<FailureDetail, 'schemaVersion' | 'outcome' | 'message' | 'account' | 'region' | 'stackName'> {
  /** True if the policy was judged. */
  readonly judged: boolean;
  readonly message: string;
}

/** The maximum number of characters of a message. EventBridge limits the size of an event to 256 KB. */
const MAX_MESSAGE_LENGTH = 4_000;

/** Returns the event about a gate that failed or warned. */
export function failureEvent({ judged, ...input }: FailureInput): FailureEvent {
  const isWarning = input.enforcement === 'WARN';
  // arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>
  const [, , , region = '', account = ''] = input.stackId.split(':');
  const [, stackName = ''] = input.stackId.split('/');
  const known = judged ? { counts: input.counts, fingerprint: input.fingerprint } : {};
  return {
    source: EVENT_SOURCE,
    detailType: isWarning ? 'Lifecycle Gate Warned' : 'Lifecycle Gate Failed',
    detail: {
      schemaVersion: 1,
      outcome: judged ? (isWarning ? 'WARNED' : 'FAILED') : 'UNKNOWN',
      enforcement: input.enforcement,
      code: input.code,
      message: input.message.slice(0, MAX_MESSAGE_LENGTH),
      account,
      region,
      stackId: input.stackId,
      stackName,
      logicalId: input.logicalId,
      ...input.repositoryName !== undefined && { repositoryName: input.repositoryName },
      ...known,
      report: input.report,
    },
  };
}
