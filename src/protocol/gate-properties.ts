import { decodeGuard, Guard } from '../core/judgement/guards/guard';
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

export function encodeGateProperties(properties: Omit<WireProperties, 'ProtocolVersion'>): WireProperties {
  return { ...properties, ProtocolVersion: PROTOCOL_VERSION };
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
