import type { Clock, Deadline } from './deadline';
import { GateError } from './errors';
import type { PreviewPage, PreviewPort } from './preview-port';
import type { AffectedImage } from '../core/judgement/affected-image';
import { samePolicy } from '../core/policy/policy-text';
import { grouped } from '../core/text/words';

/** How often a preview is started that somebody else's replaces, or that fails in ECR, before the gate gives up. */
const MAX_STARTS = 4;
/** How often a complete preview is read whose pages do not add up. */
const MAX_READS = 2;
const FIRST_DELAY = 100;
const LONGEST_DELAY = 5_000;

export interface RunPreview {
  readonly port: PreviewPort;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
}

/**
 * Everything that the policy would do to the live repository, or undefined when there is no such repository.
 *
 * A repository has one slot for previews and a preview has no id, so anybody may replace ours at any moment: nothing
 * that comes back is trusted before its text is ours and the images read are as many as its summary says.
 */
export async function runPreview(run: RunPreview): Promise<readonly AffectedImage[] | undefined> {
  let lastFailure: GateError | undefined;
  for (let starts = 0; starts < MAX_STARTS; starts++) {
    if (!await start(run)) return undefined;
    const first = await awaitCompletion(run);
    if (first instanceof GateError) {
      lastFailure = first;
      continue;
    }
    const affected = await readAll(run, first);
    if (!(affected instanceof GateError)) return affected;
    lastFailure = affected;
  }
  throw lastFailure!;
}

/** False when there is no repository. Waits while another preview runs. */
async function start({ port, repositoryName, lifecyclePolicyText, clock, deadline }: RunPreview): Promise<boolean> {
  const doing = `waiting for another preview of "${repositoryName}" to end`;
  for (const delay of delays(clock)) {
    const outcome = await deadline.bound(port.start(repositoryName, lifecyclePolicyText), `starting the preview of "${repositoryName}"`);
    if (outcome !== 'busy') return outcome === 'started';
    await deadline.wait(delay, doing);
  }
  throw new Error('unreachable: the delays do not end');
}

/** The first page of our complete preview, or why it has to be started again. */
async function awaitCompletion(run: RunPreview): Promise<PreviewPage | GateError> {
  const doing = `waiting for the preview of "${run.repositoryName}"`;
  for (const delay of delays(run.clock)) {
    const page = await run.deadline.bound(run.port.read(run.repositoryName), doing);
    if (!samePolicy(page.lifecyclePolicyText, run.lifecyclePolicyText)) return raced(run);
    if (page.status === 'COMPLETE') return page;
    if (page.status !== 'IN_PROGRESS') {
      return new GateError('PreviewFailed', `the preview of "${run.repositoryName}" ended as ${page.status} ${MAX_STARTS} times; try again`);
    }
    await run.deadline.wait(delay, doing);
  }
  throw new Error('unreachable: the delays do not end');
}

/** All affected images, or why the preview has to be started again. Never a part of them. */
async function readAll(run: RunPreview, first: PreviewPage): Promise<readonly AffectedImage[] | GateError> {
  let page = first;
  for (let reads = 1; ; reads++) {
    const affected = new Map<string, AffectedImage>();
    const { total } = page;
    for (;;) {
      if (page.status !== 'COMPLETE' || !samePolicy(page.lifecyclePolicyText, run.lifecyclePolicyText)) return raced(run);
      for (const image of page.affected) affected.set(image.imageDigest, image);
      if (page.nextToken === undefined) break;
      page = await readPage(run, page.nextToken, affected.size);
    }
    if (affected.size === total) return [...affected.values()];
    if (reads === MAX_READS) {
      throw new GateError(
        'PreviewIncomplete',
        `the preview of "${run.repositoryName}" says that it affects ${total ?? 'an unknown number of'} images but lists ${affected.size}; try again`,
      );
    }
    page = await readPage(run);
  }
}

function readPage(run: RunPreview, nextToken?: string, sofar = 0): Promise<PreviewPage> {
  return run.deadline.bound(
    run.port.read(run.repositoryName, nextToken),
    `reading the preview of "${run.repositoryName}" (${grouped(sofar)} images so far)`,
  );
}

function raced({ repositoryName }: RunPreview): GateError {
  return new GateError(
    'PreviewRaced',
    `another preview of "${repositoryName}" replaced ours ${MAX_STARTS} times; find out who previews it, then try again`,
  );
}

/** Quick at first, then slower, spread by a fifth each way. Never ends. */
function* delays(clock: Clock): Generator<number> {
  for (let delay = FIRST_DELAY; ; delay = Math.min(delay * 1.6, LONGEST_DELAY)) {
    yield delay * (0.8 + 0.4 * clock.random());
  }
}
