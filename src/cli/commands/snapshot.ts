import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { isIndex } from '../../core/evaluation/image';
import { plural, withThousands } from '../../core/text/words';
import { AccountOptions, openAccount } from '../judge/open-account';
import { writeOutput } from '../output/write-output';

export interface SnapshotOptions extends AccountOptions {
  readonly children?: boolean;
  readonly output?: string;
}

const MILLISECONDS = 14 * 60 * 1000;

/** Writes what `--images` reads: every image of a repository, one a line, by digest, so that two snapshots can be compared. */
export async function snapshot(repositoryName: string, options: SnapshotOptions): Promise<number> {
  const live = await (await openAccount(options)).in(undefined);
  const deadline = Deadline.in(SYSTEM_CLOCK, MILLISECONDS);
  const images = await live.images(repositoryName, deadline);
  const indexes = [...images.values()].filter(isIndex).map(({ imageDigest }) => imageDigest);
  if (options.children) {
    // The manifest of an archived image cannot be read: what it refers to stays unknown, to a gate, too.
    const readable = indexes.filter((digest) => images.get(digest)!.imageStatus === 'ACTIVE');
    const indexParts = await deadline.withTimeout(live.inventory(deadline).parts(repositoryName, readable), 'reading the image indexes');
    for (const [digest, parts] of indexParts) {
      images.set(digest, { ...images.get(digest)!, childDigests: parts.map(({ imageDigest }) => imageDigest) });
    }
  } else if (indexes.length > 0) {
    process.stderr.write(`ChildrenNotRead: the snapshot does not say what its image indexes refer to (${withThousands(indexes.length)}); `
      + '--children reads it, which ECR most likely records as pulls\n');
  }
  const head = { schemaVersion: 1, repositoryName, region: live.region, at: new Date(SYSTEM_CLOCK.now()).toISOString() };
  const lines = [...images.values()].sort((a, b) => (a.imageDigest < b.imageDigest ? -1 : 1)).map((image) => JSON.stringify(image));
  const text = `${JSON.stringify(head).slice(0, -1)},"imageDetails":[\n${lines.join(',\n')}\n]}\n`;
  await writeOutput(text, options.output);
  if (options.output !== undefined) process.stderr.write(`${plural(images.size, 'image')} saved\n`);
  return 0;
}
