import type { PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import type { Action } from "../../domain/policy/action.js";
import { type Actor, unitsHeld } from "../../domain/policy/subject.js";
import type { Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { problem } from "../../domain/problem.js";
import type { LoanRow } from "../ports/loan.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { TaskForce, TaskForceFilter } from "../ports/task-force.js";
import { consentsAsked, missingConsents, taskForceNotFound, taskForceObstacles, type TaskForceDeps } from "./task-forces.js";

/** Everything somebody needs to decide on a task force, or to see what it has and does. */
export interface TaskForceView {
  readonly force: TaskForce;
  /** Members whose heads are asked, and those of them who have not agreed. */
  readonly asked: readonly UnitId[];
  readonly missing: readonly UnitId[];
  /** What keeps a proposal from being approved now. */
  readonly obstacles: readonly Problem[];
  readonly loans: readonly LoanRow[];
  readonly cases: { readonly open: number; readonly closed: number; readonly handedOver: number };
  readonly may: { readonly consent: readonly UnitId[]; readonly approve: boolean; readonly refuse: boolean; readonly withdraw: boolean; readonly dissolve: boolean };
}

export async function listTaskForces({ store, authorizer }: TaskForceDeps, actor: Actor, poolId: PoolId, filter: TaskForceFilter, page: PageAsked): Promise<Result<Page<TaskForce>>> {
  const allowed = await authorizer.may(actor, "task-force.read", { poolId, unitId: null });
  return allowed.ok ? ok(await store.read(poolId).taskForces.list(filter, page)) : allowed;
}

export async function readTaskForce(deps: TaskForceDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<TaskForceView>> {
  const allowed = await deps.authorizer.may(actor, "task-force.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const reading = deps.store.read(poolId);
  const force = await reading.taskForces.get(id);
  if (!force) return taskForceNotFound;
  const open = force.state === "proposed";
  const asked = open ? await consentsAsked(reading, force) : [];
  const missing = missingConsents(asked, force);
  const today = localDateOf(dayNumberOf(await deps.clock.now(poolId)));
  const may = async (action: Action, facts: { readonly unitId?: UnitId | null; readonly personId?: typeof force.proposed.by }): Promise<boolean> => (await deps.authorizer.may(actor, action, { poolId, ...facts })).ok;
  const consent: UnitId[] = [];
  for (const unitId of missing) if (await may("task-force.consent", { unitId })) consent.push(unitId);
  let refuses = open && (await may("task-force.refuse", { unitId: null }));
  for (const unitId of force.content.members) refuses ||= open && (await may("task-force.refuse", { unitId }));
  return ok({
    force,
    asked,
    missing,
    obstacles: open ? await taskForceObstacles(reading, force, today) : [],
    loans: await reading.loans.ofTaskForce(force.id),
    cases: await reading.taskForces.counts(force.id),
    may: {
      consent,
      approve: open && actor.kind === "person" && actor.personId !== force.proposed.by && (await may("task-force.approve", { unitId: null })),
      refuse: refuses,
      withdraw: open && (await may("task-force.withdraw", { personId: force.proposed.by })),
      dissolve: force.state === "active" && (await may("task-force.dissolve", { unitId: force.content.parent })),
    },
  });
}

export interface TaskForceToConsent {
  readonly force: TaskForce;
  /** Members headed by whoever asks that have not agreed. */
  readonly units: readonly UnitId[];
}

/** Proposals that wait for the consent of somebody who heads a member. */
export async function taskForcesToConsent({ store, authorizer }: TaskForceDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly TaskForceToConsent[]>> {
  const units: UnitId[] = [];
  for (const unitId of unitsHeld(actor)) if ((await authorizer.may(actor, "task-force.consent", { poolId, unitId })).ok) units.push(unitId);
  if (units.length === 0) return refused(problem("object.not_found", { kind: "page" }));
  const reading = store.read(poolId);
  const waiting: TaskForceToConsent[] = [];
  for (const force of (await reading.taskForces.list({ state: "proposed" }, { limit: PROPOSALS_MAX })).rows) {
    const missing = missingConsents(await consentsAsked(reading, force), force).filter((unit) => units.includes(unit));
    if (missing.length > 0) waiting.push({ force, units: missing });
  }
  return ok(waiting);
}

/** Proposals looked through for those that wait for somebody. */
const PROPOSALS_MAX = 100;
