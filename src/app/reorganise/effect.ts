import type { Names } from "../../domain/catalogue/item.js";
import type { PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import type { Reorganisation } from "../../domain/org/reorganisation.js";
import type { Problem } from "../../domain/problem.js";
import { ok, type Result } from "../../domain/result.js";
import { dutyFaults, type DutyFault } from "../duties/read-gaps.js";
import type { UnitStanding, Reforming } from "../ports/reorganisation.js";
import type { Store, Transaction } from "../ports/store.js";
import { competenceAnswers } from "./answers.js";
import { makeChanges, type Done } from "./make-changes.js";

/** Rows of one list; counts say how many there are. */
const LISTED = 50;

/** What a reform would do, found by doing it and taking it back. */
export interface ReorganisationEffect {
  /** Why it could not be made now. */
  readonly problems: readonly Problem[];
  readonly units: readonly (UnitStanding & { readonly names: Names; readonly becomes: UnitId | null })[];
  readonly resources: number;
  readonly assets: number;
  /** Open requests that change hands. */
  readonly requests: number;
  /** Open requests that stay with the unit that works on them. */
  readonly staying: number;
  readonly items: { readonly count: number; readonly listed: readonly { readonly item: string; readonly names: Names; readonly division: string; readonly from: UnitId | null; readonly to: UnitId | null }[] };
  readonly appears: readonly DutyFault[];
  readonly goes: readonly DutyFault[];
}

type Tried = Result<Omit<ReorganisationEffect, "problems">>;

/** Tries it in full, in a transaction that is taken back: nobody is touched. */
export async function effectOf(store: Store, pool: PoolId, draft: Pick<Reorganisation, "changes">, reforming: Reforming): Promise<ReorganisationEffect> {
  const tried = await store.rehearse(pool, async (tx): Promise<Tried> => {
    const today = localDateOf(dayNumberOf(reforming.at));
    const [answers, faults, units, duties] = [await competenceAnswers(tx), await dutyFaults(tx, today), await tx.units.all(), await tx.duties.items()];
    const touched = touchedUnits(draft.changes);
    const standing = await tx.reorganisations.standing(touched.filter((id) => units.some((unit) => unit.id === id)));
    const made = await makeChanges(tx, draft.changes, reforming);
    if (!made.ok) return made;
    const [then, after, afterwards] = [await competenceAnswers(tx), await dutyFaults(tx, today), await becoming(tx, standing)];
    const names = new Map(units.map((unit) => [unit.id, unit.names]));
    const itemNames = new Map<string, Names>(duties.map((duty) => [duty.item, duty.names]));
    const changed = [...then].flatMap(([key, to]) => {
      const from = answers.get(key) ?? null;
      const [item = "", division = ""] = key.split(" ");
      return from === to ? [] : [{ item, names: itemNames.get(item) ?? { zh: item, en: item }, division, from, to }];
    });
    const count = (kind: Done["kind"], of: (part: Done) => number): number => made.value.reduce((sum, part) => sum + (part.kind === kind ? of(part) : 0), 0);
    const cases = count("cases", (part) => (part.kind === "cases" ? part.publicIds.length : 0));
    const inHand = made.value.flatMap((part) => (part.kind === "cases" ? [part.from] : []));
    return ok({
      units: standing.map((one) => ({ ...one, names: names.get(one.unit) ?? { zh: one.unit, en: one.unit }, becomes: afterwards.get(one.unit) ?? null })),
      resources: count("resources", (part) => (part.kind === "resources" ? part.rows.length : 0)),
      assets: count("assets", (part) => (part.kind === "assets" ? part.ids.length : 0)),
      requests: cases + count("requests", (part) => (part.kind === "requests" ? part.ids.length : 0)),
      staying: standing.filter(({ unit }) => inHand.includes(unit)).reduce((sum, one) => sum + one.inHand, 0),
      items: { count: changed.length, listed: changed.slice(0, LISTED) },
      appears: after.filter(({ key }) => !faults.some((fault) => fault.key === key)).slice(0, LISTED),
      goes: faults.filter(({ key }) => !after.some((fault) => fault.key === key)).slice(0, LISTED),
    });
  });
  if (tried.ok) return { problems: [], ...tried.value };
  return { problems: tried.problems, units: [], resources: 0, assets: 0, requests: 0, staying: 0, items: { count: 0, listed: [] }, appears: [], goes: [] };
}

async function becoming(tx: Transaction, standing: readonly UnitStanding[]): Promise<ReadonlyMap<UnitId, UnitId | null>> {
  return new Map(await Promise.all(standing.map(async ({ unit }) => [unit, await tx.reorganisations.successor(unit)] as const)));
}

export const touchedUnits = (changes: Reorganisation["changes"]): readonly UnitId[] => [
  ...new Set(changes.flatMap((change) => (change.kind === "merge" ? [...change.from, change.into] : change.kind === "rename" ? [change.unit, change.to] : [change.from, change.to]))),
];
