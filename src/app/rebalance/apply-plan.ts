import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { StoredPlan } from "../ports/plan.js";
import { applyLoans } from "./apply-loans.js";
import { seenProblem } from "./decide-plan.js";
import { deskOf, obstaclesNow, onPlan, type PlanDeps } from "./plans.js";

/**
 * Hands the loans of an approved plan to the writer, all or none: what was declared anew since, or is not free any more, is said here,
 * and what is taken in the moment between is refused by the writer, loan by loan on record.
 */
export function applyPlan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number, hash: string): Promise<Result<StoredPlan>> {
  return onPlan(deps, actor, poolId, id, "plan.apply", "apply", () => ({ unitId: null }), async (act, plan) => {
    // Two plans applied at once could lend in a circle that neither of them shows.
    await act.tx.pools.lockDeclaring();
    const seen = await seenProblem(act.tx, plan, hash);
    if (seen) return refused(seen);
    const obstacles = await obstaclesNow(await deskOf(act), plan);
    if (obstacles.length > 0) return unlessRefused(obstacles, undefined as never);
    const applied = await applyLoans({ tx: act.tx, actor, actorId: act.by, at: act.at, policyVersion: act.policyVersion, dryRun: false }, plan.content.loans, { plan: id });
    if (!applied.ok) return applied;
    await act.tx.plans.apply(id, act);
    return ok({ before: { state: plan.state }, after: { state: "applied", hash: plan.hash, loans: applied.value.map((loan) => loan.id) } });
  });
}
