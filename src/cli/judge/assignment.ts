import type { Guard } from '../../core/judgment/guards/guard';
import type { Enforcement, GateProperties } from '../../protocol/gate-properties';
import type { Resolved, ResolvedGate } from '../assembly/resolve-gate';

/** One policy to judge on the images of one repository. */
export interface Assignment {
  /** The gate in the assembly. Absent for a policy file. */
  readonly gate?: Pick<ResolvedGate, 'stack' | 'logicalId' | 'path' | 'repositoryPath'>;
  readonly input: Resolved<JudgeInput>;
}

/** The data that a judgment needs besides the images. */
export interface JudgeInput {
  readonly repository: GateProperties['repository'];
  /** True if a missing repository passes. A gate runs before its repository is created, but an attachment or `--repository` needs the repository. */
  readonly mayBeMissing: boolean;
  /** Absent if there is no policy to judge. */
  readonly lifecyclePolicyText?: string;
  /** The reason why there is no policy to judge, if it is not that the repository has no policy. */
  readonly passesBecause?: string;
  readonly guards: readonly Guard[];
  /** Guards that are given as options. */
  readonly addedGuards: readonly Guard[];
  readonly enforcement: Enforcement;
  readonly approvedPreview?: string;
  readonly timeoutSeconds: number;
  readonly lookAheadSeconds: number;
}

export interface PolicyFile {
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
  readonly guards: readonly Guard[];
  readonly approvedPreview?: string;
}

/** The defaults of a gate. */
const DEFAULTS = {
  addedGuards: [],
  enforcement: 'FAIL',
  timeoutSeconds: 14 * 60,
  lookAheadSeconds: 2 * 24 * 60 * 60,
} as const;

export function fileAssignment({ repositoryName, ...policy }: PolicyFile): Assignment {
  return { input: { ok: true, value: { ...DEFAULTS, ...policy, repository: { name: repositoryName }, mayBeMissing: false } } };
}

export function gateAssignment(gate: ResolvedGate, addedGuards: readonly Guard[] = []): Assignment {
  const { properties, isCreated, logicalId } = gate;
  if (!isCreated) {
    const repository = properties.ok ? properties.value.repository : { logicalId };
    const passesBecause = 'its condition is false, so the stack does not create it';
    return { gate, input: { ok: true, value: { ...DEFAULTS, repository, passesBecause, mayBeMissing: true, guards: [] } } };
  }
  if (!properties.ok) return { gate, input: properties };
  return { gate, input: { ok: true, value: { ...properties.value, mayBeMissing: properties.value.purpose === 'GATE', addedGuards } } };
}

/** Returns the name of a repository if it is known without AWS. */
export function literalName(repository: JudgeInput['repository']): string | undefined {
  return 'name' in repository ? repository.name : undefined;
}

/** Applies a function to all items, at most `concurrency` at a time, and returns the results in the order of the items. */
export async function mapConcurrently<T, R>(items: readonly T[], concurrency: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  // The workers share one iterator, so each item is taken once.
  const entries = items.entries();
  const worker = async () => {
    for (const [i, item] of entries) results[i] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return results;
}
