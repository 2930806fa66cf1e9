import type { DivisionCode, PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { PublicAllocation } from "../ports/public-register.js";

/** What the pool gave, for whom it concerns: everybody. No number, no applicant, no place below the county. */
export async function listPublicRegister(deps: AppDeps, actor: Actor, pool: PoolId, filter: { readonly county?: DivisionCode | undefined }, page: PageAsked): Promise<Result<Page<PublicAllocation>>> {
  const allowed = await deps.authorizer.may(actor, "public-register.read", { poolId: pool, public: true });
  if (!allowed.ok) return allowed;
  return ok(await deps.store.read(pool).publicRegister.list(filter, page));
}
