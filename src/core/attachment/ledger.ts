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
  readonly text: string;
  readonly requestId: string;
  readonly propertiesId: string;
}

/** What to do to the live policy. */
export type Step =
  | { readonly kind: 'PUT'; readonly text: string }
  | { readonly kind: 'DELETE' }
  | { readonly kind: 'LEAVE'; readonly because: string };

/** What is to be remembered before the attachment's text takes the place of the live one. */
export function remember(ledger: Ledger | undefined, live: string | undefined, { text, requestId, propertiesId }: Attaching): Ledger {
  const isOwn = ledger !== undefined && owns(ledger, live);
  // The same event once more: what is live may be its own work by now.
  if (isOwn && ledger.requestId === requestId) return ledger;
  return {
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
  if (!same(live, ledger.own[0])) return leave('the live policy is not the one that the deployment put');
  return stepTo(ledger.before, live);
}

/** The attachment leaves the repository: what it found comes back, unless somebody else has put a policy there since. */
export function stepOut(ledger: Ledger | undefined, live: string | undefined): Step {
  if (!ledger) return leave('nothing is remembered of this repository');
  if (!owns(ledger, live)) return leave('the live policy is not the attachment\'s: somebody else has changed it since');
  return stepTo(ledger.found, live);
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
