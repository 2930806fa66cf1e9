import { parsePoolId, type PersonId, type PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { leave, refer } from "../../domain/request/case.js";
import { competentUnit, lawfulUnit, type Competent } from "../../domain/request/competence.js";
import { dueDates, extended } from "../../domain/request/deadline.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Referral } from "../ports/referral.js";
import type { LockedCase } from "../ports/request.js";
import type { Transaction } from "../ports/store.js";
import { actOnCase, groundsOf, type Acting, type Acted, type ActOutcome } from "./act-on-case.js";
import { deliverReferrals } from "./deliver-referral.js";
import { placeOf } from "./prepare-request.js";

export interface ReferralInput {
  readonly publicId: string;
  /** The competent unit; absent: found by item and place, in this pool or the other. */
  readonly unit?: string | undefined;
  /** Another pool of this installation. */
  readonly pool?: string | undefined;
  readonly reason: string;
  /** Law and article. */
  readonly basis: string;
  readonly generation?: number | undefined;
}

/**
 * The unit it was filed with is not competent: it goes to the one that is (移送), with its number, its receipt and its
 * place in the queue. Wrong filing never resets the clock.
 */
export async function referRequest(deps: AppDeps, actor: Actor, pool: PoolId, input: ReferralInput): Promise<Result<ActOutcome>> {
  const to = input.pool === undefined || input.pool === pool ? undefined : await otherPool(deps, input.pool);
  if (to && !to.ok) return to;
  const outcome = await actOnCase(deps, actor, pool, { ...input, action: "request.refer" }, async (acting) =>
    to ? await leaving(acting, to.value, input) : await within(acting, input),
  );
  // Now, so that the applicant finds it there at once; if anything is in the way, the next pass takes it along.
  if (outcome.ok && to) await deliverReferrals(deps, pool).catch(() => 0);
  return outcome;
}

async function otherPool(deps: AppDeps, name: string): Promise<Result<PoolId>> {
  const parsed = parsePoolId(name, "pool");
  if (!parsed.ok) return parsed;
  const found = await deps.pools.find(parsed.value);
  return found && !found.sandbox ? ok(found.id) : refused(problem("input.unknown_reference", { kind: "pool", id: name.slice(0, 63) }, { field: "pool" }));
}

async function within(acting: Acting, input: ReferralInput): Promise<Result<Acted>> {
  const { tx, locked } = acting;
  const words = wordsOf(input);
  if (!words.ok) return words;
  const unit = await competent(tx, locked, input.unit);
  if (!unit.ok) return unit;
  if (unit.value.id === locked.unitId) return refused(problem("referral.already_competent", { unit: unit.value.id }, { field: "unit" }));
  return await moved(acting, unit.value, "referral", words.value);
}

/** Found by item and place. A unit that is named must be that one, unless it is the present one that the rule finds. */
async function competent(tx: Transaction, locked: LockedCase, named: string | undefined): Promise<Result<Competent>> {
  const [map, item] = await Promise.all([tx.catalogue.poolMap(true), tx.items.version(locked.item, locked.itemVersion)]);
  if (!item) throw new Error(`request ${locked.number} has no item version`);
  const lawful = competentUnit(item.guide, locked.division, map.offices, map.parents, map.routing);
  if (named === undefined) return lawful;
  const office = map.offices.find(({ id }) => id === named);
  if (!office) return refused(problem("input.unknown_reference", { kind: "unit", id: named.slice(0, 63) }, { field: "unit" }));
  if (lawful.ok && lawful.value.id === office.id) return lawful;
  // A task force has what comes to it by its items alone: a case is referred to whoever answers in law.
  if (map.routing.takers?.some(({ unit }) => unit === office.id)) return refused(problem("task-force.takes_no_referral", { unit: office.id }, { field: "unit" }));
  if (!lawful.ok || lawful.value.id === locked.unitId || lawful.value.lead?.id === office.id) return ok(office);
  const { id, names } = lawful.value;
  return refused(problem("referral.not_competent", { unit: office.id, competent: id, competentZh: names.zh, competentEn: names.en }, { field: "unit" }));
}

/** The other unit answers from now on; the dates are counted anew from the same receipt. */
export async function moved({ tx, locked, doing }: Acting, { id: to, lead }: Pick<Competent, "id" | "lead">, kind: Referral["kind"], { reason, basis }: Words): Promise<Result<Acted>> {
  const [map, item] = await Promise.all([tx.catalogue.poolMap(), tx.items.version(locked.item, locked.itemVersion)]);
  if (!item) throw new Error(`request ${locked.number} has no item version`);
  const { file } = locked;
  const counted = dueDates(map.calendar, locked.receivedAt, item.guide);
  // The dates of a bundle's request are those of the whole way to it.
  const due =
    locked.bundleRequestId === null
      ? { promisedDueAt: extended(map.calendar, counted.promisedDueAt, file.pausedWorkingDays), statutoryDueAt: extended(map.calendar, counted.statutoryDueAt, file.pausedWorkingDays) }
      : { promisedDueAt: file.promisedDueAt, statutoryDueAt: file.statutoryDueAt };
  const act = refer(file, due);
  if (!act.ok) return act;
  const referral = { kind, fromUnitId: locked.unitId, toUnitId: to, toPoolId: null, reason, basis, actorId: doing.by as PersonId, at: doing.at };
  await tx.referrals.move(file.id, referral, act.value.open, lead?.id ?? null);
  return ok({ act: act.value, facts: { from: locked.unitId, to, ...(lead === undefined ? {} : { lead: lead.id }), reason, basis } });
}

async function leaving({ tx, locked, doing, deps }: Acting, pool: PoolId, input: ReferralInput): Promise<Result<Acted>> {
  const words = wordsOf(input);
  if (!words.ok) return words;
  if (locked.bundleRequestId !== null) return refused(problem("referral.part_of_bundle", {}, { field: "pool" }));
  const there = deps.store.read(pool);
  const [map, item] = await Promise.all([there.catalogue.poolMap(true), there.items.published(locked.item)]);
  if (!item) return refused(problem("referral.item_absent", { pool }, { field: "pool" }));
  const place = placeOf(map, locked.division);
  if (!place.ok && input.unit === undefined) return place;
  const office = input.unit === undefined ? lawfulUnit(item.guide, locked.division, map.offices, map.parents, map.routing) : named(map.offices, input.unit);
  if (!office.ok) return office;
  const { reason, basis } = words.value;
  const act = leave(locked.file, reason, doing);
  if (!act.ok) return act;
  const referral = { kind: "referral" as const, fromUnitId: locked.unitId, toUnitId: office.value.id, toPoolId: pool, reason, basis, actorId: doing.by as PersonId, at: doing.at };
  await tx.referrals.move(locked.file.id, referral, []);
  return ok({ act: act.value, facts: { from: locked.unitId, to: office.value.id, pool, reason, basis } });
}

const named = <T extends { readonly id: string }>(offices: readonly T[], unit: string): Result<T> => {
  const office = offices.find(({ id }) => id === unit);
  return office ? ok(office) : refused(problem("input.unknown_reference", { kind: "unit", id: unit.slice(0, 63) }, { field: "unit" }));
};

export interface Words {
  readonly reason: string;
  readonly basis: string;
}

export function wordsOf(input: { readonly reason: string; readonly basis: string }): Result<Words> {
  const reason = groundsOf(input.reason, "reason");
  if (!reason.ok) return reason;
  const basis = groundsOf(input.basis, "basis");
  return basis.ok ? ok({ reason: reason.value, basis: basis.value }) : basis;
}
