import type { UnitId } from "../../domain/id.js";
import { parentsOf } from "../../domain/org/division.js";
import { problem } from "../../domain/problem.js";
import { competentUnit } from "../../domain/request/competence.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { Reforming } from "../ports/reorganisation.js";
import type { Transaction } from "../ports/store.js";
import { officesOf } from "./answers.js";
import type { Done } from "./make-changes.js";
import { referCases } from "./refer-cases.js";
import type { Instant } from "../../domain/instant.js";

/** Names of changed things in one refusal. */
const NAMED_MAX = 10;

/**
 * Undoes what a reform did, last part first, so that every answer is what it was before. Refused when anything it touched was
 * declared anew since. Requests filed meanwhile go to whoever is competent again; what is closed keeps its holder.
 */
export async function takeBack(tx: Transaction, done: readonly Done[], appliedAt: Instant, reforming: Reforming): Promise<Result<void>> {
  const changed: string[] = [];
  for (const part of done) if (part.kind !== "cases") changed.push(...(await tx.reorganisations.changedSince(part)));
  if (changed.length > 0) return refused(problem("reorganisation.changed_since", { what: changed.slice(0, NAMED_MAX).join(", "), count: changed.length }));
  for (const part of [...done].reverse()) {
    if (part.kind === "cases") await referCases(tx, part.publicIds, part.to, part.from, reforming);
    else await tx.reorganisations.undo(part, reforming);
  }
  const gave = new Set(done.flatMap((part) => ("from" in part ? [part.from] : [])));
  for (const unit of new Set(done.flatMap((part) => ("to" in part ? [part.to] : [])))) await filedMeanwhile(tx, unit, gave, appliedAt, reforming);
  return ok();
}

async function filedMeanwhile(tx: Transaction, unit: UnitId, gave: ReadonlySet<UnitId>, appliedAt: Instant, reforming: Reforming): Promise<void> {
  const open = await tx.reorganisations.openRequests(unit, [], appliedAt);
  if (open.length === 0) return;
  const [units, divisions, routing] = [await tx.units.all(), await tx.divisions.all(), await tx.reorganisations.routing()];
  const [offices, parents] = [officesOf(units), parentsOf(divisions)];
  const back = new Map<UnitId, string[]>();
  for (const { publicId, item, version, division } of open) {
    const found = await tx.items.version(item, version);
    const office = found && competentUnit(found.guide, division as never, offices, parents, routing);
    if (office?.ok !== true || office.value.id === unit || !gave.has(office.value.id)) continue;
    back.set(office.value.id, [...(back.get(office.value.id) ?? []), publicId]);
  }
  for (const [to, publicIds] of back) await referCases(tx, publicIds, unit, to, reforming);
}
