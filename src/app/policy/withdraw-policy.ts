import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

/** Gives a proposal up before it is in force. It stays on the record. */
export async function withdrawPolicy(deps: AppDeps, actor: Actor, pool: PoolId, version: number): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "policy.withdraw", { poolId: pool });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    await tx.policies.lockActive();
    const proposal = await tx.policies.get(version);
    if (!proposal) return refused(problem("object.not_found", { kind: "policy" }));
    if (proposal.state !== "proposed" && proposal.state !== "approved") {
      return refused(problem("object.transition_illegal", { kind: "policy", state: proposal.state, event: "withdraw" }));
    }
    await tx.policies.withdraw(version);
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "policy.withdraw",
      objectKind: "policy",
      objectId: String(version),
      before: { state: proposal.state },
      after: { state: "withdrawn" },
      policyVersion: allowed.value.policyVersion,
    });
    return ok();
  });
}
