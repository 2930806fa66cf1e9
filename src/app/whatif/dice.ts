import { stableHash } from "../../domain/stable-hash.js";

/** Numbers in [0, 1) that follow from words alone (mulberry32): the same on every machine and in every release. */
export function diceOf(...words: readonly (string | number)[]): () => number {
  let state = stableHash(...words);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A mean that is drawn in one go; larger ones are drawn in parts, so that no factor underflows. */
const MEAN_MAX = 30;

/** How many come when so many come on average and none knows of another (Knuth's way). */
export function poisson(mean: number, dice: () => number): number {
  let count = 0;
  for (let left = mean; left > 0; left -= MEAN_MAX) {
    const floor = Math.exp(-Math.min(left, MEAN_MAX));
    for (let product = dice(); product > floor; product *= dice()) count += 1;
  }
  return count;
}
