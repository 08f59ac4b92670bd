import { createHash } from 'node:crypto';
import type { GateEvent } from './event';
import type { EventRun } from './run';
import { callWithRetry } from '../aws/call';
import { sdkStack, StackPort } from '../aws/cloudformation/sdk-stack';
import { Deadline } from '../aws/deadline';
import { LivePolicy } from '../aws/ecr/live-policy';
import { GateError } from '../aws/errors';
import { memoryName, ParameterMemory } from '../aws/ssm/parameter-memory';
import { afterRollback, isOvertaken, remember, Step, rollbackStep, detachStep } from '../core/attachment/ledger';
import { samePolicy } from '../core/policy/policy-text';

/*
 * The policy of a repository that this app does not own: applied after the judgment, and restored with the deployment.
 *
 *   Create, Update    -> judge, remember the live policy, apply the new one
 *   rolling back      -> restore the policy that the failed deployment found, if that deployment has applied its own
 *   Delete            -> restore the policy that the attachment found, unless another process has changed the live policy since
 *
 * Restoring a policy never fails the event. Problems are logged.
 */

/** The maximum time in milliseconds for restoring a policy during a rollback or a deletion. */
const RESTORING_TIME = 120_000;

/** Reserved while a policy is applied, in milliseconds, to restore the former one if that fails at the end. */
const UNDOING_TIME = 10_000;

const OVERTAKEN = 'this event was delivered again after a later one';

/** A lifecycle policy and the repository that it is attached to. */
export interface Attachment {
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
}

/** Applies the policy to the repository, unless a rollback has begun while the policy was judged. */
export async function attach(run: EventRun, { repositoryName, lifecyclePolicyText }: Attachment): Promise<void> {
  const { event, clock, lambdaDeadline, log } = run;
  const deadline = Deadline.in(clock, lambdaDeadline.remaining - UNDOING_TIME);
  const withTimeout = <T>(work: Promise<T>) => deadline.withTimeout(work, `applying the policy to "${repositoryName}"`);
  const { live, memory, stack } = await makeTools(run, deadline, repositoryName);
  const isRollingBack = () => withTimeout(stack.isRollingBack(event.StackId));

  const [before, ledger, overtaken] = await Promise.all([withTimeout(live.text()), withTimeout(memory.read()), isRollingBack()]);
  if (overtaken) {
    log({ outcome: 'NOT_ATTACHED', repositoryName, because: 'the stack began to roll back while the policy was judged' });
    return;
  }
  if (isOvertaken(ledger, event.RequestId)) {
    log({ outcome: 'NOT_ATTACHED', repositoryName, because: OVERTAKEN });
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
    // The policy is not applied again, because a later event may have applied another one since.
    log({ outcome: 'ATTACHED', repositoryName, because: 'this event was delivered before' });
    return;
  }
  await withTimeout(memory.write(remembered));
  try {
    await withTimeout(live.apply({ kind: 'PUT', text: lifecyclePolicyText }));
    if (await isRollingBack()) throw new GateError('OvertakenByRollback', 'the stack began to roll back while the policy was applied; deploy again after the rollback');
  } catch (error) {
    // The policy may have been applied. CloudFormation does not send a Delete for an attachment that was not created.
    if (isNewTo(repositoryName, event)) await detach(run, repositoryName);
    else await rollBack(run, repositoryName, event.OldResourceProperties);
    throw error;
  }
  log({ outcome: 'ATTACHED', repositoryName, former: before ?? null });
}

/** Restores the policy that was live when the attachment had these properties. Never throws. */
export async function rollBack(run: EventRun, repositoryName: string, properties: unknown): Promise<void> {
  const { LifecyclePolicyText } = (properties ?? {}) as { readonly LifecyclePolicyText?: string };
  const target = { propertiesId: propertiesId(properties), text: LifecyclePolicyText };
  await restore(run, repositoryName, async ({ live, memory }) => {
    const [text, ledger] = await Promise.all([live.text(), memory.read()]);
    if (isOvertaken(ledger, run.event.RequestId)) return { kind: 'LEAVE', because: OVERTAKEN };
    const step = rollbackStep(ledger, text, target);
    await live.apply(step);
    if (ledger) await memory.write(afterRollback(ledger, step, target, run.event.RequestId));
    return step;
  });
}

/** Restores the policy that the attachment found, and deletes the memory of it. Never throws. */
export async function detach(run: EventRun, repositoryName: string): Promise<void> {
  await restore(run, repositoryName, async ({ live, memory }) => {
    const { step, ledger } = detachStep(await memory.read(), await live.text(), run.event.LogicalResourceId);
    await live.apply(step);
    if (ledger) await memory.write(ledger);
    else await memory.delete();
    return step;
  });
}

/** Takes the step that `restoring` returns, within its own deadline. */
async function restore(run: EventRun, repositoryName: string, restoring: (tools: Tools) => Promise<Step>): Promise<void> {
  const { clock, lambdaDeadline, log } = run;
  const deadline = Deadline.in(clock, Math.min(RESTORING_TIME, lambdaDeadline.remaining));
  try {
    const step = await deadline.withTimeout(makeTools(run, deadline, repositoryName).then(restoring), `restoring the former policy of "${repositoryName}"`);
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

async function makeTools({ event, clients, clock }: EventRun, deadline: Deadline, repositoryName: string): Promise<Tools> {
  const call = callWithRetry(clock, deadline);
  const name = memoryName(event.StackId, repositoryName);
  const description = `Lifecycle policy that an attachment found on repository ${repositoryName}`;
  return {
    stack: sdkStack(clients.cloudFormation, call),
    live: new LivePolicy(clients.ecr, call, repositoryName),
    memory: new ParameterMemory(await clients.ssm(), call, name, description),
  };
}

/** True if the event creates an attachment to this repository, or moves it here from another repository. */
function isNewTo(repositoryName: string, { RequestType, OldResourceProperties }: GateEvent): boolean {
  const former = OldResourceProperties as { readonly RepositoryName?: unknown } | undefined;
  return RequestType === 'Create' || (former !== undefined && former.RepositoryName !== repositoryName);
}

/** Returns an id of the properties. CloudFormation keeps their values, but does not guarantee their order. */
function propertiesId(properties: GateEvent['ResourceProperties']): string {
  return createHash('sha256').update(JSON.stringify(properties ?? null, inOrder)).digest('hex');
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
