import type { Choice } from "./choose.js";
import type { Lane } from "./queue.js";

/** By claim, whom alone it may use; null: any. */
export type Bindings = readonly (readonly number[] | null)[];

export const NO_BINDINGS: Bindings = [];

/** Claims that are served by one unit or one resource, and for each that could serve them, whom each claim may use. */
export interface Group {
  readonly members: readonly number[];
  readonly values: readonly (readonly (readonly number[])[])[];
}

/** @param everybody Those who take no part are counted in. */
export function groupsOf(lane: Lane, everybody = false): Group[] {
  const members = new Map<string, number[]>();
  lane.claims.forEach(({ sameUnit, sameResource }, at) => {
    for (const key of [sameUnit === null ? "" : `u${sameUnit}`, sameResource === null ? "" : `r${sameResource}`]) {
      if (key !== "") members.set(key, [...(members.get(key) ?? []), at]);
    }
  });
  return [...members].map(([key, of]): Group => {
    const asks = of.map((at) => lane.claims[at]!.ask);
    const values = key.startsWith("u")
      ? [...asks[0]!.byUnit().keys()].map((unitId) => asks.map((ask) => ask.ofUnit(unitId, everybody)))
      : [...asks[0]!.able(everybody)].filter((r) => asks.every((ask) => ask.serves(r, everybody))).map((r) => asks.map(() => [r]));
    return { members: of, values: values.filter((rs) => rs.every((those, nth) => those.length >= lane.claims[of[nth]!]!.count)) };
  });
}

/** More different resources than there are, or claims that one could serve and nobody could. */
export function impossible(lane: Lane): (Choice & { readonly kind: "impossible" }) | undefined {
  for (const [claim, { ask, count }] of lane.claims.entries()) {
    if (count === 1 || ask.ableCount >= count) continue;
    // With those who take no part there would be enough: that is the head's matter, not the pool's.
    const rule = ask.ableCount + ask.keptOutAble >= count ? "persons" : "count";
    return { kind: "impossible", claim, refusal: { rule, asked: count, most: ask.ableCount } };
  }
  if (!lane.grouped) return undefined;
  const group = groupsOf(lane).find(({ values }) => values.length === 0);
  const claim = group?.members[0];
  if (claim === undefined) return undefined;
  // Could one serve them all if everybody took part, it is again the head's matter.
  const rule = groupsOf(lane, true).every(({ values }) => values.length > 0) ? "persons" : "group";
  return { kind: "impossible", claim, refusal: { rule, asked: lane.claims[claim]!.ask.amount, most: 0 } };
}
