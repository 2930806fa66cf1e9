import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

/**
 * Puts an approved version into force. Within a second every process answers by it. When it withdraws anything, the
 * writer is made to forget what it assumed under the old one.
 */
export async function activatePolicy(deps: AppDeps, actor: Actor, pool: PoolId, version: number): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "policy.activate", { poolId: pool });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.sign_in_required", {}));

  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    const active = await tx.policies.lockActive();
    const approved = await tx.policies.get(version);
    if (!active || !approved) return refused(problem("object.not_found", { kind: "policy" }));
    if (approved.state !== "approved") {
      return refused(problem("object.transition_illegal", { kind: "policy", state: approved.state, event: "activate" }));
    }
    if (approved.baseVersion !== active.version) {
      return refused(problem("policy.base_changed", { base: approved.baseVersion, active: active.version }));
    }
    const rules = await tx.policies.rules(version);
    const hash = deps.policyWorkbench.hash(rules);
    if (approved.approvedHash !== hash || approved.contentHash !== hash) return refused(problem("policy.content_changed", {}));

    const { withdraws } = deps.policyWorkbench.compare(await tx.policies.rules(active.version), rules);
    await tx.policies.activate(version, actor.personId, at);
    if (withdraws) await tx.policies.raiseRevocations();
    await tx.commands.append(actorIdOf(actor), at, { kind: "policy.activated", version });
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "policy.activate",
      objectKind: "policy",
      objectId: String(version),
      before: { version: active.version, contentHash: active.contentHash },
      after: { version, contentHash: hash, withdraws },
      policyVersion: allowed.value.policyVersion,
    });
    return ok();
  });
}
