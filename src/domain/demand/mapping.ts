import { stableHash, stableShare } from "../stable-hash.js";
import type { TraceRow } from "./trace.js";

/** How often an item is asked for at a place. */
export interface Demand {
  readonly item: string;
  readonly division: string;
  readonly perYear: number;
}

export interface Asked {
  readonly item: string;
  readonly division: string;
}

/** A value's stretch of [0, 1), as long as its share of the whole. */
interface Stretch<T> {
  readonly value: T;
  readonly from: number;
  readonly to: number;
}

/** Lays values side by side in an order that their names and the seed alone decide. */
function laidOut<T>(weights: ReadonlyMap<T, number>, nameOf: (value: T) => string, seed: number): Stretch<T>[] {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  let at = 0;
  return [...weights]
    .sort(([a], [b]) => stableHash(seed, nameOf(a)) - stableHash(seed, nameOf(b)) || (nameOf(a) < nameOf(b) ? -1 : 1))
    .map(([value, weight]) => {
      const from = at;
      at += weight / total;
      return { value, from, to: at };
    });
}

/** The stretch that holds the point. */
function holding<T>(stretches: readonly Stretch<T>[], point: number): T | undefined {
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.to ?? 1) <= point) low = middle + 1;
    else high = middle;
  }
  return stretches[low]?.value;
}

const counted = <T>(values: Iterable<T>): Map<T, number> => {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

const kindOf = ({ agency, type }: TraceRow): string => `${agency} ${type}`;

/**
 * Gives every request of a trace an item and a place of the pool.
 *
 * The kinds of the trace (agency and type) lie side by side in [0, 1), each as long as its share of the trace; the items
 * of the pool lie over them, each as long as its share of the demand. A request takes the item over its point in its own
 * kind's stretch. So every item is asked for as often as the pool's demand says, and a rush of one kind stays a rush on
 * the one or few items that lie over it. Districts are laid under an item's divisions in the same way.
 */
export function createMapping(rows: readonly TraceRow[], demand: readonly Demand[], seed: number): (row: TraceRow) => Asked | undefined {
  const perItem = new Map<string, number>();
  const perDivision = new Map<string, Map<string, number>>();
  for (const { item, division, perYear } of demand) {
    perItem.set(item, (perItem.get(item) ?? 0) + perYear);
    const places = perDivision.get(item) ?? new Map<string, number>();
    perDivision.set(item, places.set(division, (places.get(division) ?? 0) + perYear));
  }
  const name = (value: string): string => value;
  const items = laidOut(perItem, name, seed);
  const placesOf = new Map([...perDivision].map(([item, places]) => [item, laidOut(places, name, seed)]));
  const stretchOf = (values: Iterable<string>): ReadonlyMap<string, Stretch<string>> =>
    new Map(laidOut(counted(values), name, seed).map((stretch) => [stretch.value, stretch]));
  const kinds = stretchOf(rows.map(kindOf));
  const districts = stretchOf(rows.map(({ district }) => district));
  const point = (stretch: Stretch<string> | undefined, ...of: readonly string[]): number =>
    stretch ? stretch.from + (stretch.to - stretch.from) * stableShare(seed, ...of) : stableShare(seed, ...of);

  return (row) => {
    const item = holding(items, point(kinds.get(kindOf(row)), row.id, "item"));
    if (item === undefined) return undefined;
    const division = holding(placesOf.get(item) ?? [], point(districts.get(row.district), row.id, "place"));
    return division === undefined ? undefined : { item, division };
  };
}
