import { Guard, GuardId, GuardSelection, IN_USE_SOURCES } from '../core/judgement/guards/guard';
import type { Parsed, Problem } from '../core/text/problem';
import { PropertyReader } from '../core/text/property-reader';

/*
 * What a gate tells its Lambda: the properties of the custom resource. Both sides of the deployment share this file.
 *
 * CloudFormation turns every number and boolean into text on the way, so encoding does it at once, and decoding is
 * strict: a property that is missing, unknown or malformed is a problem, never a default.
 */

/** Changes when an older Lambda could misread newer properties. */
const PROTOCOL_VERSION = '1';

export type Enforcement = 'FAIL' | 'WARN';

/** `GATE`: CloudFormation puts the policy on. `ATTACHMENT`: the repository is not of the stack, the Lambda puts it on. */
export type Purpose = 'GATE' | 'ATTACHMENT';

export interface GateProperties {
  readonly purpose: Purpose;
  /**
   * The repository's name where the template gives one, and the logical id under which the stack knows the repository: a
   * generated name is not known at synthesis, and a condition may decide between the two.
   */
  readonly repository: { readonly name: string; readonly logicalId?: string } | { readonly logicalId: string };
  /** Absent: the repository will have no policy, so nothing can expire by one. */
  readonly lifecyclePolicyText?: string;
  readonly guards: readonly Guard[];
  readonly enforcement: Enforcement;
  /** The fingerprint of the one set of images that may go, whatever the guards say. */
  readonly approvedPreview?: string;
  /** Where the whole report goes besides the log. */
  readonly reportBucket?: string;
  readonly timeoutSeconds: number;
  /** How far ahead guards protect. */
  readonly lookAheadSeconds: number;
}

/** As they stand in the template. `unknown` where synth fills in a token. */
export interface WireProperties {
  readonly ProtocolVersion: string;
  readonly Purpose: Purpose;
  readonly RepositoryName?: unknown;
  readonly RepositoryLogicalId?: unknown;
  readonly LifecyclePolicyText?: unknown;
  readonly Guards: unknown;
  readonly Enforcement: Enforcement;
  readonly ApprovedPreview?: string;
  readonly ReportBucket?: string;
  readonly TimeoutSeconds: string;
  readonly LookAheadSeconds: string;
  /** Changing it makes CloudFormation run the gate again; the Lambda does not look at it. */
  readonly Trigger?: string;
  /** Changes with any property of the repository, likewise. */
  readonly RepositoryFingerprint?: unknown;
}

/** A guard as it stands in the template. A priority may be a token, which would not survive being made text. */
export type WireGuard =
  | { readonly Id: 'max-images' | 'max-archived'; readonly Limit: string }
  | { readonly Id: 'max-percent'; readonly Percent: string }
  | { readonly Id: 'max-expiring'; readonly RulePriority: number; readonly Limit: string }
  | { readonly Id: 'protect-tags'; readonly Patterns: readonly string[] }
  | { readonly Id: 'protect-digests'; readonly Digests: readonly string[] }
  | { readonly Id: 'protect-pushed-within' | 'protect-pulled-within'; readonly Seconds: string }
  | { readonly Id: 'protect-newest' | 'keep-at-least'; readonly Count: string; readonly Selection: WireSelection }
  | { readonly Id: 'protect-in-use'; readonly Sources: readonly string[] };

export interface WireSelection {
  readonly TagStatus: string;
  readonly TagPatternList?: readonly string[];
  readonly TagPrefixList?: readonly string[];
}

export const GUARD_IDS: readonly GuardId[] = [
  'max-images', 'max-percent', 'max-archived', 'max-expiring', 'protect-tags', 'protect-digests', 'protect-pushed-within',
  'protect-pulled-within', 'protect-newest', 'protect-in-use', 'keep-at-least',
];

export function encodeGateProperties(properties: Omit<WireProperties, 'ProtocolVersion'>): WireProperties {
  return { ...properties, ProtocolVersion: PROTOCOL_VERSION };
}

export function encodeGuard(guard: Guard): WireGuard {
  switch (guard.id) {
    case 'max-images':
    case 'max-archived': return { Id: guard.id, Limit: String(guard.limit) };
    case 'max-percent': return { Id: guard.id, Percent: String(guard.percent) };
    case 'max-expiring': return { Id: guard.id, RulePriority: guard.rulePriority, Limit: String(guard.limit) };
    case 'protect-tags': return { Id: guard.id, Patterns: guard.patterns };
    case 'protect-digests': return { Id: guard.id, Digests: guard.digests };
    case 'protect-pushed-within':
    case 'protect-pulled-within': return { Id: guard.id, Seconds: String(guard.seconds) };
    case 'protect-newest':
    case 'keep-at-least': return { Id: guard.id, Count: String(guard.count), Selection: encodeSelection(guard.selection) };
    case 'protect-in-use': return { Id: guard.id, Sources: guard.sources };
  }
}

