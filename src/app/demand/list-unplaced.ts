import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { UnplacedFilter, UnplacedStep } from "../ports/demand.js";
import type { Page, PageAsked } from "../ports/page.js";

/** Steps without a place, the most urgent first. */
export async function listUnplaced(deps: AppDeps, actor: Actor, pool: PoolId, filter: UnplacedFilter, page: PageAsked): Promise<Result<Page<UnplacedStep>>> {
  const allowed = await deps.authorizer.may(actor, "queue.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  return ok(await deps.store.read(pool).demand.unplaced(filter, page));
}
