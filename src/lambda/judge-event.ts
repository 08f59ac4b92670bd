import { GateData, NOTHING_GOES, UnexpectedExpiry } from './event';
import type { Run } from './run';
import { callWithRetry } from '../aws/call';
import { Deadline } from '../aws/deadline';
import { LivePolicy, repositoryNotFound } from '../aws/ecr/live-policy';
import { judgeRepository } from '../aws/judgement/judge-repository';
import { putReport } from '../aws/s3/report-bucket';
import { verdictLine } from '../core/judgement/verdict-line';
import { samePolicy } from '../core/policy/policy-text';
import { renderHtml } from '../core/report/html';
import { logEntries } from '../core/report/log-entries';
import { buildReport, GateReport, verdictOf } from '../core/report/report';
import type { GateProperties } from '../protocol/gate-properties';

/** The verdict does not wait longer for a bucket. */
const STORING_TIME = 30_000;

/** Nor for the live policy, which only changes the words of the message. */
const ASKING_TIME = 10_000;
const NO_PATIENCE = { permission: 0, connection: 0 };

/** What the policy would do, if that is expected; nothing where there is nothing to judge. Throws otherwise. */
export async function judgeEvent(run: Run, properties: GateProperties): Promise<GateData> {
  const { event, deadline, stack, watch, log } = run;
  const passBecause = (because: string): GateData => {
    log({ outcome: 'PASSED', because });
    return NOTHING_GOES;
  };
  const { purpose, repository, lifecyclePolicyText } = properties;
  if (lifecyclePolicyText === undefined) return passBecause('the repository has no lifecycle policy');
  const repositoryName = 'name' in repository
    ? repository.name
    : await deadline.withTimeout(stack.physicalName(event.StackId, repository.logicalId), `looking for the repository ${repository.logicalId}`);
  watch.lap('repository');
  const data = repositoryName && await judgePolicy(run, properties, repositoryName, lifecyclePolicyText);
  if (data) return data;
  if (purpose === 'ATTACHMENT') throw repositoryNotFound(String(repositoryName));
  return passBecause('the repository does not exist yet');
}

/** Undefined when there is no such repository. */
async function judgePolicy(
  run: Run, properties: GateProperties, repositoryName: string, lifecyclePolicyText: string,
): Promise<GateData | undefined> {
  const { event, clients, watch } = run;
  const { guards, enforcement, approvedPreview, lookAheadSeconds } = properties;
  const judged = await judgeRepository({
    ...run, repositoryName, home: homeOf(event.StackId), lifecyclePolicyText, guards, approvedPreview, lookAheadSeconds,
  });
  if (judged === undefined) return undefined;
  const { evidence, judgement, fingerprint } = judged;

  const told = await tell(run, properties.reportBucket, () => buildReport({
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
  }));
  const data: GateData = { ExpiringImageCount: judgement.expiring, ArchivingImageCount: judgement.archiving, Fingerprint: fingerprint };
  if (verdictOf({ judgement, enforcement }) === 'PASSED') return data;

  const isLive = await isLivePolicy(run, repositoryName, lifecyclePolicyText);
  throw new UnexpectedExpiry(verdictLine(judgement, { repositoryName, fingerprint, approvedPreview, isLive, report: told }), data);
}

/** Whether the policy is in force already, so that stopping the deployment saves no image. Undefined when that cannot be found out. */
async function isLivePolicy({ clients, clock, lastMoment, log }: Run, repositoryName: string, text: string): Promise<boolean | undefined> {
  try {
    const deadline = Deadline.in(clock, Math.min(ASKING_TIME, lastMoment.remaining));
    const live = new LivePolicy(clients.ecr, callWithRetry(clock, deadline, NO_PATIENCE), repositoryName);
    const liveText = await deadline.withTimeout(live.text(), 'reading the live policy');
    return liveText !== undefined && samePolicy(liveText, text);
  } catch (error) {
    log({ outcome: 'LIVE_POLICY_UNKNOWN', because: String(error) });
    return undefined;
  }
}

/** Logs the whole report and stores it. A failure on the way is logged and changes no verdict. Says where the report is, as a clause. */
async function tell(run: Run, reportBucket: string | undefined, build: () => GateReport): Promise<string> {
  const { log, logGroupName } = run;
  try {
    const report = build();
    for (const entry of logEntries(report)) log(entry);
    if (reportBucket !== undefined) return `The whole report is at ${await store(report, run, reportBucket)}`;
  } catch (error) {
    log({ outcome: 'REPORT_NOT_STORED', bucket: reportBucket, because: String(error) });
  }
  return `The whole report is in log group ${logGroupName}`;
}

/** The address of the page. */
async function store(report: GateReport, { clients, clock, deadline: runDeadline }: Run, reportBucket: string): Promise<string> {
  const deadline = Deadline.in(clock, Math.min(STORING_TIME, runDeadline.remaining));
  const put = putReport(await clients.s3(), callWithRetry(clock, deadline), reportBucket, '', report, renderHtml(report));
  return (await deadline.withTimeout(put, 'storing the report')).html;
}

/** The account and region of a stack: `arn:<partition>:cloudformation:<region>:<account>:stack/…`. */
function homeOf(stackId: string): { readonly registryId: string; readonly region: string } {
  const [, , , region = '', registryId = ''] = stackId.split(':');
  return { region, registryId };
}
