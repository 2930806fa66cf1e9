import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AlertRow } from "../ports/alert.js";
import type { Page, PageAsked } from "../ports/page.js";
import { isPublicId } from "../request/act-on-case.js";
import { tellTurn } from "./tell-turn.js";

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

export async function listAlerts({ store, authorizer }: Deps, actor: Actor, pool: PoolId, filter: { readonly open?: boolean | undefined }, page: PageAsked): Promise<Result<Page<AlertRow>>> {
  const allowed = await authorizer.may(actor, "alert.read", { poolId: pool });
  return allowed.ok ? ok(await store.read(pool).alerts.list(filter, page)) : allowed;
}

/** Somebody has seen it. Once: who saw it first did. */
export async function acknowledgeAlert(deps: Deps, actor: Actor, pool: PoolId, id: string): Promise<Result<AlertRow>> {
  const allowed = await deps.authorizer.may(actor, "alert.acknowledge", { poolId: pool });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.forbidden", { action: "alert.acknowledge" }));
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<AlertRow>> => {
    const alert = isPublicId(id) ? await tx.alerts.lock(id) : undefined;
    if (!alert) return refused(problem("object.not_found", { kind: "alert" }));
    if (alert.acknowledgedAt !== null) return ok(alert);
    const seen: AlertRow = { ...alert, acknowledgedAt: at, acknowledgedBy: actor.personId };
    await tx.alerts.acknowledge(id, actor.personId, at);
    await tellTurn(tx, pool, seen, "acknowledged", at);
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "alert.acknowledge", objectKind: "alert", objectId: id, after: { rule: alert.rule.id }, policyVersion: allowed.value.policyVersion });
    return ok(seen);
  });
}
