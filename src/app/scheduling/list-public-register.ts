import type { DivisionCode, PoolId } from "../../domain/id.js";
import { dayNumberOf, startOfDay } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { dayOfSlot } from "../../domain/pool/period.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { PublicAllocation } from "../ports/public-register.js";

/** What the pool gave, for whom it concerns: everybody. No number, no applicant, no place below the county, no time of day. */
export async function listPublicRegister(deps: AppDeps, actor: Actor, pool: PoolId, filter: { readonly county?: DivisionCode | undefined }, page: PageAsked): Promise<Result<Page<PublicAllocation>>> {
  const allowed = await deps.authorizer.may(actor, "public-register.read", { poolId: pool, public: true });
  if (!allowed.ok) return allowed;
  const { rows, next } = await deps.store.read(pool).publicRegister.list(filter, page);
  return ok({ rows: rows.map(byDay), next });
}

/** Who stood at the counter at half past nine can be seen by whoever stood beside them: rows tell the day alone. */
function byDay(row: PublicAllocation): PublicAllocation {
  const dayOf = (at: number): number => startOfDay(dayNumberOf(at));
  const days = { decidedAt: dayOf(row.decidedAt), occurredAt: row.occurredAt === null ? null : dayOf(row.occurredAt), recordedAt: row.recordedAt === null ? null : dayOf(row.recordedAt) };
  return row.periodKind === "slot" ? { ...row, ...days, periodKind: "day", period: dayOfSlot(row.period) } : { ...row, ...days };
}
