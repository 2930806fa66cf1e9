import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { consentsNeeded, type ConsentNeeded, type PlanContent } from "../../domain/rebalance/plan.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { StoredPlan } from "../ports/plan.js";
import type { Reading } from "../ports/store.js";
import { borrowersOf, differencesOf, lendersOf } from "./plan-content.js";
import { deskOf, obstaclesNow, onPlan, type PlanAct, type PlanDeps } from "./plans.js";
import { secondPersonProblem } from "./second-person.js";

/** Whose word counts as the second person's. */
export const APPROVERS = ["pool-admin", "policy-admin"] as const;
/** How much of what changed a refusal spells out. */
const CHANGES_SHOWN = 10;
/** Acts on one plan looked through for the content somebody saw. */
const ACTS_MAX = 500;

/** Lenders whose heads must agree to what the plan says, as standing limits are now. */
export async function neededConsents(reading: Reading, { content: { loans } }: Pick<StoredPlan, "content">): Promise<readonly ConsentNeeded[]> {
  return consentsNeeded(loans, await reading.plans.standingLimits(), await reading.loans.standing());
}

export const missingConsents = (needed: readonly ConsentNeeded[], { consents }: Pick<StoredPlan, "consents">): readonly ConsentNeeded[] => needed.filter(({ unitId }) => !consents.some((one) => one.unitId === unitId));

/** The head of a lending unit agrees to exactly what they saw. */
export function consentToPlan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number, unitId: UnitId, hash: string): Promise<Result<StoredPlan>> {
  return onPlan(deps, actor, poolId, id, "plan.consent", "consent", ({ content }) => ({ unitId: lendersOf(content.loans).find((lender) => lender === unitId) ?? null }), async (act, plan) => {
    const seen = await seenProblem(act.tx, plan, hash);
    if (seen) return refused(seen);
    if (plan.consents.some((one) => one.unitId === unitId)) return refused(problem("plan.consented_already", { unit: unitId }));
    const missing = missingConsents(await neededConsents(act.tx, plan), plan);
    if (!missing.some((one) => one.unitId === unitId)) return refused(problem("plan.consent_not_asked", { unit: unitId }));
    const state = missing.every((one) => one.unitId === unitId) ? "consented" : "proposed";
    await act.tx.plans.consent(id, unitId, plan.hash, act, state);
    return ok({ before: { state: plan.state }, after: { state, hash: plan.hash, unit: unitId } });
  });
}

/** What about somebody's person keeps them from being the second one. */
export const personProblem = (reading: Reading, person: PersonId, plan: StoredPlan): Promise<Problem | undefined> =>
  secondPersonProblem(reading, person, { ...(plan.proposed ?? plan.drafted), gains: borrowersOf(plan.content.loans) }, APPROVERS);

/** What keeps this person from approving this plan as it is now. */
export async function approvalProblems(act: PlanAct, plan: StoredPlan): Promise<readonly Problem[]> {
  const { tx, by } = act;
  const person = await personProblem(tx, by, plan);
  const missing = missingConsents(await neededConsents(tx, plan), plan).map(({ unitId, classId, amount, limit }) => problem("plan.consent_missing", { unit: unitId, class: classId, amount, limit }));
  return [...(person ? [person] : []), ...missing, ...(await obstaclesNow(await deskOf(act), plan))];
}

/** A second person approves exactly what they saw, while all it rests on is as it was and still free. */
export function approvePlan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number, hash: string): Promise<Result<StoredPlan>> {
  return onPlan(deps, actor, poolId, id, "plan.approve", "approve", () => ({ unitId: null }), async (act, plan) => {
    const seen = await seenProblem(act.tx, plan, hash);
    if (seen) return refused(seen);
    const problems = await approvalProblems(act, plan);
    if (problems.length > 0) return unlessRefused(problems, undefined as never);
    await act.tx.plans.approve(id, plan.hash, act);
    const { by: proposedBy } = plan.proposed ?? plan.drafted;
    return ok({ before: { state: plan.state }, after: { state: "approved", hash: plan.hash, proposedBy, consents: plan.consents.map(({ unitId, by }) => ({ unit: unitId, by })) } });
  });
}

/** Nothing, when the plan says what somebody saw; else what is different now. */
export async function seenProblem(reading: Reading, plan: StoredPlan, hash: string): Promise<Problem | undefined> {
  if (hash === plan.hash) return undefined;
  const acts = await reading.auditTrail.list({ object: String(plan.id) }, { limit: ACTS_MAX });
  const contents = acts.rows.filter(({ objectKind }) => objectKind === "plan").map(({ after }) => after as { readonly hash?: string; readonly content?: PlanContent } | null);
  const saw = contents.find((one) => one?.hash === hash)?.content;
  const changes = saw ? differencesOf(saw, plan.content) : [];
  return problem("plan.content_changed", { changes: changes.length === 0 ? `${hash.slice(0, 12)} → ${plan.hash.slice(0, 12)}` : changes.slice(0, CHANGES_SHOWN).join("; ") });
}
