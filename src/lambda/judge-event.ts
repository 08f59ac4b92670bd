import { GateData, GateDependencies, GateEvent, UnexpectedExpiry } from './event';
import { verdictLine } from '../core/judgement/verdict-line';
import { renderHtml } from '../core/report/html';
import { logEntries } from '../core/report/log-entries';
import { buildReport, GateReport } from '../core/report/report';
import { describeProblems, Parsed } from '../core/text/problem';
import { Call, patientCall } from '../ecr/call';
import { Deadline } from '../ecr/deadline';
import { GateError } from '../ecr/errors';
import { fingerprintOf } from '../ecr/fingerprint';
import { judgeRepository } from '../ecr/judge-repository';
import { putReport } from '../ecr/report-bucket';
import { sdkStack } from '../ecr/sdk-stack';
import { Stopwatch } from '../ecr/stopwatch';
import type { GateProperties } from '../protocol/gate-properties';

/** Kept back from the Lambda's own time, so that an answer is always given before it is cut off. */
const ANSWERING_TIME = 10_000;

/** The verdict does not wait longer for a bucket. */
const STORING_TIME = 30_000;

/** What the attributes say where there is nothing to judge. */
export const NOTHING_GOES: GateData = { ExpiringImageCount: 0, ArchivingImageCount: 0, Fingerprint: fingerprintOf([]) };

/** One event on its way to a judgement. */
interface Run extends GateDependencies {
  readonly event: GateEvent;
  readonly properties: GateProperties;
  readonly deadline: Deadline;
  readonly call: Call;
  readonly watch: Stopwatch;
}

/** What the policy would do, if that is expected; nothing where there is nothing to judge. Throws otherwise. */
export async function judgeEvent(
  event: GateEvent, decoded: Parsed<GateProperties>, dependencies: GateDependencies,
): Promise<GateData> {
  const { clients, clock, log, remainingMilliseconds } = dependencies;
  const watch = new Stopwatch(clock);
  clients.calls.reset();
  const timeout = decoded.ok ? decoded.value.timeoutSeconds * 1000 : Infinity;
  const deadline = Deadline.in(clock, Math.min(timeout, remainingMilliseconds - ANSWERING_TIME));
  const call = patientCall(clock, deadline);
  const stack = sdkStack(clients.cloudFormation, call);

  const passBecause = (because: string): GateData => {
    log({ outcome: 'PASSED', because });
    return NOTHING_GOES;
  };
  if (await deadline.bound(stack.isRollingBack(event.StackId), 'asking whether the stack is rolling back')) {
    return passBecause('the stack is rolling back');
  }
  if (!decoded.ok) throw new GateError('MalformedProperties', describeProblems(decoded.problems));
  watch.lap('stack');

  const { repository, lifecyclePolicyText } = decoded.value;
  if (lifecyclePolicyText === undefined) return passBecause('the repository has no lifecycle policy');
  const repositoryName = 'name' in repository
    ? repository.name
    : await deadline.bound(stack.physicalName(event.StackId, repository.logicalId), `looking for the repository ${repository.logicalId}`);
  watch.lap('repository');
  if (repositoryName === undefined) return passBecause('the repository does not exist yet');

  const run: Run = { ...dependencies, event, properties: decoded.value, deadline, call, watch };
  return await judgePolicy(run, repositoryName, lifecyclePolicyText) ?? passBecause('the repository does not exist yet');
}

/** Undefined when there is no such repository. */
async function judgePolicy(run: Run, repositoryName: string, lifecyclePolicyText: string): Promise<GateData | undefined> {
  const { event, properties, clients, clock, call, deadline, watch, log } = run;
  const { guards, enforcement, approvedPreview } = properties;
  const judged = await judgeRepository({
    repositoryName, home: homeOf(event.StackId), lifecyclePolicyText, guards, clients, clock, deadline, call, watch,
  });
  if (judged === undefined) return undefined;
  const { evidence, judgement, fingerprint } = judged;

  const report = buildReport({
    stackId: event.StackId,
    logicalId: event.LogicalResourceId,
    repositoryName,
    enforcement,
    fingerprint,
    approvedPreview,
    lifecyclePolicyText,
    guards,
    evidence,
    judgement,
    timings: watch.laps,
    calls: clients.calls.snapshot(),
  });
  for (const entry of logEntries(report)) log(entry);
  const stored = await store(report, run);
  const data: GateData = { ExpiringImageCount: judgement.expiring, ArchivingImageCount: judgement.archiving, Fingerprint: fingerprint };
  if (report.verdict === 'PASSED') return data;

  throw new UnexpectedExpiry(verdictLine(judgement, { repositoryName, fingerprint, approvedPreview, report: stored }), data);
}

/** Where the whole report is, as a clause. That it cannot be stored changes no verdict: the log has it in any case. */
async function store(report: GateReport, { properties, clients, clock, deadline: runDeadline, log, logGroupName }: Run): Promise<string> {
  const { reportBucket } = properties;
  if (reportBucket !== undefined) {
    try {
      const deadline = Deadline.in(clock, Math.min(STORING_TIME, runDeadline.remaining));
      const put = putReport(await clients.s3(), patientCall(clock, deadline), reportBucket, '', report, renderHtml(report));
      const { html } = await deadline.bound(put, 'storing the report');
      return `The whole report is at ${html}`;
    } catch (error) {
      log({ outcome: 'REPORT_NOT_STORED', bucket: reportBucket, because: String(error) });
    }
  }
  return `The whole report is in log group ${logGroupName}`;
}

/** The account and region of a stack: `arn:<partition>:cloudformation:<region>:<account>:stack/…`. */
function homeOf(stackId: string): { readonly registryId: string; readonly region: string } {
  const [, , , region = '', registryId = ''] = stackId.split(':');
  return { region, registryId };
}
