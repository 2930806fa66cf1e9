import { weekWorks } from "../../domain/pool/calendar.js";
import { Calendars } from "../../domain/pool/calendars.js";
import type { PoolDeclaration } from "../../domain/pool/declare-pool.js";
import { problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import { entryOf, orRefused, type DeclaredRow, type DeclaringAct, type RowOutcome } from "./declaring.js";
import { differences, said } from "./differences.js";

/**
 * Writes the pool's own declaration. Limits are counted in its calendar's working days, so that calendar must exist
 * and must work; call it once the calendars are there.
 */
export async function writePool(act: DeclaringAct, { declaration, place }: DeclaredRow<PoolDeclaration>, calendars: Calendars): Promise<Result<readonly RowOutcome[]>> {
  const { id, names, division, timeZone, calendarId } = declaration;
  const before = await act.tx.pools.get();
  const problems = [];
  if (!calendars.has(calendarId)) problems.push(problem("input.unknown_reference", { kind: "calendar", id: calendarId }, { field: "calendar", ...place }));
  else if (!weekWorks(calendars.stack(calendarId))) problems.push(problem("calendar.never_works", { calendar: calendarId }, { field: "calendar", ...place }));
  const after = { names, division, timeZone, calendar: calendarId };
  const known = before && { names: before.names, division: before.division as string, timeZone: before.timeZone, calendar: before.calendarId as string | null };
  const changed = known && differences(known, after);
  return orRefused(problems, async () => {
    const change = known ? (changed ? "changed" : "unchanged") : "created";
    if (!act.dryRun && change !== "unchanged") {
      await act.tx.pools.put({ id, names, division, calendarId, timeZone });
      await act.tx.audit.append(entryOf(act, known ? "pool.declare" : "pool.create", "pool", id, changed ?? { after: said(after) }));
      if (known) await act.tx.commands.append(act.actorId, act.at, { kind: "pool.declared" });
    }
    return [{ key: id, change, before: known, after, seenGeneration: known ? 1 : null, generation: 1 }];
  });
}
