import { CallLimit } from './call-limit';
import type { InUseClients } from './clients';
import { ecsUses } from './ecs-uses';
import type { InUse, RepositoryAddress } from './image-use';
import { inspectorUses } from './inspector-uses';
import { lambdaUses } from './lambda-uses';
import type { InUseSourceId } from '../../core/judgement/guards/guard-kind';
import type { Call } from '../call';

/** Enough to be quick, and so few that the account's other users of these APIs are not throttled. */
const CALLS_AT_ONCE = 8;

type Read = (call: Call) => Promise<InUse>;

/**
 * Who uses which image of the repository, by all these sources.
 *
 * They are asked side by side. If one of them fails, nothing is known: unknown is not safe.
 */
export async function readUses(
  sources: readonly InUseSourceId[], clients: InUseClients, call: Call, repository: RepositoryAddress,
): Promise<InUse> {
  const readers = [...new Set(sources)].map((source) => readerOf(source, clients, repository));
  const limits = readers.map(() => new CallLimit(call, CALLS_AT_ONCE));
  try {
    const answers = await Promise.all(readers.map((read, i) => read(limits[i].call)));
    return { uses: answers.flatMap(({ uses }) => uses), coverage: answers.find(({ coverage }) => coverage)?.coverage };
  } finally {
    for (const limit of limits) limit.close();
  }
}

function readerOf(source: InUseSourceId, { ecs, eventBridge, scheduler, lambda, inspector }: InUseClients, repository: RepositoryAddress): Read {
  if (source === 'ecs' && ecs && eventBridge && scheduler) return async (call) => ({ uses: await ecsUses({ ecs, eventBridge, scheduler }, call, repository) });
  if (source === 'lambda' && lambda) return async (call) => ({ uses: await lambdaUses(lambda, call, repository) });
  if (source === 'inspector' && inspector) return (call) => inspectorUses(inspector, call, repository);
  throw new Error(`there is no client to ask ${source}`);
}
