import type { Amount } from "../quantity.js";

/** What a resource declares for one period. */
export interface Supply {
  readonly total: Amount;
  readonly reserved: Amount;
  /** Whole percent; 100 = none. */
  readonly overcommitPercent: number;
}

/** What the books say about one resource in one period. */
export interface Balance {
  readonly capacity: Amount;
  readonly borrowed: Amount;
  readonly lent: Amount;
  readonly held: Amount;
  readonly settled: Amount;
}

/** floor((total − reserved) × overcommit), never below 0. Outside calendar or validity the capacity is 0: the caller knows. */
export const capacityOf = ({ total, reserved, overcommitPercent }: Supply): Amount =>
  // BigInt: total × percent may pass 2^53.
  Math.max(0, Number((BigInt(Math.max(0, total - reserved)) * BigInt(overcommitPercent)) / 100n));

/** May be negative: the resource is then *overdrawn* and gives nothing until it is free again. */
export const freeOf = ({ capacity, borrowed, lent, held, settled }: Balance): Amount =>
  capacity + borrowed - lent - held - settled;
