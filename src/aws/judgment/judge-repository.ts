import { needsOf } from '../../core/judgment/guards/guard';
import type { Call } from '../call';
import type { Clients } from '../clients';
import type { Clock, Deadline } from '../deadline';
import { Facts } from './facts';
import { judgeAffected, JudgedRepository, JudgmentRequest } from './judge-affected';
import { runPreview } from '../ecr/run-preview';
import { sdkInventory } from '../ecr/sdk-inventory';
import { sdkPreview } from '../ecr/sdk-preview';
import { readUses } from '../in-use/read-uses';
import type { Stopwatch } from '../stopwatch';

export interface JudgeRepository extends JudgmentRequest {
  /** The account and region of the repository. Uses of its images are searched there. */
  readonly home: { readonly registryId: string; readonly region: string };
  readonly clients: Pick<Clients, 'ecr' | 'inUse'>;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly call: Call;
  readonly watch: Stopwatch;
}

/**
 * Previews a policy on the live images, reads the facts that the guards need, and judges.
 *
 * Returns undefined if the repository does not exist. Throws if a fact cannot be read.
 */
export async function judgeRepository(request: JudgeRepository): Promise<JudgedRepository | undefined> {
  const { repositoryName, home, lifecyclePolicyText, guards, addedGuards = [], clients, clock, deadline, call, watch } = request;
  const facts = new Facts({
    guards: [...guards, ...addedGuards],
    repositoryName,
    inventory: sdkInventory(clients.ecr, call),
    readUses: async () => {
      const { uses } = needsOf([...guards, ...addedGuards]);
      return readUses(uses, await clients.inUse(uses), call, { ...home, repositoryName });
    },
    deadline,
  });
  const affected = await runPreview({
    port: sdkPreview(clients.ecr, call), clock, deadline, repositoryName, lifecyclePolicyText, meanwhile: () => facts.start(),
  });
  watch.lap('preview');
  if (affected === undefined) return undefined;
  const judged = await judgeAffected(request, affected, facts, clock);
  watch.lap('judgment');
  return judged;
}
