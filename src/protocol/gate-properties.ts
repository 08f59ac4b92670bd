import { decodeGuard, Guard } from '../core/judgment/guards/guard';
import { Parsed, Problems } from '../core/text/problem';
import { PropertyReader } from '../core/text/property-reader';

/*
 * The properties of the custom resource, which a gate sends to its Lambda. Both sides of the deployment share this file.
 *
 * CloudFormation converts every number and boolean to text, so encoding already does that. Decoding is strict: a property that is
 * missing, unknown or malformed is a problem. There are no defaults.
 */

/** Changes if an older Lambda could misread newer properties. */
const PROTOCOL_VERSION = '1';

export type Enforcement = 'FAIL' | 'WARN';

/** `GATE`: CloudFormation sets the policy. `ATTACHMENT`: the repository is not in the stack, and the Lambda sets the policy. */
export type Purpose = 'GATE' | 'ATTACHMENT';

export interface GateProperties {
  readonly purpose: Purpose;
  /**
   * The name of the repository if the template sets it, and the logical ID of the repository in the stack. A generated name is
   * unknown at synthesis, and a condition can decide between the two.
   */
  readonly repository: { readonly name: string; readonly logicalId?: string } | { readonly logicalId: string };
  /** The text of the policy. Absent if the repository will have no policy, so that no image can expire. */
  readonly lifecyclePolicyText?: string;
  readonly guards: readonly Guard[];
  readonly enforcement: Enforcement;
  /** The fingerprints of sets of images that may be affected even if guards object, separated by commas or white space. */
  readonly approvedPreview?: string;
  /** The bucket for the whole report, in addition to the log. */
  readonly reportBucket?: string;
  readonly timeoutSeconds: number;
  /** The period for which guards protect images in advance. */
  readonly lookAheadSeconds: number;
}

/** The properties in the template. Values of type `unknown` can be tokens at synthesis. */
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
  /** A change makes CloudFormation run the gate again. The Lambda does not read it. */
  readonly Trigger?: string;
  /** Changes with any property of the repository, so that CloudFormation runs the gate again. */
  readonly RepositoryFingerprint?: unknown;
}

export function encodeGateProperties(properties: Omit<WireProperties, 'ProtocolVersion'>): WireProperties {
  return { ...properties, ProtocolVersion: PROTOCOL_VERSION };
}

export function decodeGateProperties(raw: unknown): Parsed<GateProperties> {
  const problems = new Problems();
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
  if (name === undefined && logicalId === undefined && problems.isEmpty) {
    wire.report('RepositoryName', name, 'present, or RepositoryLogicalId must be');
  }
  const lifecyclePolicyText = wire.optionalText('LifecyclePolicyText');
  if (purpose === 'ATTACHMENT' && problems.isEmpty) {
    if (name === undefined) wire.report('RepositoryName', name, 'the name of the repository that the policy is for');
    if (lifecyclePolicyText === undefined) wire.report('LifecyclePolicyText', lifecyclePolicyText, 'the policy to set on the repository');
  }
  const properties: GateProperties = {
    purpose,
    repository: name === undefined ? { logicalId: logicalId ?? '' } : { name, ...(logicalId !== undefined && { logicalId }) },
    lifecyclePolicyText,
    guards: wire.list('Guards').map((guard, i) => decodeGuard(new PropertyReader(guard, `Guards[${i}]`, problems))),
    enforcement: wire.oneOf('Enforcement', ['FAIL', 'WARN']),
    // A parameter may have an empty text.
    approvedPreview: wire.isEmptyText('ApprovedPreview') ? undefined : wire.optionalText('ApprovedPreview'),
    reportBucket: wire.optionalText('ReportBucket'),
    timeoutSeconds: wire.wholeNumber('TimeoutSeconds'),
    lookAheadSeconds: wire.wholeNumber('LookAheadSeconds'),
  };
  return problems.parsed(() => properties);
}
