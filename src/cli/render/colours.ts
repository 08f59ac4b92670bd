import pc from 'picocolors';

export type Colours = Pick<ReturnType<typeof pc.createColors>, 'bold' | 'green' | 'red' | 'yellow'>;

/** Colours on a terminal that shows them, unless NO_COLOR is set to anything. */
export function coloursFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): Colours {
  const wanted = stream.isTTY === true && environment.TERM !== 'dumb' && !environment.NO_COLOR;
  return pc.createColors(wanted);
}
