import type { PoolId } from "../../domain/id.js";
import { parseLocalDate } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { firstRecallDay } from "../../domain/rebalance/loan.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { StoredPlan } from "../ports/plan.js";
import { recallLoan } from "./bring-back-loan.js";
import { onPlan, type PlanDeps } from "./plans.js";

/**
 * Undoes an applied plan: each of its loans is recalled with notice, all in one act. What ends by itself before the notice is over ends
 * so; what was brought back before stays as it was said. One person may: everybody has their own again.
 */
export function takeBackPlan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number, grounds: string): Promise<Result<StoredPlan>> {
  return onPlan(deps, actor, poolId, id, "plan.take-back", "take-back", () => ({ unitId: null }), async (act) => {
    const last = firstRecallDay(act.today);
    const loans = (await act.tx.loans.ofPlan(id)).filter(({ state, from, to }) => state === "active" && (from > act.today || parseLocalDate(to)! >= parseLocalDate(last)!));
    if (loans.length === 0) return refused(problem("plan.nothing_to_take_back", {}));
    for (const loan of loans) {
      const recalled = await recallLoan(deps, actor, poolId, loan.id, { grounds });
      if (!recalled.ok) return recalled;
    }
    return ok({ before: { loans: loans.map((loan) => loan.id) }, after: { state: "applied", grounds, recalled: loans.map((loan) => loan.id) } });
  });
}
