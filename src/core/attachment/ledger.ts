import { samePolicy } from '../policy/policy-text';

/*
 * The memory of an attachment about a repository that is not in its app, and the steps that follow from it. A policy that
 * another process has set is never removed, and the previous policy is restored.
 *
 * A text of undefined means that the repository has no lifecycle policy.
 */

/** The prefix of the names of all parameters in which attachments store their memory. */
export const MEMORY_PATH = 'cdk-ecr-lifecycle';

export interface Ledger {
  /** The logical ID of the attachment that set its policy last. A stack has one memory per repository. */
  readonly holder: string;
  /** The attachment that this one replaced and the policy that was live then, until that attachment is deleted or restored. */
  readonly former?: { readonly ledger: Ledger; readonly live?: string };
  /** The policy from before the attachment, or the one that another process has set since. Restored when the attachment is deleted. */
  readonly found?: string;
  /** The policy that the last deployment found. Restored when only that deployment is rolled back. */
  readonly before?: string;
  /**
   * The previous properties of each deployment, oldest first, since the attachment last found a policy of another process. A
   * rollback can undo several deployments, because failed ones before it may not have been rolled back.
   */
  readonly path: readonly string[];
  /** The policy texts that this attachment set: the last one, and the one before it if this attachment also set that. */
  readonly own: readonly string[];
  /** The event that wrote this ledger. An event can arrive twice. */
  readonly requestId: string;
  /** Earlier events, oldest first. They are ignored if they arrive again. */
  readonly earlierRequestIds?: readonly string[];
  /** True if the event failed and restored the previous policy. If it is delivered again, it starts from the beginning. */
  readonly isUndone?: boolean;
  /** Identifies the properties of the event. A rollback uses it to decide whether there is anything to restore. */
  readonly propertiesId: string;
}

export interface Attaching {
  readonly holder: string;
  readonly text: string;
  readonly requestId: string;
  readonly propertiesId: string;
  /** Identifies the previous properties of the attachment. */
  readonly formerPropertiesId: string;
}

/** The state of an attachment before the deployments that are rolled back. */
export interface Target {
  readonly propertiesId: string;
  readonly text?: string;
}

/** The number of deployments that a rollback can undo. */
const MAX_PATH_LENGTH = 50;

/** Enough, because Lambda redelivers an event only within hours. */
const MAX_EARLIER_REQUESTS = 10;

/** A change of the live policy. */
export type Step =
  | { readonly kind: 'PUT'; readonly text: string }
  | { readonly kind: 'DELETE' }
  | { readonly kind: 'LEAVE'; readonly because: string };

/** The step of a deleted attachment, and the remaining memory, which belongs to another attachment. */
export interface Detachment {
  readonly step: Step;
  readonly ledger?: Ledger;
}

/**
 * Returns the memory to store before the text of the attachment replaces the live policy.
 *
 * If the logical ID changes, for example because a construct was moved in the tree, the new attachment is created before the
 * old one is deleted, and continues with the memory of the old one.
 */
export function remember(ledger: Ledger | undefined, live: string | undefined, attaching: Attaching): Ledger {
  const { holder, text, requestId, propertiesId, formerPropertiesId } = attaching;
  const isOwn = ledger !== undefined && owns(ledger, live);
  // The same event arrived again: it may have set the live policy itself.
  if (isOwn && ledger.requestId === requestId && !ledger.isUndone) return ledger;
  return {
    holder,
    former: ledger?.holder === holder ? ledger.former : ledger && { ledger: { ...ledger, former: undefined }, live },
    found: isOwn ? ledger.found : live,
    before: live,
    path: isOwn ? [...ledger.path.slice(0, 1), ...ledger.path.slice(1).slice(-MAX_PATH_LENGTH), formerPropertiesId] : [formerPropertiesId],
    own: isOwn ? [text, live!] : [text],
    requestId,
    earlierRequestIds: earlierThan(requestId, ledger),
    propertiesId,
  };
}

/** True if a later event has been handled since this one was, so that it must not be handled again. */
export function isOvertaken(ledger: Ledger | undefined, requestId: string): boolean {
  return ledger?.earlierRequestIds?.includes(requestId) ?? false;
}

function earlierThan(requestId: string, ledger: Ledger | undefined): string[] {
  if (!ledger) return [];
  const { earlierRequestIds = [], requestId: last } = ledger;
  return [...earlierRequestIds, last].filter((id) => id !== requestId).slice(-MAX_EARLIER_REQUESTS);
}

/** Returns the step that rolls deployments back: it restores the policy that the first of them found, if it was replaced. */
export function rollbackStep(ledger: Ledger | undefined, live: string | undefined, target: Target): Step {
  if (!ledger || ledger.propertiesId === target.propertiesId) return leave('the deployment did not set its policy');
  return stepFrom(ledger, live, policyBefore(ledger, target));
}

/** Returns the memory after an event has rolled deployments back. */
export function afterRollback(ledger: Ledger, step: Step, { propertiesId, text }: Target, requestId: string): Ledger {
  const isUndone = (step.kind !== 'LEAVE' && ledger.requestId === requestId) || undefined;
  const updated: Ledger = { ...ledger, requestId, earlierRequestIds: earlierThan(requestId, ledger), isUndone };
  if (step.kind === 'LEAVE') return updated;
  const at = Math.max(0, ledger.path.lastIndexOf(propertiesId));
  const own = at > 0 && text !== undefined ? [text, ...ledger.own.slice(0, 2)] : ledger.own;
  return { ...updated, own, propertiesId, path: ledger.path.slice(0, at) };
}

/** Returns the policy from before the deployments since the target: its own, unless one of them found the policy of another process. */
function policyBefore(ledger: Ledger, target: Target): string | undefined {
  const at = ledger.path.lastIndexOf(target.propertiesId);
  if (at === ledger.path.length - 1) return ledger.before;
  return at > 0 ? target.text : ledger.found;
}

/** Returns the step for a deleted attachment: it restores the policy that it found, unless another process has set one since. */
export function detachStep(ledger: Ledger | undefined, live: string | undefined, holder: string): Detachment {
  if (!ledger) return { step: leave('no memory of this repository was found') };
  const { former, ...rest } = ledger;
  if (ledger.holder !== holder) {
    return { step: leave(`the attachment ${ledger.holder} has replaced it`), ledger: former?.ledger.holder === holder ? rest : ledger };
  }
  // The former attachment still exists, so the deletion of this one is a rollback.
  if (former) return { step: stepFrom(ledger, live, former.live), ledger: former.ledger };
  if (!owns(ledger, live)) return { step: leave('the live policy is not the one of the attachment: another process has changed it since') };
  return { step: stepTo(ledger.found, live) };
}

function stepFrom({ own }: Ledger, live: string | undefined, wanted: string | undefined): Step {
  return same(live, own[0]) ? stepTo(wanted, live) : leave('the live policy is not the one that the deployment set');
}

function stepTo(wanted: string | undefined, live: string | undefined): Step {
  if (same(wanted, live)) return leave('it is already the live policy');
  return wanted === undefined ? { kind: 'DELETE' } : { kind: 'PUT', text: wanted };
}

function leave(because: string): Step {
  return { kind: 'LEAVE', because };
}

function owns({ own }: Ledger, live: string | undefined): boolean {
  return own.some((text) => same(text, live));
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined ? a === b : samePolicy(a, b);
}
