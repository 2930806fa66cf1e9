import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { Register } from "../../domain/pool/register.js";
import type { Reading } from "../ports/store.js";

const byId = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> => new Map(rows.map((row) => [row.id, row]));

/** Everything a declaration of this pool may refer to: a few thousand rows, read together. */
export async function readRegister(reading: Reading): Promise<Result<Register>> {
  const pool = await reading.pools.get();
  if (!pool) return refused(problem("object.not_found", { kind: "pool" }));
  const [divisions, zones, calendars, classes, traits, units] = [
    await reading.divisions.all(),
    await reading.zones.all(),
    await reading.calendars.all(),
    await reading.classes.all(),
    await reading.traits.all(),
    await reading.units.all(),
  ];
  return ok({
    pool: { id: pool.id, division: pool.division, calendarId: pool.calendarId },
    divisions: new Map(divisions.map((division) => [division.code, division])),
    zones: byId(zones),
    calendars: byId(calendars),
    classes: byId(classes),
    traits: byId(traits),
    units: byId(units),
  });
}
