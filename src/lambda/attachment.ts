import { createHash } from 'node:crypto';
import type { GateEvent } from './event';
import type { EventRun } from './run';
import { callWithRetry } from '../aws/call';
import { sdkStack } from '../aws/cloudformation/sdk-stack';
import type { StackPort } from '../aws/cloudformation/stack-port';
import { Deadline } from '../aws/deadline';
import { LivePolicy } from '../aws/ecr/live-policy';
import { GateError } from '../aws/errors';
import { memoryName, ParameterMemory } from '../aws/ssm/parameter-memory';
import { afterRollback, isOvertaken, remember, Step, rollbackStep, detachStep } from '../core/attachment/ledger';
import { samePolicy } from '../core/policy/policy-text';

/*
 * The policy of a repository that no stack owns: put there after the judgement, taken back with the deployment.
 *
 *   Create, Update    judge -> remember what is live -> put
 *   rolling back      what the failed deployment found comes back, if that deployment had come to put its policy
 *   Delete            what the attachment found comes back, unless somebody else has put a policy there since
 *
 * The ways back never fail: what stands in their way is logged.
 */

/** A rollback or a deletion does not wait longer than this for a policy to come back. */
const RESTORING_TIME = 120_000;

/** Kept back while a policy is put on, to take it back if that fails at the last moment. */
const UNDOING_TIME = 10_000;

const AGAIN = 'this event was delivered again after a later one';

/** An attachment and the repository it is for. */
export interface Attachment {
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
}

/** Puts the policy on the repository. Not a moment too late: a rollback may have begun while the policy was judged. */
export async function attach(run: EventRun, { repositoryName, lifecyclePolicyText }: Attachment): Promise<void> {
  const { event, clock, lastMoment, log } = run;
  const deadline = Deadline.in(clock, lastMoment.remaining - UNDOING_TIME);
  const withTimeout = <T>(work: Promise<T>) => deadline.withTimeout(work, `putting the policy on "${repositoryName}"`);
  const { live, memory, stack } = await tools(run, deadline, repositoryName);
  const isRollingBack = () => withTimeout(stack.isRollingBack(event.StackId));

  const [before, ledger, overtaken] = await Promise.all([withTimeout(live.text()), withTimeout(memory.read()), isRollingBack()]);
  if (overtaken) {
    log({ outcome: 'NOT_ATTACHED', repositoryName, because: 'the stack began to roll back while the policy was judged' });
    return;
  }
  if (isOvertaken(ledger, event.RequestId)) {
    log({ outcome: 'NOT_ATTACHED', repositoryName, because: AGAIN });
    return;
  }
  const remembered = remember(ledger, before, {
    holder: event.LogicalResourceId,
    text: lifecyclePolicyText,
    requestId: event.RequestId,
    propertiesId: propertiesId(event.ResourceProperties),
    formerPropertiesId: propertiesId(event.OldResourceProperties),
  });
  if (remembered === ledger && before !== undefined && samePolicy(before, lifecyclePolicyText)) {
    // Not put again: meanwhile a later event may have put another one.
    log({ outcome: 'ATTACHED', repositoryName, because: 'this event was delivered before' });
    return;
  }
  await withTimeout(memory.write(remembered));
  try {
    await withTimeout(live.take({ kind: 'PUT', text: lifecyclePolicyText }));
    if (await isRollingBack()) throw new GateError('OvertakenByRollback', 'the stack began to roll back while the policy was put on');
  } catch (error) {
    // Whether it is there may not be known; and no Delete follows where the attachment did not come to be.
    if (isNewTo(repositoryName, event)) await detach(run, repositoryName);
    else await goBack(run, repositoryName, event.OldResourceProperties);
    throw error;
  }
  log({ outcome: 'ATTACHED', repositoryName, former: before ?? null });
}

/** Brings back what was there when the attachment had these properties, before what is rolled back. Never fails. */
export async function goBack(run: EventRun, repositoryName: string, properties: unknown): Promise<void> {
  const { LifecyclePolicyText } = (properties ?? {}) as { readonly LifecyclePolicyText?: string };
  const target = { propertiesId: propertiesId(properties), text: LifecyclePolicyText };
  await wayBack(run, repositoryName, async ({ live, memory }) => {
    const [text, ledger] = await Promise.all([live.text(), memory.read()]);
    if (isOvertaken(ledger, run.event.RequestId)) return { kind: 'LEAVE', because: AGAIN };
    const step = rollbackStep(ledger, text, target);
    await live.take(step);
    if (ledger) await memory.write(afterRollback(ledger, step, target, run.event.RequestId));
    return step;
  });
}

/** Brings back what the attachment found, and forgets it. Never fails. */
export async function detach(run: EventRun, repositoryName: string): Promise<void> {
  await wayBack(run, repositoryName, async ({ live, memory }) => {
    const { step, ledger } = detachStep(await memory.read(), await live.text(), run.event.LogicalResourceId);
    await live.take(step);
    if (ledger) await memory.write(ledger);
    else await memory.forget();
    return step;
  });
}

async function wayBack(run: EventRun, repositoryName: string, go: (tools: Tools) => Promise<Step>): Promise<void> {
  const { clock, lastMoment, log } = run;
  const deadline = Deadline.in(clock, Math.min(RESTORING_TIME, lastMoment.remaining));
  try {
    const step = await deadline.withTimeout(tools(run, deadline, repositoryName).then(go), `bringing the former policy of "${repositoryName}" back`);
    log(step.kind === 'LEAVE'
      ? { outcome: 'LEFT_AS_IT_IS', repositoryName, because: step.because }
      : { outcome: 'RESTORED', repositoryName, lifecyclePolicyText: step.kind === 'PUT' ? step.text : null });
  } catch (error) {
    log({ outcome: 'NOT_RESTORED', repositoryName, because: String(error) });
  }
}

interface Tools {
  readonly stack: StackPort;
  readonly live: LivePolicy;
  readonly memory: ParameterMemory;
}

async function tools({ event, clients, clock }: EventRun, deadline: Deadline, repositoryName: string): Promise<Tools> {
  const call = callWithRetry(clock, deadline);
  const name = memoryName(event.StackId, repositoryName);
  const description = `What a lifecycle policy attachment found on repository ${repositoryName}`;
  return {
    stack: sdkStack(clients.cloudFormation, call),
    live: new LivePolicy(clients.ecr, call, repositoryName),
    memory: new ParameterMemory(await clients.ssm(), call, name, description),
  };
}

/** Whether the event makes an attachment to this repository, by an Update from another one, too. */
function isNewTo(repositoryName: string, { RequestType, OldResourceProperties }: GateEvent): boolean {
  const former = OldResourceProperties as { readonly RepositoryName?: unknown } | undefined;
  return RequestType === 'Create' || (former !== undefined && former.RepositoryName !== repositoryName);
}

/** Names what an event asks for. CloudFormation keeps the values of properties, but promises no order. */
function propertiesId(properties: GateEvent['ResourceProperties']): string {
  return createHash('sha256').update(JSON.stringify(properties ?? null, inOrder)).digest('hex');
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
