import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AuditFilter, RecordedEntry } from "../ports/audit-trail.js";
import type { Page, PageAsked } from "../ports/page.js";

/** What was done in the pool, newest first. */
export async function listAudit(deps: AppDeps, actor: Actor, pool: PoolId, filter: AuditFilter, page: PageAsked): Promise<Result<Page<RecordedEntry>>> {
  const allowed = await deps.authorizer.may(actor, "audit.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  return ok(await deps.store.read(pool).auditTrail.list(filter, page));
}
