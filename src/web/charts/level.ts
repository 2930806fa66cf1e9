/** Levels of a heat map: 0 is "none at all", 1 to 5 share the range up to the largest value. */
export const LEVELS = 5;

/** Bounds are round figures, so that a legend can be read. `bounds[i]` is the largest value of level i + 1. */
export function levelBounds(largest: number): readonly number[] {
  const unit = largest <= LEVELS ? 1 : niceUnit(largest / LEVELS);
  return Array.from({ length: LEVELS }, (_, index) => unit * (index + 1));
}

export function levelOf(value: number, bounds: readonly number[]): number {
  if (value <= 0) return 0;
  const index = bounds.findIndex((bound) => value <= bound);
  return index === -1 ? LEVELS : index + 1;
}

/** The smallest of 1, 2, 2.5, 5 × 10ⁿ (whole numbers only) that is at least `value`. */
function niceUnit(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  for (const factor of [1, 2, 2.5, 5, 10]) {
    const unit = factor * magnitude;
    if (unit >= value && Number.isInteger(unit)) return unit;
  }
  return Math.ceil(value);
}
