import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Drain } from "../ports/drain.js";
import type { Transaction } from "../ports/store.js";
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
    await takeBack(tx, drain, { actor, at, reason: given.value, policyVersion: allowed.value.policyVersion });
    return ok({ ...drain, liftedBy: actorIdOf(actor), liftedAt: at, liftedReason: given.value });
  });
}

/** Inside somebody's transaction, who has asked whether that may be. */
export async function takeBack(tx: Transaction, { id, kind, targetKind, target, from, to }: Drain, { actor, at, reason, policyVersion }: { readonly actor: Actor; readonly at: Instant; readonly reason: string; readonly policyVersion: number }): Promise<void> {
  await tx.drains.lift(id, actorIdOf(actor), at, reason);
  const covered = await tx.drains.ofDrain(id);
  await tx.commands.append(actorIdOf(actor), at, { kind: "resource.declared", resources: covered.map(({ resource }) => resource) });
  await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "drain.lift", objectKind: "drain", objectId: String(id), before: { kind, targetKind, target, from, to }, after: { reason }, policyVersion });
}
