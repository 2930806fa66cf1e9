import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Drain } from "../ports/drain.js";
import { groundsOf } from "../request/act-on-case.js";

/** What was away is back. What was moved stays where it is: nobody is told twice; what could not be moved is kept. */
export async function liftDrain(deps: AppDeps, actor: Actor, pool: PoolId, id: number, reason: string): Promise<Result<Drain>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<Drain>> => {
    const drain = await tx.drains.lock(id);
    if (!drain) return refused(problem("object.not_found", { kind: "drain" }));
    const allowed = await deps.authorizer.may(actor, "drain.lift", { poolId: pool, unitId: drain.unitId });
    if (!allowed.ok) return allowed;
    const given = groundsOf(reason, "reason");
    if (!given.ok) return given;
    if (drain.liftedAt !== null) return refused(problem("object.transition_illegal", { kind: "drain", state: "lifted", event: "lift" }));
    await tx.drains.lift(id, actorIdOf(actor), at, given.value);
    const covered = await tx.drains.ofDrain(id);
    await tx.commands.append(actorIdOf(actor), at, { kind: "resource.declared", resources: covered.map(({ resource }) => resource) });
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "drain.lift",
      objectKind: "drain",
      objectId: String(id),
      before: { kind: drain.kind, targetKind: drain.targetKind, target: drain.target, from: drain.from, to: drain.to },
      after: { reason: given.value },
      policyVersion: allowed.value.policyVersion,
    });
    return ok({ ...drain, liftedBy: actorIdOf(actor), liftedAt: at, liftedReason: given.value });
  });
}
