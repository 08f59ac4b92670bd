import type { Evidence, Violation } from './evidence';
import type { GuardKind, Needs } from './guard-kind';
import { keepAtLeast } from './keep-at-least';
import { maxArchived } from './max-archived';
import { maxExpiring } from './max-expiring';
import { maxImages } from './max-images';
import { maxPercent } from './max-percent';
import { protectDigests } from './protect-digests';
import { protectInUse } from './protect-in-use';
import { protectNewest } from './protect-newest';
import { protectPulledWithin } from './protect-pulled-within';
import { protectPushedWithin } from './protect-pushed-within';
import { protectTags } from './protect-tags';
import type { PropertyReader } from '../../text/property-reader';

/** Every kind of guard. A new guard is a file of its own and a line in this list. */
const KINDS = [
  maxImages, maxPercent, maxArchived, maxExpiring, protectTags, protectDigests, protectPushedWithin, protectPulledWithin, protectNewest, protectInUse,
  keepAtLeast,
] as const;

/** A guard as data. It travels from synthesis to the Lambda function, and a plan reads it. */
export type Guard = typeof KINDS[number] extends infer K ? (K extends GuardKind<infer G> ? G : never) : never;

export const GUARD_IDS: readonly Guard['id'][] = KINDS.map(({ id }) => id);

const BY_ID = new Map<string, GuardKind<Guard>>(KINDS.map((kind) => [kind.id, kind as unknown as GuardKind<Guard>]));

function kindOf({ id }: Pick<Guard, 'id'>): GuardKind<Guard> {
  return BY_ID.get(id)!;
}

export function violationOf(guard: Guard, evidence: Evidence): Violation | undefined {
  return kindOf(guard).judge(guard, evidence);
}

/** Returns the facts that these guards need. */
export function needsOf(guards: readonly Guard[]): Needs {
  const needs = guards.map((guard): Partial<Needs> => ({ inventory: isProtection(guard), ...kindOf(guard).needs?.(guard) }));
  return {
    inventory: needs.some(({ inventory }) => inventory),
    relations: needs.some(({ relations }) => relations),
    counted: needs.flatMap(({ counted = [] }) => counted),
    digests: needs.flatMap(({ digests = [] }) => digests),
    uses: [...new Set(needs.flatMap(({ uses = [] }) => uses))],
  };
}

/** True for guards that hold for single images, and so for the look-ahead as well. */
export function isProtection(guard: Guard): boolean {
  return kindOf(guard).protects;
}

/** Returns true if one of the guards limits how many images expire, or are archived, in all. */
export function limitsTotal(guards: readonly Guard[], total: 'EXPIRING' | 'ARCHIVING'): boolean {
  return guards.some((guard) => kindOf(guard).limits === total);
}

export function formatGuard(guard: Guard): string {
  return kindOf(guard).describe(guard);
}

/** A guard as a property of the custom resource. */
export interface WireGuard {
  readonly Id: string;
  readonly [property: string]: unknown;
}

export function encodeGuard(guard: Guard): WireGuard {
  return { Id: guard.id, ...kindOf(guard).encode(guard) };
}

export function decodeGuard(properties: PropertyReader): Guard {
  const id = properties.oneOf('Id', GUARD_IDS);
  const kind = kindOf({ id });
  properties.allowOnly(['Id', ...kind.properties]);
  return { id, ...kind.decode(properties) } as Guard;
}
