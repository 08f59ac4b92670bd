import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { isIndex } from '../../core/evaluation/image';
import { plural, withThousands } from '../../core/text/words';
import { AccountOptions, openAccount } from '../judge/live-account';
import { writeOutput } from '../output/write-output';

export interface SnapshotOptions extends AccountOptions {
  readonly children?: boolean;
  readonly output?: string;
}

const MILLISECONDS = 14 * 60 * 1000;

/** Writes all images of a repository for `--images`, one per line and ordered by digest, so that snapshots can be compared. */
export async function snapshot(repositoryName: string, options: SnapshotOptions): Promise<number> {
  const live = await (await openAccount(options)).in(undefined);
  const deadline = Deadline.in(SYSTEM_CLOCK, MILLISECONDS);
  const images = await live.images(repositoryName, deadline);
  const indexes = [...images.values()].filter(isIndex).map(({ imageDigest }) => imageDigest);
  if (options.children) {
    // The manifest of an archived index cannot be read, so its images are unknown, as they are to a gate.
    const readable = indexes.filter((digest) => images.get(digest)!.imageStatus === 'ACTIVE');
    const indexParts = await deadline.withTimeout(live.inventory(deadline).parts(repositoryName, readable), 'reading the image indexes');
    for (const [digest, parts] of indexParts) {
      images.set(digest, { ...images.get(digest)!, childDigests: parts.map(({ imageDigest }) => imageDigest) });
    }
  } else if (indexes.length > 0) {
    process.stderr.write(`ChildrenNotRead: the snapshot does not list the images that its image indexes (${withThousands(indexes.length)}) refer to; `
      + '--children reads them, which ECR most likely records as pulls\n');
  }
  const head = { schemaVersion: 1, repositoryName, region: live.region, at: new Date(SYSTEM_CLOCK.now()).toISOString() };
  const lines = [...images.values()].sort((a, b) => (a.imageDigest < b.imageDigest ? -1 : 1)).map((image) => JSON.stringify(image));
  const text = `${JSON.stringify(head).slice(0, -1)},"imageDetails":[\n${lines.join(',\n')}\n]}\n`;
  await writeOutput(text, options.output);
  if (options.output !== undefined) process.stderr.write(`${plural(images.size, 'image')} saved\n`);
  return 0;
}
