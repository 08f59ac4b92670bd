import { CallLimit } from './call-limit';
import type { InUseClients } from './clients';
import { ecsUses } from './ecs-uses';
import type { ImageUses, RepositoryAddress } from './image-use';
import { inspectorUses } from './inspector-uses';
import { lambdaUses } from './lambda-uses';
import type { InUseSourceId } from '../../core/judgment/guards/guard-kind';
import type { Call } from '../call';

/** The maximum number of concurrent calls per source. A higher number would throttle the account's other users of these APIs. */
const MAX_CONCURRENT_CALLS = 8;

type Read = (call: Call) => Promise<ImageUses>;

/**
 * Returns the uses of the repository's images by all these sources, which are read in parallel.
 *
 * Throws if one of them fails, because an image of unknown use may be in use.
 */
export async function readUses(
  sources: readonly InUseSourceId[], clients: InUseClients, call: Call, repository: RepositoryAddress,
): Promise<ImageUses> {
  const readers = [...new Set(sources)].map((source) => readerOf(source, clients, repository));
  const limits = readers.map(() => new CallLimit(call, MAX_CONCURRENT_CALLS));
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
  throw new Error(`there is no client for the source ${source}`);
}
