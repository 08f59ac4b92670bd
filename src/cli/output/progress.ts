/** Shows how far a long work has come: on stderr, and only where a person watches. */
export interface Progress {
  step(): void;
  stop(): void;
}

const QUIET: Progress = { step: () => undefined, stop: () => undefined };

/** Two or three are done before anybody could read a bar. */
const FEWEST = 4;

let shown = QUIET;

export async function startProgress(total: number, stream: NodeJS.WriteStream): Promise<Progress> {
  if (stream.isTTY !== true || total < FEWEST) return QUIET;
  const { startBar } = await import('./bar.js');
  const bar = startBar(total, stream);
  shown = { step: () => bar.increment(), stop: () => bar.stop() };
  return shown;
}

/** Gives the cursor back, whoever ends the process. */
export function stopProgress(): void {
  shown.stop();
}
