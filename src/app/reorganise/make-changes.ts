import type { ItemCode, UnitId } from "../../domain/id.js";
import { liesIn, parentsOf } from "../../domain/org/division.js";
import type { ReorganisationChange } from "../../domain/org/reorganisation.js";
import type { Unit } from "../../domain/org/unit.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { secondLeadProblems } from "../duties/second-lead.js";
import type { Reforming, Undo } from "../ports/reorganisation.js";
import type { Transaction } from "../ports/store.js";
import { referCases } from "./refer-cases.js";

/** What a reform did, in the order it did it. */
export type Done = Undo | { readonly kind: "cases"; readonly from: UnitId; readonly to: UnitId; readonly publicIds: readonly string[] };

/**
 * Makes the changes one after another, in the caller's transaction: rows change hands, routing rules say where what the old
 * units answered for goes, running work goes along. A merger lets nothing go that is held; where only a part moves, what nobody
 * began goes back to the queue with its place, since another organ decides from now on.
 */
export async function makeChanges(tx: Transaction, changes: readonly ReorganisationChange[], reforming: Reforming): Promise<Result<readonly Done[]>> {
  const done: Done[] = [];
  for (const [at, change] of changes.entries()) {
    const made = await makeChange(tx, change, reforming, `changes.${at}`);
    if (!made.ok) return made;
    done.push(...made.value);
  }
  return ok(done);
}

async function makeChange(tx: Transaction, change: ReorganisationChange, reforming: Reforming, field: string): Promise<Result<readonly Done[]>> {
  switch (change.kind) {
    case "merge": {
      const done: Done[] = [];
      for (const from of change.from) {
        const merged = await merge(tx, from, change.into, reforming, `${field}.merge`);
        if (!merged.ok) return merged;
        done.push(...merged.value);
      }
      return ok(done);
    }
    case "rename": {
      const unit = await active(tx, change.unit, `${field}.rename.unit`);
      if (!unit.ok) return unit;
      if (await tx.units.get(change.to)) return refused(problem("object.exists", { kind: "unit", id: change.to }, { field: `${field}.rename.to` }));
      const made = await tx.reorganisations.makeUnit(unit.value, { id: change.to, names: change.names ?? unit.value.names, line: unit.value.line }, reforming.at);
      const merged = await merge(tx, change.unit, change.to, reforming, `${field}.rename`);
      return merged.ok ? ok([made, ...merged.value]) : merged;
    }
    case "split": {
      const unit = await active(tx, change.from, `${field}.split.from`);
      if (!unit.ok) return unit;
      if (await tx.units.get(change.to)) return refused(problem("object.exists", { kind: "unit", id: change.to }, { field: `${field}.split.to` }));
      // A line of its own: it answers for what is given to it, not for all that the first unit's line does there.
      const made = await tx.reorganisations.makeUnit(unit.value, { id: change.to, names: change.names, line: change.to }, reforming.at);
      const moved = await move(tx, change, reforming, `${field}.split`);
      return moved.ok ? ok([made, ...moved.value]) : moved;
    }
    case "move":
      return await move(tx, change, reforming, `${field}.move`);
  }
}

async function merge(tx: Transaction, from: UnitId, into: UnitId, reforming: Reforming, field: string): Promise<Result<readonly Done[]>> {
  if (from === into) return refused(problem("reorganisation.into_itself", { unit: from }, { field: `${field}.into` }));
  const [ending, staying] = [await active(tx, from, `${field}.from`), await active(tx, into, `${field}.into`)];
  if (!ending.ok) return ending;
  if (!staying.ok) return staying;
  // An organ decides within its own division: what lies outside would be left without one.
  const parents = parentsOf(await tx.divisions.all());
  if (!liesIn(parents, ending.value.division, staying.value.division)) {
    return refused(problem("reorganisation.division_outside", { unit: from, division: ending.value.division, into, intoDivision: staying.value.division }, { field: `${field}.into` }));
  }
  const { reorganisations } = tx;
  const loans = await reorganisations.standingLoans(from, into, []);
  if (loans > 0) return refused(problem("reorganisation.loans_stand", { unit: from, loans }, { field: `${field}.from` }));
  return ok([
    await reorganisations.moveResources(ending.value, staying.value, "all"),
    await reorganisations.moveAssets(from, into, "all"),
    ...(await reorganisations.handOver(from, into, reforming)),
    await reorganisations.endUnit(from, into),
    await reorganisations.route(from, into, "all", reforming),
  ]);
}

async function move(
  tx: Transaction,
  { from, to, resources, items }: { readonly from: UnitId; readonly to: UnitId; readonly resources: readonly string[]; readonly items: readonly ItemCode[] },
  reforming: Reforming,
  field: string,
): Promise<Result<readonly Done[]>> {
  if (from === to) return refused(problem("reorganisation.into_itself", { unit: from }, { field: `${field}.to` }));
  const [giving, taking] = [await active(tx, from, `${field}.from`), await active(tx, to, `${field}.to`)];
  if (!giving.ok) return giving;
  if (!taking.ok) return taking;
  const rows = await tx.resources.byCodes(resources);
  const strange = resources.find((code) => rows.get(code)?.unitId !== from || rows.get(code)?.state === "retired");
  if (strange !== undefined) return refused(problem("reorganisation.not_its_own", { unit: from, kind: "resource", id: strange }, { field: `${field}.resources` }));
  // A loan is between two units, for one resource: it does not follow half of what it rests on.
  const loans = await tx.reorganisations.standingLoans(from, to, resources);
  if (loans > 0) return refused(problem("reorganisation.loans_stand", { unit: from, loans }, { field: `${field}.resources` }));
  const known = await tx.items.codes();
  const unknown = items.find((code) => !known.has(code));
  if (unknown !== undefined) return refused(problem("input.unknown_reference", { kind: "item", id: unknown }, { field: `${field}.items` }));
  const [second, ...more] = await secondLeadProblems(tx, reforming.at, [...rows.values()].map((row) => ({ declaration: { ...row, unitId: to }, place: { field: `${field}.resources` } })));
  if (second) return refused(second, ...more);
  const done: Done[] = [];
  if (resources.length > 0) {
    const moved = await tx.reorganisations.moveResources(giving.value, taking.value, resources);
    done.push(moved, await tx.reorganisations.moveAssets(from, to, moved.rows.map(({ id }) => id)));
  }
  if (items.length > 0) {
    done.push(await tx.reorganisations.route(from, to, items, reforming));
    const open = await tx.reorganisations.openRequests(from, items);
    done.push({ kind: "cases", from, to, publicIds: await referCases(tx, open.map(({ publicId }) => publicId), from, to, reforming) });
  }
  return ok(done);
}

async function active(tx: Transaction, id: UnitId, field: string): Promise<Result<Unit>> {
  const unit = await tx.units.lock(id);
  if (await tx.taskForces.get(id)) return refused(problem("task-force.is_no_organ", { unit: id }, { field }));
  if (unit?.kind === "supplier") return refused(problem("supplier.is_no_organ", { unit: id }, { field }));
  return unit && unit.state === "active" ? ok(unit) : refused(problem("input.unknown_reference", { kind: "unit", id }, { field }));
}
