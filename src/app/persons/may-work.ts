import type { PersonId, PoolId, StepId } from "../../domain/id.js";
import { actingFor } from "../../domain/org/delegation.js";
import type { Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { LockedCase } from "../ports/request.js";
import type { Transaction } from "../ports/store.js";
import { mayPlay } from "../request/act-on-case.js";

/**
 * Rules about persons, asked again when work begins and when it ends: what the scheduler knew may be older, and the time
 * of a team names nobody. A machine has no cases of its own, and who replays a trace plays all of its officers.
 */
export async function mayWorkOn(deps: AppDeps, tx: Transaction, actor: Actor, pool: PoolId, locked: LockedCase, step: StepId, at: Instant): Promise<Result<void>> {
  if (actor.kind !== "person" || (await mayPlay(deps, actor, pool))) return ok();
  const [ground] = await tx.recusals.groundsAgainst(step, actor.personId);
  if (ground !== undefined) return refused(problem("step.officer_barred", { ground }));
  return await delegationHolds(tx, locked, step, at);
}

/** Whoever decides in another unit's name does so while its delegation lasts. */
async function delegationHolds(tx: Transaction, locked: LockedCase, step: StepId, at: Instant): Promise<Result<void>> {
  const others = (locked.servingByStep.get(step) ?? []).filter((unit) => unit !== locked.unitId && unit !== locked.leadUnitId);
  if (others.length === 0) return ok();
  const deciding = new Set((await tx.classes.all()).filter(({ act }) => act === "deciding").map(({ id }) => id));
  const inName = (await tx.requests.allocations(locked.publicId)).filter(
    (given) => given.step === step && given.state === "held" && given.unitId !== locked.unitId && given.unitId !== locked.leadUnitId && deciding.has(given.classId),
  );
  if (inName.length === 0) return ok();
  const inNameOf = locked.leadUnitId ?? locked.unitId;
  const pairs = actingFor(await tx.delegations.living());
  const holds = inName.every(({ unitId, classId }) =>
    pairs.some((one) => one.from === inNameOf && one.to === unitId && one.classId === classId && one.validFrom <= at && (one.validTo === null || at < one.validTo)),
  );
  return holds ? ok() : refused(problem("step.delegation_ended", { unit: inNameOf }));
}

/** Whether somebody who is named may: a person who works for the unit and takes part in the step. */
export async function mayBeNamed(tx: Transaction, person: PersonId, units: readonly string[], step: StepId, field: string): Promise<Result<void>> {
  const roles = await tx.roleGrants.of(person);
  if (!roles.some(({ role, unitId }) => unitId !== null && units.includes(unitId) && (role === "clerk" || role === "unit-head"))) {
    return refused(problem("deputy.of_another_unit", { unit: units[0] ?? "" }, { field }));
  }
  const [ground] = await tx.recusals.groundsAgainst(step, person);
  return ground === undefined ? ok() : refused(problem("deputy.barred", { ground }, { field }));
}
