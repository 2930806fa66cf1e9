import type { Names } from "../catalogue/item.js";
import type { DivisionCode, ZoneId } from "../id.js";

export const DIVISION_LEVELS = ["province", "prefecture", "county", "township", "village"] as const;
export type DivisionLevel = (typeof DIVISION_LEVELS)[number];

/** An administrative division: GB/T 2260 down to counties, its statistical extension below. */
export interface Division {
  readonly code: DivisionCode;
  readonly names: Names;
  readonly level: DivisionLevel;
  readonly parent: DivisionCode | null;
}

/** A functional zone (功能区): no division, but a set of townships that a jurisdiction may name. */
export interface Zone {
  readonly id: ZoneId;
  readonly names: Names;
  readonly townships: readonly DivisionCode[];
}

/** The parents of a pool's divisions, as far up as the pool knows. */
export type DivisionParents = ReadonlyMap<DivisionCode, DivisionCode | null>;

export const parentsOf = (divisions: Iterable<Division>): DivisionParents =>
  new Map([...divisions].map(({ code, parent }) => [code, parent]));

/** The division and those around it, from the innermost outwards. */
export function divisionChain(parents: DivisionParents, code: DivisionCode): DivisionCode[] {
  const chain: DivisionCode[] = [];
  for (let next: DivisionCode | null | undefined = code; next && !chain.includes(next); next = parents.get(next)) chain.push(next);
  return chain;
}

/** Whether `inner` is `outer` or lies in it. */
export const liesIn = (parents: DivisionParents, inner: DivisionCode, outer: DivisionCode): boolean =>
  divisionChain(parents, inner).includes(outer);
