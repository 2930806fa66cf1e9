import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { OpenRequests } from "../ports/demand.js";
import type { Page, PageAsked } from "../ports/page.js";
import { lineOf, type RequestLine } from "../request/request-view.js";

/** The rows behind the overview's figures of open requests. They name no person. */
export async function listOpenRequests(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  { which, county }: { readonly which: OpenRequests; readonly county?: string | undefined },
  page: PageAsked,
): Promise<Result<Page<RequestLine>>> {
  const allowed = await deps.authorizer.may(actor, "overview.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const read = deps.store.read(pool);
  const now = await deps.clock.now(pool);
  const [found, map] = await Promise.all([read.demand.openRequests(which, county, now, page), read.catalogue.poolMap()]);
  return ok({ rows: found.rows.map((row) => lineOf(map.calendar, row, now)), next: found.next });
}
