import type { PoolId } from "../../domain/id.js";
import { actorIdOf, isPoolRole, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

/** Takes a role away: with the person's next call it is gone, their sessions end, and the writer decides nothing on it. */
export async function revokeRole(deps: AppDeps, actor: Actor, pool: PoolId, grantId: number): Promise<Result<void>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    const grant = await tx.roleGrants.get(grantId);
    const act = grant && isPoolRole(grant.role) ? "role-grant.revoke-pool-role" : "role-grant.revoke-unit-role";
    const allowed = await deps.authorizer.may(actor, act, { poolId: pool, unitId: grant?.unitId ?? null, personId: grant?.personId ?? null });
    if (!allowed.ok) return allowed;
    const by = actor.kind === "person" ? actor.personId : SYSTEM_PERSON;
    if (!grant || !(await tx.roleGrants.revoke(grantId, by, at))) return refused(problem("object.not_found", { kind: "role-grant" }));
    await tx.people.endSessions(grant.personId);
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      onBehalfOf: grant.personId,
      act,
      objectKind: "role-grant",
      objectId: String(grantId),
      before: { personId: grant.personId, role: grant.role, unitId: grant.unitId },
      policyVersion: allowed.value.policyVersion,
    });
    return ok();
  });
}
