import type { ClassId, PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { LeadExceptionRow } from "../ports/duty.js";
import { groundsOf } from "../request/act-on-case.js";

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

export interface LeadExceptionInput {
  readonly class: string;
  /** The unit that holds the function beside the one that leads it. */
  readonly unit: string;
  /** First and last day. */
  readonly from: string;
  readonly to: string;
  /** Law and article. */
  readonly basis: string;
}

/** Longest an exception may last: what is meant to stay is for the law on who leads. */
const DAYS_MAX = 3 * 366;

/** Lets a second unit hold a function for a while, because a law says so. The resource is declared afterwards, with the same dates or fewer. */
export async function declareLeadException(deps: Deps, actor: Actor, pool: PoolId, input: LeadExceptionInput): Promise<Result<LeadExceptionRow>> {
  const allowed = await deps.authorizer.may(actor, "lead-exception.declare", { poolId: pool });
  if (!allowed.ok) return allowed;
  const basis = groundsOf(input.basis, "basis");
  if (!basis.ok) return basis;
  const [from, to] = [parseLocalDate(input.from), parseLocalDate(input.to)];
  if (from === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" }));
  if (to === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "to" }));
  const at = await deps.clock.now(pool);
  if (to < Math.max(from, dayNumberOf(at))) return refused(problem("validity.reversed", {}, { field: "to" }));
  if (to - from > DAYS_MAX) return refused(problem("lead.exception_too_long", { days: DAYS_MAX }, { field: "to" }));
  return await deps.store.transact(pool, async (tx): Promise<Result<LeadExceptionRow>> => {
    const [unit, classes] = [await tx.units.get(input.unit), await tx.classes.all()];
    const cls = classes.find(({ id }) => id === input.class);
    if (!cls) return refused(problem("class.unknown", { class: input.class.slice(0, 160) }, { field: "class" }));
    if (cls.kind !== "function") return refused(problem("lead.not_a_function", { class: cls.id }, { field: "class" }));
    if (!unit || unit.state !== "active") return refused(problem("input.unknown_reference", { kind: "unit", id: input.unit.slice(0, 63) }, { field: "unit" }));
    const row = { classId: cls.id as ClassId, unitId: unit.id as UnitId, validFrom: localDateOf(from), validTo: localDateOf(to), basis: basis.value, declaredBy: actorIdOf(actor), declaredAt: at };
    const id = await tx.duties.insertException(row);
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "lead-exception.declare", objectKind: "lead-exception", objectId: String(id), after: row, policyVersion: allowed.value.policyVersion });
    return ok({ id, ...row, withdrawnAt: null });
  });
}

/** The exception ends now: if both units still hold the function, the report says so from now on. */
export async function withdrawLeadException(deps: Deps, actor: Actor, pool: PoolId, id: number): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "lead-exception.withdraw", { poolId: pool });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    if (!(await tx.duties.withdrawException(id, actorIdOf(actor), at))) return refused(problem("object.not_found", { kind: "lead-exception" }));
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "lead-exception.withdraw", objectKind: "lead-exception", objectId: String(id), policyVersion: allowed.value.policyVersion });
    return ok();
  });
}

export async function listLeadExceptions({ store, authorizer }: Deps, actor: Actor, pool: PoolId, { ended = false } = {}): Promise<Result<readonly LeadExceptionRow[]>> {
  const allowed = await authorizer.may(actor, "gap.read", { poolId: pool });
  return allowed.ok ? ok(await store.read(pool).duties.exceptions({ ended })) : allowed;
}
