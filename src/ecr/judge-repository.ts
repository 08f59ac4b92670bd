import type { Call } from './call';
import type { Clients } from './clients';
import type { Clock, Deadline } from './deadline';
import { Facts } from './facts';
import { fingerprintOf } from './fingerprint';
import { readUses } from './in-use/read-uses';
import { runPreview } from './run-preview';
import { sdkInventory } from './sdk-inventory';
import { sdkPreview } from './sdk-preview';
import type { Stopwatch } from './stopwatch';
import { Evidence, Guard, needsOf } from '../core/judgement/guards/guard';
import { judge, Judgement } from '../core/judgement/judgement';

export interface JudgeRepository {
  readonly repositoryName: string;
  /** Where the repository is, and where uses of its images are looked for. */
  readonly home: { readonly registryId: string; readonly region: string };
  readonly lifecyclePolicyText: string;
  readonly guards: readonly Guard[];
  /** Guards that only ever make it stricter. @default none */
  readonly addedGuards?: readonly Guard[];
  readonly clients: Pick<Clients, 'ecr' | 'inUse'>;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly call: Call;
  readonly watch: Stopwatch;
}

export interface JudgedRepository {
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  readonly fingerprint: string;
}

/**
 * What a policy would do to the live images, and what the guards say to that: preview, facts, judgement.
 *
 * Undefined when there is no such repository. Throws when anything cannot be found out.
 */
export async function judgeRepository(request: JudgeRepository): Promise<JudgedRepository | undefined> {
  const { repositoryName, home, lifecyclePolicyText, guards, addedGuards = [], clients, clock, deadline, call, watch } = request;
  const allGuards = [...guards, ...addedGuards];
  const facts = new Facts({
    guards: allGuards,
    repositoryName,
    inventory: sdkInventory(clients.ecr, call),
    readUses: async () => {
      const { uses } = needsOf(allGuards);
      return readUses(uses, await clients.inUse(uses), call, { ...home, repositoryName });
    },
    deadline,
  });
  const affected = await runPreview({
    port: sdkPreview(clients.ecr, call), clock, deadline, repositoryName, lifecyclePolicyText, meanwhile: () => facts.start(),
  });
  watch.lap('preview');
  if (affected === undefined) return undefined;

  const evidence = { affected, now: clock.now(), ...await facts.about(affected) };
  watch.lap('facts');
  const judged = { evidence, judgement: judge(guards, evidence, addedGuards), fingerprint: fingerprintOf(affected) };
  watch.lap('judgement');
  return judged;
}
