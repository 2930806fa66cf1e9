import type { ItemCode, UnitId } from "../../domain/id.js";
import { coordinatorOf, type ContestMatter } from "../../domain/org/contest.js";
import type { Reading } from "../ports/store.js";

/** What a contest is about, as items. */
export async function itemsOf(reading: Pick<Reading, "duties">, { item, classId }: ContestMatter): Promise<readonly ItemCode[]> {
  if (item !== null) return [item];
  return (await reading.duties.items()).filter(({ functions }) => functions.some((one) => one.own && one.class === classId)).map((duty) => duty.item);
}

/** The nearest unit above all of them that is none of them, by the tree as it is now. */
export async function coordinatorNow(reading: Pick<Reading, "units">, parties: readonly UnitId[]): Promise<UnitId | null> {
  const units = await reading.units.all();
  const active = new Set(units.filter(({ state }) => state === "active").map(({ id }) => id));
  return coordinatorOf(new Map(units.map(({ id, parent }) => [id, parent])), parties, (unit) => active.has(unit));
}
