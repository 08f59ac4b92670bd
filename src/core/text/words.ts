/** `1 image`, `2 images`, `1,204 images`. */
export function plural(n: number, noun: string): string {
  return `${withThousands(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `1204` as `1,204`. */
export function withThousands(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Text cut so that a message stays readable. */
export function cut(text: string, atMost: number): string {
  return text.length <= atMost ? text : `${text.slice(0, atMost - 1)}…`;
}
