import type { Guard } from '../core/judgement/guards/guard';
import type { Parsed, Problem } from '../core/text/problem';
import { show } from '../core/text/show';

/*
 * What a gate tells its Lambda: the properties of the custom resource. Both sides of the deployment share this file.
 *
 * CloudFormation turns every number and boolean into text on the way, so encoding does it at once, and decoding is
 * strict: a property that is missing, unknown or malformed is a problem, never a default.
 */

/** Changes when an older Lambda could misread newer properties. */
const PROTOCOL_VERSION = '1';

export type Enforcement = 'FAIL' | 'WARN';

export interface GateProperties {
  /** The repository's name, or the logical id under which the stack knows it: a generated name is not known at synth. */
  readonly repository: { readonly name: string } | { readonly logicalId: string };
  /** Absent: the repository will have no policy, so nothing can expire by one. */
  readonly lifecyclePolicyText?: string;
  readonly guards: readonly Guard[];
  readonly enforcement: Enforcement;
  /** The fingerprint of the one set of images that may go, whatever the guards say. */
  readonly approvedPreview?: string;
  readonly timeoutSeconds: number;
}

/** As they stand in the template. `unknown` where synth fills in a token. */
export interface WireProperties {
  readonly ProtocolVersion: string;
  readonly RepositoryName?: unknown;
  readonly RepositoryLogicalId?: unknown;
  readonly LifecyclePolicyText?: unknown;
  readonly Guards: unknown;
  readonly Enforcement: Enforcement;
  readonly ApprovedPreview?: string;
  readonly TimeoutSeconds: string;
  /** Changing it makes CloudFormation run the gate again; the Lambda does not look at it. */
  readonly Trigger?: string;
}

/** A guard as it stands in the template. A priority may be a token, which would not survive being made text. */
export type WireGuard =
  | { readonly Id: 'max-images'; readonly Limit: string }
  | { readonly Id: 'max-expiring'; readonly RulePriority: number; readonly Limit: string }
  | { readonly Id: 'protect-tags'; readonly Patterns: readonly string[] };

export function encodeGateProperties(properties: Omit<WireProperties, 'ProtocolVersion'>): WireProperties {
  return { ...properties, ProtocolVersion: PROTOCOL_VERSION };
}

export function encodeGuard(guard: Guard): WireGuard {
  switch (guard.id) {
    case 'max-images': return { Id: guard.id, Limit: String(guard.limit) };
    case 'max-expiring': return { Id: guard.id, RulePriority: guard.rulePriority, Limit: String(guard.limit) };
    case 'protect-tags': return { Id: guard.id, Patterns: guard.patterns };
  }
}

export function decodeGateProperties(raw: unknown): Parsed<GateProperties> {
  const problems: Problem[] = [];
  const wire = new WireReader(raw, '', problems);
  wire.allowOnly([
    'ProtocolVersion', 'RepositoryName', 'RepositoryLogicalId', 'LifecyclePolicyText', 'Guards', 'Enforcement',
    'ApprovedPreview', 'TimeoutSeconds', 'Trigger',
    'ServiceToken', 'ServiceTimeout', // CloudFormation's own
  ]);
  wire.oneOf('ProtocolVersion', [PROTOCOL_VERSION]);
  const name = wire.optionalText('RepositoryName');
  const logicalId = wire.optionalText('RepositoryLogicalId');
  if ((name === undefined) === (logicalId === undefined) && problems.length === 0) {
    wire.refuse('RepositoryName', name, 'exactly one of RepositoryName and RepositoryLogicalId');
  }
  const properties: GateProperties = {
    repository: name !== undefined ? { name } : { logicalId: logicalId ?? '' },
    lifecyclePolicyText: wire.optionalText('LifecyclePolicyText'),
    guards: wire.list('Guards').map((guard, i) => decodeGuard(new WireReader(guard, `Guards[${i}]`, problems))),
    enforcement: wire.oneOf('Enforcement', ['FAIL', 'WARN']),
    approvedPreview: wire.optionalText('ApprovedPreview'),
    timeoutSeconds: wire.wholeNumber('TimeoutSeconds'),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: properties };
}

function decodeGuard(wire: WireReader): Guard {
  const id = wire.oneOf('Id', ['max-images', 'max-expiring', 'protect-tags']);
  switch (id) {
    case 'max-images':
      wire.allowOnly(['Id', 'Limit']);
      return { id, limit: wire.wholeNumber('Limit') };
    case 'max-expiring':
      wire.allowOnly(['Id', 'RulePriority', 'Limit']);
      return { id, rulePriority: wire.wholeNumber('RulePriority'), limit: wire.wholeNumber('Limit') };
    case 'protect-tags':
      wire.allowOnly(['Id', 'Patterns']);
      return { id, patterns: wire.texts('Patterns') };
  }
}

/** Reads properties of an unknown object; what is wrong goes to `problems`, and a stand-in value is returned. */
class WireReader {
  private readonly properties: Readonly<Record<string, unknown>>;

  constructor(raw: unknown, private readonly path: string, private readonly problems: Problem[]) {
    const isObject = typeof raw === 'object' && raw !== null && !Array.isArray(raw);
    this.properties = isObject ? raw as Record<string, unknown> : {};
    if (!isObject) this.refuse('', raw, 'an object');
  }

  /** Records that a property is not what it must be. */
  refuse(name: string, value: unknown, wanted: string): void {
    this.problems.push({
      code: 'MalformedProperty',
      path: [this.path, name].filter((step) => step !== '').join('.'),
      message: `must be ${wanted}, got ${show(value)}`,
    });
  }

  allowOnly(names: readonly string[]): void {
    for (const [name, value] of Object.entries(this.properties)) {
      if (!names.includes(name)) this.refuse(name, value, 'absent: this version of the gate does not know it');
    }
  }

  optionalText(name: string): string | undefined {
    const value = this.properties[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    this.refuse(name, value, 'text that is not empty');
    return undefined;
  }

  oneOf<T extends string>(name: string, wanted: readonly T[]): T {
    const value = this.properties[name];
    const found = wanted.find((candidate) => candidate === value);
    if (found === undefined) this.refuse(name, value, wanted.map((text) => `"${text}"`).join(' or '));
    return found ?? wanted[0];
  }

  wholeNumber(name: string): number {
    const value = this.properties[name];
    if (typeof value === 'string' && /^(0|[1-9]\d{0,14})$/.test(value)) return Number(value);
    this.refuse(name, value, 'a whole number as text');
    return 0;
  }

  list(name: string): readonly unknown[] {
    const value = this.properties[name];
    if (Array.isArray(value)) return value;
    this.refuse(name, value, 'a list');
    return [];
  }

  texts(name: string): string[] {
    const value = this.properties[name];
    const isText = (entry: unknown): entry is string => typeof entry === 'string' && entry !== '';
    if (Array.isArray(value) && value.length > 0 && value.every(isText)) return value;
    this.refuse(name, value, 'a list of texts, at least one');
    return [];
  }
}
