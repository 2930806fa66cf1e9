/** Where prices start, how steps are cut, and where they aim at. */
export interface Ascent {
  /** The first prices; changed while it runs. */
  readonly price: Float64Array;
  /** No price falls below it. */
  readonly lowest: number;
  /** The best that the bound can be, or a guess above it. */
  readonly target: number;
  readonly rounds: number;
  /** Rounds without a better bound after which steps are cut by `cut`. */
  readonly patience: number;
  readonly cut: number;
  /** Of the first steps, and below which it ends. */
  readonly scale: number;
  readonly least: number;
  /** A step aims at no less than this share of the bound above what was found. */
  readonly share: number;
  readonly isOver?: () => boolean;
}

/**
 * Subgradient ascent on Lagrange's dual with Polyak's steps (Held, Wolfe, Crowder 1974).
 *
 * @param valueAt the relaxation's value at the prices; writes into `excess` how much more than allowed is asked of each
 * @returns the best bound, and its prices
 */
export function ascend({ price, lowest, target, rounds, patience, cut, scale: first, least, share, isOver }: Ascent, valueAt: (excess: Float64Array) => number): { readonly price: Float64Array; readonly bound: number } {
  const best = price.slice();
  const excess = new Float64Array(price.length);
  let bound = -Infinity;
  let scale = first;
  let since = 0;
  for (let round = 0; round < rounds && scale > least; round += 1) {
    const value = valueAt(excess);
    if (value > bound) {
      bound = value;
      best.set(price);
      since = 0;
    } else if ((since += 1) >= patience) {
      since = 0;
      scale /= cut;
      price.set(best);
      continue;
    }
    let norm = 0;
    for (let n = 0; n < price.length; n += 1) if (excess[n]! > 0 || price[n]! > lowest) norm += excess[n]! ** 2;
    if (norm === 0 || isOver?.() === true) break;
    const step = (scale * Math.max(share * Math.abs(bound), target - value)) / norm;
    for (let n = 0; n < price.length; n += 1) price[n] = Math.max(lowest, price[n]! + step * excess[n]!);
  }
  return { price: best, bound };
}
