import type { Clock, Deadline } from '../deadline';
import { GateError } from '../errors';
import type { PreviewPage, PreviewPort, TagStatus } from './preview-port';
import { Ownership, PreviewText } from './preview-text';
import type { AffectedImage } from '../../core/judgment/affected-image';
import { withThousands } from '../../core/text/words';

/** The number of times that a preview is started if other previews replace it, or if it fails in ECR. */
const MAX_STARTS = 4;
/** The number of times that a complete preview is read if its pages are inconsistent. */
const MAX_READS = 2;
/** The number of reads that may return another preview of the same policy, such as the one before ours, until ours is restarted. */
const MAX_STALE_READS = 5;
const FIRST_DELAY = 100;
const MAX_DELAY = 5_000;

export interface RunPreview {
  readonly port: PreviewPort;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
  /** Called once the preview has to be waited for, so that other facts can be read in parallel. */
  readonly meanwhile?: () => void;
}

interface Running extends RunPreview {
  readonly text: PreviewText;
}

/**
 * Returns all images of the live repository that the policy would act on, or undefined if the repository does not exist.
 *
 * A repository has one slot for previews and a preview has no id, so another process may replace ours at any moment. A result
 * is trusted only if its text is ours and the number of images equals the number in its summary.
 */
export async function runPreview(request: RunPreview): Promise<readonly AffectedImage[] | undefined> {
  const run = { ...request, text: new PreviewText(request.lifecyclePolicyText, request.clock) };
  let reason: GateError | undefined;
  for (let starts = 0; starts < MAX_STARTS; starts++) {
    if (!await start(run)) return undefined;
    const first = await awaitCompletion(run);
    if (first instanceof GateError) {
      reason = first;
      continue;
    }
    const affected = await readAll(run, first);
    if (!(affected instanceof GateError)) return affected;
    reason = affected;
  }
  throw reason!;
}

/** Returns false if the repository does not exist. Waits while another preview is running. */
async function start({ port, repositoryName, text, clock, deadline, meanwhile }: Running): Promise<boolean> {
  const lifecyclePolicyText = text.next();
  for (const delay of delays(clock)) {
    const outcome = await deadline.withTimeout(port.start(repositoryName, lifecyclePolicyText), `starting the preview of "${repositoryName}"`);
    if (outcome !== 'busy') return outcome === 'started';
    meanwhile?.();
    await deadline.wait(delay, `waiting for another preview of "${repositoryName}" to end`);
  }
  throw new Error('unreachable: the delays do not end');
}

/** Returns the first page of our complete preview, or the reason to start the preview again. */
async function awaitCompletion(run: Running): Promise<PreviewPage | GateError> {
  let staleReads = 0;
  const doing = `waiting for the preview of "${run.repositoryName}"`;
  for (const delay of delays(run.clock)) {
    const page = await run.deadline.withTimeout(run.port.read(run.repositoryName, 'ANY'), doing);
    const ownership = ownershipOf(run, page);
    if (ownership === 'same-policy' && ++staleReads < MAX_STALE_READS) {
      await run.deadline.wait(delay, doing);
      continue;
    }
    if (ownership !== 'ours') return raced(run);
    if (page.status !== 'COMPLETE' && page.status !== 'IN_PROGRESS') {
      return new GateError('FailedPreview', `the preview of "${run.repositoryName}" ended with status ${page.status} ${MAX_STARTS} times; try again`);
    }
    if (page.total !== 0) run.meanwhile?.();
    if (page.status === 'COMPLETE') return page;
    await run.deadline.wait(delay, doing);
  }
  throw new Error('unreachable: the delays do not end');
}

/** Returns all affected images, or the reason to start the preview again. Never returns some of the images. */
async function readAll(run: Running, first: PreviewPage): Promise<readonly AffectedImage[] | GateError> {
  let page = first;
  for (let reads = 1; ; reads++) {
    const found = new Map<string, AffectedImage>();
    // Unless one page holds all images, tagged and untagged ones are read in parallel.
    const chains = page.nextToken === undefined
      ? [collect(run, page, found)]
      : [readChain(run, 'TAGGED', found), readChain(run, 'UNTAGGED', found)];
    const outcomes = await Promise.all(chains);
    if (outcomes.includes('raced')) return raced(run);
    if (found.size === page.total && !outcomes.includes('stale')) return [...found.values()];
    if (reads === MAX_READS) {
      throw new GateError(
        'IncompletePreview',
        `the summary of the preview of "${run.repositoryName}" counts ${page.total ?? 'an unknown number of'} images, but its pages list ${found.size}; try again`,
      );
    }
    page = await readPage(run, 'ANY', found);
    if (page.status !== 'COMPLETE' || ownershipOf(run, page) !== 'ours') return raced(run);
  }
}

type ChainOutcome = 'read' | 'raced' | 'stale';

async function readChain(run: Running, tagStatus: TagStatus, found: Map<string, AffectedImage>): Promise<ChainOutcome> {
  let nextToken: string | undefined;
  do {
    const page = await readPage(run, tagStatus, found, nextToken);
    const outcome = collect(run, page, found);
    if (outcome !== 'read') return outcome;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return 'read';
}

function collect(run: Running, page: PreviewPage, found: Map<string, AffectedImage>): ChainOutcome {
  if (page.stale) return 'stale';
  if (page.status !== 'COMPLETE' || ownershipOf(run, page) !== 'ours') return 'raced';
  for (const image of page.affected) found.set(image.imageDigest, image);
  return 'read';
}

function readPage(
  { port, deadline, repositoryName }: RunPreview, tagStatus: TagStatus, found: ReadonlyMap<string, unknown>, nextToken?: string,
): Promise<PreviewPage> {
  return deadline.withTimeout(
    port.read(repositoryName, tagStatus, nextToken),
    `reading the preview of "${repositoryName}" (${withThousands(found.size)} images so far)`,
  );
}

function ownershipOf({ text }: Running, page: PreviewPage): Ownership {
  return text.ownership(page.lifecyclePolicyText);
}

function raced({ repositoryName }: RunPreview): GateError {
  return new GateError(
    'OverwrittenPreview',
    `other previews of "${repositoryName}" replaced the gate's preview ${MAX_STARTS} times; stop the process that starts them, then try again`,
  );
}

/** Yields growing delays, each varied by up to 20 % in either direction. Never ends. */
function* delays(clock: Clock): Generator<number> {
  for (let delay = FIRST_DELAY; ; delay = Math.min(delay * 1.4, MAX_DELAY)) {
    yield delay * (0.8 + 0.4 * clock.random());
  }
}
