/** Shows the progress of a long command as a bar on stderr, if stderr is a terminal. */
export interface Progress {
  step(): void;
  stop(): void;
}

const QUIET: Progress = { step: () => undefined, stop: () => undefined };

/** Fewer repositories are done before a user could read the bar. */
const MIN_REPOSITORIES = 4;

let shown = QUIET;

export async function startProgress(total: number, stream: NodeJS.WriteStream): Promise<Progress> {
  if (stream.isTTY !== true || total < MIN_REPOSITORIES) return QUIET;
  const { default: { Presets, SingleBar } } = await import('cli-progress');
  const format = '  {bar} {value} of {total} repositories';
  const bar = new SingleBar({ stream, hideCursor: true, clearOnComplete: true, format }, Presets.shades_classic);
  bar.start(total, 0);
  shown = { step: () => bar.increment(), stop: () => bar.stop() };
  return shown;
}

/** Removes the bar and restores the cursor, also when a signal ends the process. */
export function stopProgress(): void {
  shown.stop();
}
