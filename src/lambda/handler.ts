import { createHash } from 'node:crypto';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { ECRClient } from '@aws-sdk/client-ecr';
import { reportEntries } from './report';
import { AffectedImage, FINGERPRINT_LENGTH, fingerprintText } from '../core/judgement/affected-image';
import { judge } from '../core/judgement/judgement';
import { verdictLine } from '../core/judgement/verdict-line';
import { oneLine } from '../core/text/one-line';
import { describeProblems, Parsed } from '../core/text/problem';
import { patientCall } from '../ecr/call';
import { Clock, Deadline } from '../ecr/deadline';
import { GateError } from '../ecr/errors';
import { runPreview } from '../ecr/run-preview';
import { sdkPreview } from '../ecr/sdk-preview';
import { sdkStack } from '../ecr/sdk-stack';
import { decodeGateProperties, GateProperties } from '../protocol/gate-properties';

/*
 * The life of one event (the order is the promise):
 *
 *   Delete                    -> succeed, no calls
 *   stack is rolling back     -> succeed: a rollback is never blocked, not even by malformed properties
 *   malformed properties      -> fail, naming them
 *   no policy, no repository  -> succeed: nothing can expire
 *   preview, judge, report    -> fail on anything unexpected, and on anything that could not be found out
 *
 * With enforcement WARN the last failures are logged and the deployment goes on. The framework may call twice for one
 * event: nothing here changes anything but the repository's preview slot.
 */

export interface GateEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: unknown;
}

export interface GateResponse {
  readonly PhysicalResourceId: string;
  /** Counts and a name, never lists: the whole answer may have 4,096 bytes. */
  readonly Data: {
    readonly ExpiringImageCount: number;
    readonly ArchivingImageCount: number;
    readonly Fingerprint: string;
  };
}

export interface GateDependencies {
  readonly ecr: ECRClient;
  readonly cloudFormation: CloudFormationClient;
  readonly clock: Clock;
  readonly remainingMilliseconds: number;
  readonly logGroupName: string;
  readonly log: (entry: object) => void;
}

/** Kept back from the Lambda's own time, so that an answer is always given before it is cut off. */
const ANSWERING_TIME = 10_000;

export async function handleGateEvent(event: GateEvent, dependencies: GateDependencies): Promise<GateResponse> {
  if (event.RequestType === 'Delete') return pass(event, []);

  const decoded = decodeGateProperties(event.ResourceProperties);
  try {
    return pass(event, await judgeEvent(event, decoded, dependencies));
  } catch (error) {
    const reason = asOneLine(error);
    if (!decoded.ok || decoded.value.enforcement === 'FAIL') throw reason;
    dependencies.log({ outcome: 'WARNED', because: reason.message });
    return pass(event, error instanceof UnexpectedExpiry ? error.affected : []);
  }
}

/** What the policy would do, if that is expected; nothing where there is nothing to judge. Throws otherwise. */
async function judgeEvent(
  event: GateEvent, decoded: Parsed<GateProperties>, dependencies: GateDependencies,
): Promise<readonly AffectedImage[]> {
  const { clock, log, remainingMilliseconds } = dependencies;
  const timeout = decoded.ok ? decoded.value.timeoutSeconds * 1000 : Infinity;
  const deadline = Deadline.in(clock, Math.min(timeout, remainingMilliseconds - ANSWERING_TIME));
  const call = patientCall(clock, deadline);
  const stack = sdkStack(dependencies.cloudFormation, call);

  if (await deadline.bound(stack.isRollingBack(event.StackId), 'asking whether the stack is rolling back')) {
    log({ outcome: 'PASSED', because: 'the stack is rolling back' });
    return [];
  }
  if (!decoded.ok) throw new GateError('MalformedProperties', describeProblems(decoded.problems));

  const { repository, lifecyclePolicyText } = decoded.value;
  if (lifecyclePolicyText === undefined) {
    log({ outcome: 'PASSED', because: 'the repository has no lifecycle policy' });
    return [];
  }
  const repositoryName = 'name' in repository
    ? repository.name
    : await deadline.bound(stack.physicalName(event.StackId, repository.logicalId), `looking for the repository ${repository.logicalId}`);
  const affected = repositoryName === undefined
    ? undefined
    : await runPreview({ port: sdkPreview(dependencies.ecr, call), clock, deadline, repositoryName, lifecyclePolicyText });
  if (repositoryName === undefined || affected === undefined) {
    log({ outcome: 'PASSED', because: 'the repository does not exist yet' });
    return [];
  }
  return judgePreview(repositoryName, affected, decoded.value, dependencies);
}

function judgePreview(
  repositoryName: string, affected: readonly AffectedImage[], properties: GateProperties, { log, logGroupName }: GateDependencies,
): readonly AffectedImage[] {
  const judgement = judge(properties.guards, { affected });
  const fingerprint = fingerprintOf(affected);
  const approved = fingerprint === properties.approvedPreview;
  const passed = approved || judgement.violations.length === 0;
  const { lifecyclePolicyText } = properties;
  for (const entry of reportEntries({ repositoryName, fingerprint, approved, passed, judgement, affected, lifecyclePolicyText })) log(entry);
  if (passed) return affected;

  const report = `The whole report is in log group ${logGroupName}`;
  throw new UnexpectedExpiry(verdictLine(judgement, { repositoryName, fingerprint, report }), affected);
}

class UnexpectedExpiry extends GateError {
  constructor(message: string, readonly affected: readonly AffectedImage[]) {
    super('UnexpectedExpiry', message);
  }
}

function pass(event: GateEvent, affected: readonly AffectedImage[]): GateResponse {
  const expiring = affected.filter(({ action }) => action === 'EXPIRE').length;
  return {
    // Stable for ever: a change would make CloudFormation delete the former one.
    PhysicalResourceId: event.PhysicalResourceId ?? `lifecycle-preview-gate-${event.LogicalResourceId}`,
    Data: {
      ExpiringImageCount: expiring,
      ArchivingImageCount: affected.length - expiring,
      Fingerprint: fingerprintOf(affected),
    },
  };
}

function fingerprintOf(affected: readonly AffectedImage[]): string {
  return createHash('sha256').update(fingerprintText(affected)).digest('hex').slice(0, FINGERPRINT_LENGTH);
}

/** The framework sends the trace along: one line, said once. */
function asOneLine(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const text = known instanceof GateError ? known.message : `CouldNotJudge: ${known.name}: ${known.message}`;
  const reason = new Error(oneLine(text), { cause: error });
  reason.stack = reason.message;
  return reason;
}
