import { parseClassId, parseUnitId, type PoolId, type UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { RecordReader, type RawRecord } from "../../domain/record.js";
import type { StandingLimit } from "../../domain/rebalance/plan.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, entryOf } from "../pool/declaring.js";

type LimitDeps = Pick<AppDeps, "store" | "authorizer">;

/** How a standing limit is named in an address. */
export const limitKey = ({ unitId, classId }: Pick<StandingLimit, "unitId" | "classId">): string => `${unitId}:${classId}`;

export async function readStandingLimits({ store, authorizer }: LimitDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly StandingLimit[]>> {
  const allowed = await authorizer.may(actor, "standing-limit.read", { poolId, unitId: null });
  return allowed.ok ? ok(await store.read(poolId).plans.standingLimits()) : allowed;
}

/** A unit's head says how much of a class may be lent in each period without being asked; 0: ask for every loan. */
export async function declareStandingLimit({ store, authorizer }: LimitDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<StandingLimit>> {
  const reader = new RecordReader(record, []);
  const limit = { unitId: reader.id("unit", parseUnitId), classId: reader.id("class", parseClassId), amount: reader.amount("amount") };
  reader.end();
  const allowed = await mayDeclare(authorizer, actor, poolId, limit.unitId || null);
  if (!allowed.ok) return allowed;
  return declaring({ store }, actor, poolId, allowed.value.policyVersion, async (act): Promise<Result<StandingLimit>> => {
    const of = (await act.tx.classes.all()).find(({ id }) => id === limit.classId);
    if (limit.classId !== ("" as typeof limit.classId) && !of) reader.refuse(problem("class.unknown", { class: limit.classId }, reader.at("class")));
    if (of?.lend === "none") reader.refuse(problem("loan.not_lendable", { class: of.id }, reader.at("class")));
    if (limit.unitId !== ("" as UnitId) && !(await act.tx.units.get(limit.unitId))) reader.refuse(problem("input.unknown_reference", { kind: "unit", id: limit.unitId }, reader.at("unit")));
    if (reader.problems.length > 0) return unlessRefused(reader.problems, undefined as never);
    const before = (await act.tx.plans.standingLimits()).find((one) => limitKey(one) === limitKey(limit));
    await act.tx.plans.putStandingLimit(limit);
    await act.tx.audit.append(entryOf(act, "standing-limit.declare", "standing-limit", limitKey(limit), { before: before && { amount: before.amount }, after: { amount: limit.amount } }));
    return ok({ ...limit, generation: (before?.generation ?? 0) + 1 });
  });
}

/** From then on every loan of it is asked for. */
export async function removeStandingLimit({ store, authorizer }: LimitDeps, actor: Actor, poolId: PoolId, key: string): Promise<Result<StandingLimit>> {
  const there = (await store.read(poolId).plans.standingLimits()).find((one) => limitKey(one) === key);
  const allowed = await mayDeclare(authorizer, actor, poolId, there?.unitId ?? null);
  if (!allowed.ok) return allowed;
  if (!there) return refused(problem("object.not_found", { kind: "standing-limit" }));
  return declaring({ store }, actor, poolId, allowed.value.policyVersion, async (act): Promise<Result<StandingLimit>> => {
    await act.tx.plans.removeStandingLimit(there.unitId, there.classId);
    await act.tx.audit.append(entryOf(act, "standing-limit.declare", "standing-limit", key, { before: { amount: there.amount } }));
    return ok(there);
  });
}

/** Who may read every limit is told that they may not set this one. */
async function mayDeclare(authorizer: LimitDeps["authorizer"], actor: Actor, poolId: PoolId, unitId: UnitId | null): ReturnType<LimitDeps["authorizer"]["may"]> {
  const read = await authorizer.may(actor, "standing-limit.read", { poolId, unitId: null });
  if (!read.ok) return read;
  const allowed = await authorizer.may(actor, "standing-limit.declare", { poolId, unitId });
  return allowed.ok ? allowed : refused(problem("access.forbidden", { action: "standing-limit.declare" }));
}
