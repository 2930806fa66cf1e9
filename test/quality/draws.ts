/** What the workloads draw, from the project's seeded dice. */
import type { Dice } from "../bench/random.js";

export function normal(roll: Dice): number {
  return Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
}

export const logNormal = (roll: Dice, median: number, sigma: number): number => median * Math.exp(sigma * normal(roll));

export const exponential = (roll: Dice, mean: number): number => -mean * Math.log(1 - roll());

/** Knuth's for small means, a rounded normal for large ones. */
export function poisson(roll: Dice, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(roll)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = roll(); product > limit; product *= roll()) count += 1;
  return count;
}

/** Mean 1; a whole shape is a sum of exponentials. */
export function gamma(roll: Dice, shape: number): number {
  let sum = 0;
  for (let at = 0; at < shape; at += 1) sum += exponential(roll, 1 / shape);
  return sum;
}

/** Pareto from `least` on, cut at `most`. */
export function pareto(roll: Dice, alpha: number, least: number, most: number): number {
  const share = 1 - (least / most) ** alpha;
  return least / (1 - roll() * share) ** (1 / alpha);
}

/** The exponent of Zipf's law with which the `top` first of `count` are asked for so often. */
export function zipfExponent(count: number, top: number, share: number): number {
  let [low, high] = [0, 4];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    const weights = zipfWeights(count, middle);
    const all = weights.reduce((sum, one) => sum + one, 0);
    const first = weights.slice(0, top).reduce((sum, one) => sum + one, 0);
    if (first / all < share) low = middle;
    else high = middle;
  }
  return low;
}

export const zipfWeights = (count: number, exponent: number): number[] => Array.from({ length: count }, (_, at) => (at + 1) ** -exponent);

/** An amount of minutes as people write it. */
export const fiveMinutes = (minutes: number, most: number): number => Math.min(most, Math.max(5, Math.round(minutes / 5) * 5));
