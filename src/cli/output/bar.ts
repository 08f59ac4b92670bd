import { Presets, SingleBar } from 'cli-progress';

/** A bar that is gone once all is done. */
export function startBar(total: number, stream: NodeJS.WriteStream): SingleBar {
  const format = '  {bar} {value} of {total} repositories';
  const bar = new SingleBar({ stream, hideCursor: true, clearOnComplete: true, format }, Presets.shades_classic);
  bar.start(total, 0);
  return bar;
}
