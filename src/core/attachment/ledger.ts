import { samePolicy } from '../policy/policy-text';

/*
 * What an attachment remembers of a repository that is not its app's own, and what follows from it: a policy that somebody
 * else has put there is never removed, and what was there before comes back.
 *
 * A text of undefined is a repository without a lifecycle policy.
 */

/** What the names of all parameters begin with in which attachments remember. */
export const MEMORY_PATH = 'cdk-ecr-lifecycle';

export interface Ledger {
  /** The attachment that put its policy last, by its logical id. One repository has one memory in a stack. */
  readonly holder: string;
  /** The attachment in whose place this one stepped, as long as that one is there and may get back what was live then. */
  readonly former?: { readonly ledger: Ledger; readonly live?: string };
  /** What was there before the attachment came, or what somebody else has put there since: comes back when it leaves. */
  readonly found?: string;
  /** What the last deployment found: comes back when that deployment alone is rolled back. */
  readonly before?: string;
  /**
   * The properties that each deployment came from, since somebody else's policy was found, oldest first. A rollback may undo
   * several: those that failed before it and were left as they were.
   */
  readonly path: readonly string[];
  /** The texts that are the attachment's own: the one it put last, then the one that this replaced, if that was its own. */
  readonly own: readonly string[];
  /** Which event wrote this. An event may arrive twice. */
  readonly requestId: string;
  /** Events before that one, oldest first. One of them that arrives again has nothing to say any more. */
  readonly earlierRequestIds?: readonly string[];
  /** The event took its own policy back, because it failed: delivered again, it starts anew. */
  readonly isUndone?: boolean;
  /** Names the properties of that event, by which a rollback knows whether there is anything to take back. */
  readonly propertiesId: string;
}

export interface Attaching {
  readonly holder: string;
  readonly text: string;
  readonly requestId: string;
  readonly propertiesId: string;
  /** Names the properties that the attachment had until now. */
  readonly formerPropertiesId: string;
}

/** What an attachment was before the deployments that are rolled back. */
export interface Target {
  readonly propertiesId: string;
  readonly text?: string;
}

/** As many deployments back as anybody may go. */
const MAX_PATH_LENGTH = 50;

/** Lambda delivers an event again within hours at most. */
const MAX_EARLIER_REQUESTS = 10;

/** What to do to the live policy. */
export type Step =
  | { readonly kind: 'PUT'; readonly text: string }
  | { readonly kind: 'DELETE' }
  | { readonly kind: 'LEAVE'; readonly because: string };

/** What an attachment does when it leaves, and what there is to remember after that: nothing, or for another one. */
export interface Leaving {
  readonly step: Step;
  readonly ledger?: Ledger;
}

/**
 * What is to be remembered before the attachment's text takes the place of the live one.
 *
 * With another logical id, such as after a construct was moved in the tree, an attachment is made before the one is deleted
 * that it replaces: it goes on with what that one remembered.
 */
export function remember(ledger: Ledger | undefined, live: string | undefined, attaching: Attaching): Ledger {
  const { holder, text, requestId, propertiesId, formerPropertiesId } = attaching;
  const isOwn = ledger !== undefined && owns(ledger, live);
  // The same event once more: what is live may be its own work by now.
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

/** Deployments are rolled back: what the first of them found comes back, if one had come to replace it. */
export function stepBack(ledger: Ledger | undefined, live: string | undefined, target: Target): Step {
  if (!ledger || ledger.propertiesId === target.propertiesId) return leave('the deployment had not come to put its policy');
  return stepFrom(ledger, live, before(ledger, target));
}

/** The memory after this event has rolled deployments back. */
export function afterStepBack(ledger: Ledger, step: Step, { propertiesId, text }: Target, requestId: string): Ledger {
  const isUndone = (step.kind !== 'LEAVE' && ledger.requestId === requestId) || undefined;
  const heard: Ledger = { ...ledger, requestId, earlierRequestIds: earlierThan(requestId, ledger), isUndone };
  if (step.kind === 'LEAVE') return heard;
  const at = Math.max(0, ledger.path.lastIndexOf(propertiesId));
  const own = at > 0 && text !== undefined ? [text, ...ledger.own.slice(0, 2)] : ledger.own;
  return { ...heard, own, propertiesId, path: ledger.path.slice(0, at) };
}

/** What there was before the deployments since the target: its own policy, unless one of them found somebody else's. */
function before(ledger: Ledger, target: Target): string | undefined {
  const at = ledger.path.lastIndexOf(target.propertiesId);
  if (at === ledger.path.length - 1) return ledger.before;
  return at > 0 ? target.text : ledger.found;
}

/** An attachment leaves the repository: what it found comes back, unless somebody else has put a policy there since. */
export function stepOut(ledger: Ledger | undefined, live: string | undefined, holder: string): Leaving {
  if (!ledger) return { step: leave('nothing is remembered of this repository') };
  const { former, ...rest } = ledger;
  if (ledger.holder !== holder) {
    return { step: leave(`the attachment ${ledger.holder} has taken its place`), ledger: former?.ledger.holder === holder ? rest : ledger };
  }
  // The one before is there still, so that this one is rolled back.
  if (former) return { step: stepFrom(ledger, live, former.live), ledger: former.ledger };
  if (!owns(ledger, live)) return { step: leave('the live policy is not the attachment\'s: somebody else has changed it since') };
  return { step: stepTo(ledger.found, live) };
}

function stepFrom({ own }: Ledger, live: string | undefined, wanted: string | undefined): Step {
  return same(live, own[0]) ? stepTo(wanted, live) : leave('the live policy is not the one that the deployment put');
}

function stepTo(wanted: string | undefined, live: string | undefined): Step {
  if (same(wanted, live)) return leave('it is the live policy already');
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
