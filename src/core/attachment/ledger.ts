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
  /** What another attachment remembered, in whose place this one stepped, as long as that one is there and may get it back. */
  readonly former?: Ledger;
  /** What was there before the attachment came, or what somebody else has put there since: comes back when it leaves. */
  readonly found?: string;
  /** What the last deployment found: comes back when that deployment is rolled back. */
  readonly before?: string;
  /** The texts that are the attachment's own: the one it put last, then the one that this replaced, if that was its own. */
  readonly own: readonly string[];
  /** Which event wrote this. An event may arrive twice. */
  readonly requestId: string;
  /** Names the properties of that event, by which a rollback knows what is rolled back. */
  readonly propertiesId: string;
}

export interface Attaching {
  readonly holder: string;
  readonly text: string;
  readonly requestId: string;
  readonly propertiesId: string;
}

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
export function remember(ledger: Ledger | undefined, live: string | undefined, { holder, text, requestId, propertiesId }: Attaching): Ledger {
  const isOwn = ledger !== undefined && owns(ledger, live);
  // The same event once more: what is live may be its own work by now.
  if (isOwn && ledger.requestId === requestId) return ledger;
  return {
    holder,
    former: ledger?.holder === holder ? ledger.former : ledger && { ...ledger, former: undefined },
    found: isOwn ? ledger.found : live,
    before: live,
    own: isOwn ? [text, live!] : [text],
    requestId,
    propertiesId,
  };
}

/** A deployment is rolled back: the former policy comes back, if that deployment had come to replace it. */
export function stepBack(ledger: Ledger | undefined, live: string | undefined, failedPropertiesId: string): Step {
  if (ledger?.propertiesId !== failedPropertiesId) return leave('the deployment had not come to put its policy');
  return stepFrom(ledger, live);
}

/** An attachment leaves the repository: what it found comes back, unless somebody else has put a policy there since. */
export function stepOut(ledger: Ledger | undefined, live: string | undefined, holder: string): Leaving {
  if (!ledger) return { step: leave('nothing is remembered of this repository') };
  const { former, ...rest } = ledger;
  if (ledger.holder !== holder) {
    return { step: leave(`the attachment ${ledger.holder} has taken its place`), ledger: former?.holder === holder ? rest : ledger };
  }
  // The one before is there still, so that this one is rolled back.
  if (former) return { step: stepFrom(ledger, live), ledger: former };
  if (!owns(ledger, live)) return { step: leave('the live policy is not the attachment\'s: somebody else has changed it since') };
  return { step: stepTo(ledger.found, live) };
}

function stepFrom({ own, before }: Ledger, live: string | undefined): Step {
  return same(live, own[0]) ? stepTo(before, live) : leave('the live policy is not the one that the deployment put');
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
