import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

/**
 * A second person approves exactly the content they saw.
 *
 * @param contentHash hash of the content that was shown; another one is refused.
 */
export async function approvePolicy(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  version: number,
  contentHash: string,
): Promise<Result<void>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    const active = await tx.policies.lockActive();
    const proposal = await tx.policies.get(version);
    const allowed = await deps.authorizer.may(actor, "policy.approve", {
      poolId: pool,
      ...(proposal ? { personId: proposal.proposedBy } : {}),
    });
    if (actor.kind === "person" && proposal?.proposedBy === actor.personId) return refused(problem("policy.second_person_required", {}));
    if (!allowed.ok) return allowed;
    if (!proposal || !active || actor.kind !== "person") return refused(problem("object.not_found", { kind: "policy" }));
    if (proposal.state !== "proposed") {
      return refused(problem("object.transition_illegal", { kind: "policy", state: proposal.state, event: "approve" }));
    }
    if (proposal.baseVersion !== active.version) {
      return refused(problem("policy.base_changed", { base: proposal.baseVersion, active: active.version }));
    }
    // Else its author could make the second person.
    const held = (await tx.roleGrants.of(actor.personId)).filter(({ role }) => role === "policy-admin");
    if (!held.some(({ grantedAt }) => grantedAt <= proposal.proposedAt)) return refused(problem("policy.approver_too_new", {}));
    const hash = deps.policyWorkbench.hash(await tx.policies.rules(version));
    if (contentHash !== hash || proposal.contentHash !== hash) return refused(problem("policy.content_changed", {}));

    await tx.policies.approve(version, actor.personId, at, hash);
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "policy.approve",
      objectKind: "policy",
      objectId: String(version),
      before: { state: "proposed" },
      after: { state: "approved", contentHash: hash, proposedBy: proposal.proposedBy },
      policyVersion: allowed.value.policyVersion,
    });
    return ok();
  });
}
