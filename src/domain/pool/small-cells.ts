/**
 * How many must share a ground before its code is told to somebody who may not know whom it concerns. The number who
 * stand before a person is theirs to know; why a single neighbour does is not.
 */
export const CELL_MIN = 3;

export interface Counted<G extends string> {
  readonly ground: G;
  readonly count: number;
}

/** Grounds that few share, told as one without a name; the sum stays what it was. */
export function withoutSmallCells<G extends string>(counts: readonly Counted<G>[], isPersonal: (ground: G) => boolean): { readonly named: readonly Counted<G>[]; readonly unnamed: number } {
  const small = (one: Counted<G>): boolean => isPersonal(one.ground) && one.count < CELL_MIN;
  return {
    named: counts.filter((one) => !small(one)),
    unnamed: counts.reduce((sum, one) => sum + (small(one) ? one.count : 0), 0),
  };
}
