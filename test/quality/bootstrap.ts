import { dice } from "../bench/random.js";

/** A mean and where it lies in 95 of 100 samples drawn from the sample. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Percentiles of the means of samples drawn with replacement; the draws follow from the seed. */
export function bootstrap(values: readonly number[], seed = 1, draws = 4_000): Interval {
  const roll = dice(seed);
  const means = Float64Array.from({ length: draws }, () => {
    let sum = 0;
    for (let at = 0; at < values.length; at += 1) sum += values[Math.floor(roll() * values.length)]!;
    return sum / values.length;
  }).sort();
  return { mean: mean(values), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** Of one world under two policies: the differences are drawn, not the two sides. */
export const paired = (a: readonly number[], b: readonly number[], seed = 1): Interval => bootstrap(a.map((value, at) => value - b[at]!), seed);

/** Of sorted values, between the two nearest. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (at - below);
}
