/** Pseudo-random choices. The same seed gives the same choices. */
export interface Random {
  /** Returns an integer from 0 (inclusive) to `limit` (exclusive). */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Returns a subset that contains each choice with this probability. */
  some<T>(choices: readonly T[], probability: number): T[];
}

/** Returns Lehmer's generator. The seed is spread first, because neighboring seeds would give similar first numbers. */
export function randomSource(seed: number): Random {
  const modulus = 2 ** 31 - 1;
  let state = (seed * 1_103_515_245) % modulus || 1;
  const next = () => {
    state = (state * 48_271) % modulus;
    return state / modulus;
  };
  next();
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (choices) => choices[below(choices.length)],
    some: (choices, probability) => choices.filter(() => next() < probability),
  };
}
