import { randomUUID } from "node:crypto";
import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { PlanContent } from "../../domain/rebalance/plan.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { SCENARIO_LIMITS, type Scenario } from "../../domain/what-if/scenario.js";
import type { AppDeps } from "../deps.js";
import type { StoredPlan } from "../ports/plan.js";
import { beginWhatIf } from "../whatif/what-ifs.js";
import { beginAct, entryOf, planNotFound, type PlanDeps } from "./plans.js";
import { shownAt } from "./read-plans.js";

/** Days that are played after the last loan has ended: what came back late still shows. */
const DAYS_AFTER = 5;
const NAME_MAX = 80;
const SEED = 1;

/** Plays the plan beside the pool as it is, on a copy: the same engine, the same demand. What came of it is kept with the plan. */
export async function tryPlan(deps: PlanDeps & Pick<AppDeps, "whatIfRunner">, actor: Actor, poolId: PoolId, id: number): Promise<Result<StoredPlan>> {
  const allowed = await deps.authorizer.may(actor, "plan.try", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const plan = await deps.store.read(poolId).plans.get(id);
  if (!plan || actor.kind !== "person") return planNotFound;
  const { state } = shownAt(plan, await deps.clock.now(poolId));
  if (state !== "draft" && state !== "proposed" && state !== "consented" && state !== "approved") return refused(problem("object.transition_illegal", { kind: "plan", state, event: "try" }));
  const whatIf = randomUUID();
  const begun = await beginWhatIf(deps, actor, { id: whatIf, scenario: scenarioOf(id, plan.content, localDateOf(dayNumberOf(await deps.clock.now(poolId)))) });
  if (!begun.ok) return begun;
  return deps.store.transact(poolId, async (tx): Promise<Result<StoredPlan>> => {
    const act = await beginAct(deps, tx, actor.personId, allowed.value.policyVersion);
    await tx.plans.setTrial(id, { whatIf, hash: plan.hash });
    await tx.audit.append(entryOf(act, "plan.try", id, { after: { hash: plan.hash, whatIf } }));
    return ok((await tx.plans.get(id))!);
  });
}

/** The plan's loans as a scenario, as far ahead as one is played. */
export const scenarioOf = (id: number, content: PlanContent, today: string): Scenario => scenarioFor(`${id} ${content.title}`, content, today);

export function scenarioFor(name: string, { loans }: Pick<PlanContent, "loans">, today: string): Scenario {
  const first = parseLocalDate(today)!;
  const last = Math.max(...loans.map(({ to }) => parseLocalDate(to) ?? first)) + DAYS_AFTER;
  const days = Math.min(SCENARIO_LIMITS.daysMax, Math.max(1, last - first + 1));
  return {
    name: name.slice(0, NAME_MAX),
    seed: SEED,
    days,
    supply: loans.map(({ classId, lender, resource, borrower, amount, from, to }) => ({ lend: { class: classId, lender, resource, borrower, count: 1, amount, from: from < today ? today : from, to } })),
    demand: [],
  };
}
