/** Choices that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0, less than this. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Each of them with this probability. */
  some<T>(choices: readonly T[], probability: number): T[];
}

/** Lehmer's generator, with the seed spread first: neighbours would begin alike. */
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
