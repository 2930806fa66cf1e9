import type { PoolId, UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { Problem } from "../../domain/problem.js";
import type { Action } from "../../domain/policy/action.js";
import { lendersOf } from "./plan-content.js";
import { personProblem } from "./decide-plan.js";
import type { PlanDeps } from "./plans.js";
import type { PlanView } from "./read-plans.js";

/** What somebody may do to a plan as it is now, and what about their person keeps them from approving it. */
export interface MayOnPlan {
  readonly edit: boolean;
  readonly tries: boolean;
  readonly propose: boolean;
  /** Units for which they may consent, and have not. */
  readonly consent: readonly UnitId[];
  readonly approve: boolean;
  readonly mayNotApprove: readonly Problem[];
  readonly apply: boolean;
  readonly takeBack: boolean;
  readonly refuse: boolean;
  readonly withdraw: boolean;
}

export async function mayOnPlan(deps: PlanDeps, actor: Actor, poolId: PoolId, { plan, state, missing, obstacles, loans }: PlanView): Promise<MayOnPlan> {
  const may = async (action: Action, facts: { readonly unitId?: UnitId | null; readonly personId?: typeof plan.drafted.by }): Promise<boolean> => (await deps.authorizer.may(actor, action, { poolId, ...facts })).ok;
  const isDecided = state === "proposed" || state === "consented";
  const isOpen = isDecided || state === "draft" || state === "approved";
  const author = await may("plan.edit", { personId: plan.drafted.by });
  const approver = isDecided && actor.kind === "person" && (await may("plan.approve", { unitId: null }));
  const person = approver ? await personProblem(deps.store.read(poolId), actor.personId, plan) : undefined;
  const consent: UnitId[] = [];
  if (state === "proposed") for (const unitId of new Set(missing.map((one) => one.unitId))) if (await may("plan.consent", { unitId })) consent.push(unitId);
  let refuse = approver;
  for (const unitId of lendersOf(plan.content.loans)) refuse ||= isDecided && (await may("plan.refuse", { unitId }));
  return {
    edit: state === "draft" && author,
    tries: isOpen && (await may("plan.try", { unitId: null })),
    propose: state === "draft" && author && obstacles.length === 0,
    consent,
    approve: approver && person === undefined && missing.length === 0 && obstacles.length === 0,
    mayNotApprove: person ? [person] : [],
    apply: state === "approved" && obstacles.length === 0 && (await may("plan.apply", { unitId: null })),
    takeBack: state === "applied" && loans.some((loan) => loan.state === "active") && (await may("plan.take-back", { unitId: null })),
    refuse,
    withdraw: (isOpen || state === "expired") && (await may("plan.withdraw", { personId: plan.drafted.by })),
  };
}
