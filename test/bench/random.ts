/** Seeded dice: the same seed makes the same world on every machine. */
export type Dice = () => number;

/** Mulberry32: 32 bits of state, uniform enough for choosing who asks for what. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Dice of one thing among many: row 700,000 can be made without the rows before it. */
export const diceOf = (seed: number, thing: number): Dice => dice(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(thing + 1, 0xc2b2ae35));

export const pick = <T>(roll: Dice, from: readonly T[]): T => from[Math.floor(roll() * from.length)]!;

/** Draws indices with the given weights; O(log n) a draw. */
export function weighted(weights: readonly number[]): (roll: Dice) => number {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, at) => (sums[at] = sum += weight));
  return (roll) => {
    const wanted = roll() * sum;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** Zipf's law: the k-th most frequent is asked for 1/k as often as the first. */
export const zipf = (count: number): number[] => Array.from({ length: count }, (_, at) => 1 / (at + 1));
