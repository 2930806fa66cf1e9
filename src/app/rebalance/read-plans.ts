import type { PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant } from "../../domain/instant.js";
import { type Actor, unitsHeld } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { contested, planStateAt, type ConsentNeeded, type PlanState } from "../../domain/rebalance/plan.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { LoanRow } from "../ports/loan.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { PlanFilter, StoredPlan } from "../ports/plan.js";
import type { Reading } from "../ports/store.js";
import type { WhatIfRecord } from "../ports/what-if.js";
import { missingConsents, neededConsents } from "./decide-plan.js";
import { PlanDesk } from "./plan-content.js";
import { planEffect, type PlanEffect } from "./plan-effect.js";
import { obstaclesNow, planNotFound, type PlanDeps } from "./plans.js";

/** A plan with its state at this moment. */
export interface PlanShown {
  readonly plan: StoredPlan;
  readonly state: PlanState;
}

/** Everything somebody needs to decide on a plan. */
export interface PlanView extends PlanShown {
  /** Lenders whose heads must agree, and those of them who have not. */
  readonly needed: readonly ConsentNeeded[];
  readonly missing: readonly ConsentNeeded[];
  /** Other open plans that would lend the same resources in the same days. */
  readonly contested: readonly { readonly resource: string; readonly plan: number }[];
  /** What was declared anew since, and what is not free any more; of a plan nobody can approve any more: nothing. */
  readonly obstacles: readonly Problem[];
  /** What became of its loans, once it was applied. */
  readonly loans: readonly LoanRow[];
  /** What it was to do and did; null: nothing of it was lent. */
  readonly effect: PlanEffect | null;
  readonly trial: (Pick<WhatIfRecord, "id" | "state" | "progress" | "result" | "problems"> & { readonly isOfThisContent: boolean }) | null;
}

export const shownAt = (plan: StoredPlan, now: Instant): PlanShown => ({ plan, state: planStateAt(plan.state, plan.expiresAt, plan.content.loans, now, localDateOf(dayNumberOf(now))) });

export async function listPlans({ store, authorizer, clock }: PlanDeps, actor: Actor, poolId: PoolId, filter: PlanFilter, page: PageAsked): Promise<Result<Page<PlanShown>>> {
  const allowed = await authorizer.may(actor, "plan.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const now = await clock.now(poolId);
  const found = await store.read(poolId).plans.list(filter, page);
  return ok({ rows: found.rows.map((plan) => shownAt(plan, now)), next: found.next });
}

export async function readPlan({ store, authorizer, clock }: PlanDeps, actor: Actor, poolId: PoolId, id: number): Promise<Result<PlanView>> {
  const allowed = await authorizer.may(actor, "plan.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const reading = store.read(poolId);
  const plan = await reading.plans.get(id);
  if (!plan) return planNotFound;
  const now = await clock.now(poolId);
  const shown = shownAt(plan, now);
  const isOpen = ["draft", "proposed", "consented", "approved"].includes(shown.state);
  const needed = isOpen || shown.state === "expired" ? await neededConsents(reading, plan) : [];
  const others = isOpen ? (await reading.plans.open(now)).filter(({ id: other }) => other !== id) : [];
  const loans = plan.applied ? await reading.loans.ofPlan(id) : [];
  const trial = await trialOf(reading, plan);
  return ok({
    ...shown,
    needed,
    missing: missingConsents(needed, plan),
    contested: contested(plan.content.loans, others.map((other) => ({ plan: other.id, loans: other.content.loans }))),
    obstacles: isOpen ? await obstaclesNow(await PlanDesk.open(reading, localDateOf(dayNumberOf(now))), plan) : [],
    loans,
    effect: plan.applied ? await planEffect(reading, plan.applied.at, loans, trial?.isOfThisContent ? (trial.result ?? null) : null, now) : null,
    trial,
  });
}

/** Plans that wait for the consent of somebody who heads a lending unit, and the units they head. */
export async function plansToConsent({ store, authorizer, clock }: PlanDeps, actor: Actor, poolId: PoolId): Promise<Result<{ readonly units: readonly UnitId[]; readonly plans: readonly PlanShown[] }>> {
  const units: UnitId[] = [];
  for (const unitId of unitsHeld(actor)) if ((await authorizer.may(actor, "plan.consent", { poolId, unitId })).ok) units.push(unitId);
  if (units.length === 0) return refused(problem("object.not_found", { kind: "page" }));
  const reading = store.read(poolId);
  const now = await clock.now(poolId);
  const plans: PlanShown[] = [];
  for (const plan of await reading.plans.open(now)) {
    const missing = missingConsents(await neededConsents(reading, plan), plan);
    if (plan.state === "proposed" && missing.some(({ unitId }) => units.includes(unitId))) plans.push(shownAt(plan, now));
  }
  return ok({ units, plans });
}

async function trialOf(reading: Reading, { trial, hash }: StoredPlan): Promise<PlanView["trial"]> {
  const record = trial && (await reading.whatIfs.get(trial.whatIf));
  if (!trial || !record) return null;
  const { id, state, progress, result, problems } = record;
  return { id, state, progress, result, problems, isOfThisContent: trial.hash === hash };
}