function encodeSelection({ tagStatus, tagPatternList, tagPrefixList }: GuardSelection): WireSelection {
  return { TagStatus: tagStatus, TagPatternList: tagPatternList, TagPrefixList: tagPrefixList };
}

export function decodeGateProperties(raw: unknown): Parsed<GateProperties> {
  const problems: Problem[] = [];
  const wire = new PropertyReader(raw, '', problems);
  wire.allowOnly([
    'ProtocolVersion', 'Purpose', 'RepositoryName', 'RepositoryLogicalId', 'LifecyclePolicyText', 'Guards', 'Enforcement',
    'ApprovedPreview', 'ReportBucket', 'TimeoutSeconds', 'LookAheadSeconds', 'Trigger', 'RepositoryFingerprint',
    'ServiceToken', 'ServiceTimeout', // CloudFormation's own
  ]);
  wire.oneOf('ProtocolVersion', [PROTOCOL_VERSION]);
  const purpose = wire.oneOf('Purpose', ['GATE', 'ATTACHMENT']);
  const name = wire.optionalText('RepositoryName');
  const logicalId = wire.optionalText('RepositoryLogicalId');
  if (name === undefined && logicalId === undefined && problems.length === 0) {
    wire.refuse('RepositoryName', name, 'present, or RepositoryLogicalId must be');
  }
  const lifecyclePolicyText = wire.optionalText('LifecyclePolicyText');
  if (purpose === 'ATTACHMENT' && problems.length === 0) {
    if (name === undefined) wire.refuse('RepositoryName', name, 'the name of the repository that the policy is for');
    if (lifecyclePolicyText === undefined) wire.refuse('LifecyclePolicyText', lifecyclePolicyText, 'the policy to put on the repository');
  }
  const properties: GateProperties = {
    purpose,
    repository: name === undefined ? { logicalId: logicalId ?? '' } : { name, ...(logicalId !== undefined && { logicalId }) },
    lifecyclePolicyText,
    guards: wire.list('Guards').map((guard, i) => decodeGuard(new PropertyReader(guard, `Guards[${i}]`, problems))),
    enforcement: wire.oneOf('Enforcement', ['FAIL', 'WARN']),
    approvedPreview: wire.optionalText('ApprovedPreview'),
    reportBucket: wire.optionalText('ReportBucket'),
    timeoutSeconds: wire.wholeNumber('TimeoutSeconds'),
    lookAheadSeconds: wire.wholeNumber('LookAheadSeconds'),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: properties };
}

function decodeGuard(wire: PropertyReader): Guard {
  const id = wire.oneOf('Id', GUARD_IDS);
  switch (id) {
    case 'max-images':
    case 'max-archived':
      wire.allowOnly(['Id', 'Limit']);
      return { id, limit: wire.wholeNumber('Limit') };
    case 'max-percent':
      wire.allowOnly(['Id', 'Percent']);
      return { id, percent: wire.number('Percent') };
    case 'max-expiring':
      wire.allowOnly(['Id', 'RulePriority', 'Limit']);
      return { id, rulePriority: wire.wholeNumber('RulePriority'), limit: wire.wholeNumber('Limit') };
    case 'protect-tags':
      wire.allowOnly(['Id', 'Patterns']);
      return { id, patterns: wire.texts('Patterns') };
    case 'protect-digests':
      wire.allowOnly(['Id', 'Digests']);
      return { id, digests: wire.texts('Digests') };
    case 'protect-pushed-within':
    case 'protect-pulled-within':
      wire.allowOnly(['Id', 'Seconds']);
      return { id, seconds: wire.wholeNumber('Seconds') };
    case 'protect-newest':
    case 'keep-at-least':
      wire.allowOnly(['Id', 'Count', 'Selection']);
      return { id, count: wire.wholeNumber('Count'), selection: decodeSelection(wire.object('Selection')) };
    case 'protect-in-use':
      wire.allowOnly(['Id', 'Sources']);
      return { id, sources: wire.someOf('Sources', IN_USE_SOURCES) };
  }
}

function decodeSelection(wire: PropertyReader): GuardSelection {
  wire.allowOnly(['TagStatus', 'TagPatternList', 'TagPrefixList']);
  const tagStatus = wire.oneOf('TagStatus', ['any', 'untagged', 'tagged']);
  if (tagStatus !== 'tagged') return { tagStatus };
  return wire.has('TagPrefixList')
    ? { tagStatus, tagPrefixList: wire.texts('TagPrefixList') }
    : { tagStatus, tagPatternList: wire.texts('TagPatternList') };
}
