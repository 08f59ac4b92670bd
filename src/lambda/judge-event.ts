import { GateData, NO_IMAGES_AFFECTED, UnexpectedExpiry } from './event';
import type { Run } from './run';
import { callWithRetry } from '../aws/call';
import { Deadline } from '../aws/deadline';
import { LivePolicy, repositoryNotFound } from '../aws/ecr/live-policy';
import { judgeRepository } from '../aws/judgment/judge-repository';
import { putReport } from '../aws/s3/report-bucket';
import { verdictLine } from '../core/judgment/verdict-line';
import { samePolicy } from '../core/policy/policy-text';
import { renderHtml } from '../core/report/html';
import { logEntries } from '../core/report/log-entries';
import { buildReport, GateReport, reportCounts, verdictOf } from '../core/report/report';
import type { GateProperties } from '../protocol/gate-properties';

/** The maximum time in milliseconds for storing the report. After it the verdict is given without a stored report. */
const STORING_TIME = 30_000;

/** The maximum time in milliseconds for reading the live policy, which only changes the wording of the message. */
const LIVE_POLICY_TIME = 10_000;
const NO_PATIENCE = { permission: 0, connection: 0 };

/** Returns the attributes if the gate passes. Throws otherwise. */
export async function judgeEvent(run: Run, properties: GateProperties): Promise<GateData> {
  const { event, deadline, stack, watch, log } = run;
  const pass = (because: string): GateData => {
    log({ outcome: 'PASSED', because });
    return NO_IMAGES_AFFECTED;
  };
  const { purpose, repository, lifecyclePolicyText } = properties;
  if (lifecyclePolicyText === undefined) return pass('the repository has no lifecycle policy');
  const repositoryName = 'name' in repository
    ? repository.name
    : await deadline.withTimeout(stack.physicalName(event.StackId, repository.logicalId), `looking up the repository ${repository.logicalId}`);
  watch.lap('repository');
  const data = repositoryName && await judgePolicy(run, properties, repositoryName, lifecyclePolicyText);
  if (data) return data;
  if (purpose === 'ATTACHMENT') throw repositoryNotFound(String(repositoryName));
  return pass('the repository does not exist yet');
}

/** Returns undefined if the repository does not exist. */
async function judgePolicy(
  run: Run, properties: GateProperties, repositoryName: string, lifecyclePolicyText: string,
): Promise<GateData | undefined> {
  const { event, clients, watch } = run;
  const { guards, enforcement, approvedPreview, lookAheadSeconds } = properties;
  const judged = await judgeRepository({
    ...run, repositoryName, home: homeOf(event.StackId), lifecyclePolicyText, guards, approvedPreview, lookAheadSeconds,
  });
  if (judged === undefined) return undefined;
  const { evidence, judgment, fingerprint } = judged;

  const page = await publishReport(run, properties.reportBucket, () => buildReport({
    stackId: event.StackId,
    logicalId: event.LogicalResourceId,
    repositoryName,
    enforcement,
    fingerprint,
    approvedPreview,
    lifecyclePolicyText,
    guards,
    evidence,
    judgment,
    timings: watch.laps,
    calls: clients.calls.snapshot(),
  }));
  const data: GateData = { ExpiringImageCount: judgment.expiring, ArchivingImageCount: judgment.archiving, Fingerprint: fingerprint };
  if (verdictOf({ judgment, enforcement }) === 'PASSED') return data;

  const isLive = await isLivePolicy(run, repositoryName, lifecyclePolicyText);
  const report = `The whole report is ${page === undefined ? `in log group ${run.logGroupName}` : `at ${page}`}`;
  const message = verdictLine(judgment, { repositoryName, fingerprint, approvedPreview, isLive, report });
  throw new UnexpectedExpiry(message, data, { repositoryName, counts: reportCounts(judgment, evidence), page });
}

/** Returns true if the policy is live already, so that failing the deployment saves no image. Undefined if it cannot be read. */
async function isLivePolicy({ clients, clock, lambdaDeadline, log }: Run, repositoryName: string, text: string): Promise<boolean | undefined> {
  try {
    const deadline = Deadline.in(clock, Math.min(LIVE_POLICY_TIME, lambdaDeadline.remaining));
    const live = new LivePolicy(clients.ecr, callWithRetry(clock, deadline, NO_PATIENCE), repositoryName);
    const liveText = await deadline.withTimeout(live.text(), 'reading the live policy');
    return liveText !== undefined && samePolicy(liveText, text);
  } catch (error) {
    log({ outcome: 'LIVE_POLICY_UNKNOWN', because: String(error) });
    return undefined;
  }
}

/** Logs and stores the report. Returns the address of the stored page. A failure is logged and does not change the verdict. */
async function publishReport(run: Run, reportBucket: string | undefined, build: () => GateReport): Promise<string | undefined> {
  const { log } = run;
  try {
    const report = build();
    for (const entry of logEntries(report)) log(entry);
    if (reportBucket !== undefined) return await store(report, run, reportBucket);
  } catch (error) {
    log({ outcome: 'REPORT_NOT_STORED', bucket: reportBucket, because: String(error) });
  }
  return undefined;
}

/** Returns the location of the stored page. */
async function store(report: GateReport, { clients, clock, deadline: runDeadline }: Run, reportBucket: string): Promise<string> {
  const deadline = Deadline.in(clock, Math.min(STORING_TIME, runDeadline.remaining));
  const put = putReport(await clients.s3(), callWithRetry(clock, deadline), reportBucket, '', report, renderHtml(report));
  return (await deadline.withTimeout(put, 'storing the report')).html;
}

/** Returns the account and region of a stack: `arn:<partition>:cloudformation:<region>:<account>:stack/…`. */
function homeOf(stackId: string): { readonly registryId: string; readonly region: string } {
  const [, , , region = '', registryId = ''] = stackId.split(':');
  return { region, registryId };
}
