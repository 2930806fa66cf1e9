import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { keptOn, renewal } from "../../domain/rebalance/loan.js";
import { refused, type Result } from "../../domain/result.js";
import type { StoredPlan } from "../ports/plan.js";
import { draftPlan, type PlanDeps } from "./plans.js";

/**
 * Drafts the plan that lets a loan go on after its last day, by the same terms and with what of it stayed lent. It is proposed, agreed to and approved as any other:
 * who lent for a week has not lent for a year.
 *
 * @param until the last day of the renewal
 */
export async function renewLoan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number, { until, title }: { readonly until: string; readonly title: string }): Promise<Result<StoredPlan>> {
  const loan = await deps.store.read(poolId).loans.get(id);
  const allowed = await deps.authorizer.may(actor, "loan.read", { poolId, unitId: loan?.borrower ?? null });
  const read = allowed.ok || !loan ? allowed : await deps.authorizer.may(actor, "loan.read", { poolId, unitId: loan.lender });
  if (!read.ok) return read;
  if (!loan) return refused(problem("object.not_found", { kind: "loan" }));
  if (loan.state !== "active") return refused(problem("object.transition_illegal", { kind: "loan", state: loan.state, event: "renew" }));
  const { classId, borrower, amount, from, to, legalBasis } = renewal({ ...loan, amount: keptOn(loan.amount, loan.parts, loan.to) }, until);
  return draftPlan(deps, actor, poolId, { title, loans: [{ class: classId, lender: loan.lender, resource: loan.lenderCode, borrower, amount, from, to, legalBasis }] });
}
