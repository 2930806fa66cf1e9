import type { PoolId, StepId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { actingFor, type ActingFor } from "../../domain/org/delegation.js";
import { actorIdOf, type Actor, type SystemActor } from "../../domain/policy/subject.js";
import { reconsiderStep, type CaseFile } from "../../domain/request/case.js";
import type { Command } from "../../domain/pool/command.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { StepWithoutOfficer } from "../ports/referral.js";
import type { Transaction } from "../ports/store.js";

/** What brought somebody back who may take part. */
export type SomebodyAgain = { readonly recusal: number } | { readonly delegation: number };

/** Whose act it was, and under which policy. */
export interface Cause {
  readonly actor: Actor;
  readonly at: Instant;
  readonly policyVersion: number;
  readonly because: SomebodyAgain;
}

/**
 * Steps that lie with a head because nobody was left go back into the queue with their old place, in the transaction of
 * the act that ended the reason. Whoever is still without an officer is told so again, once.
 *
 * The act must have raised the revocations before: else a batch on its way could refuse a step that is not found here.
 */
export async function reconsiderWithoutOfficer(tx: Transaction, steps: readonly StepId[], { actor, at, policyVersion, because }: Cause): Promise<readonly StepId[]> {
  if (steps.length === 0) return [];
  const stuck = new Set(steps);
  const again: StepId[] = [];
  const actorId = actorIdOf(actor);
  for (const { publicId, file } of await tx.requests.lockOfSteps(steps)) {
    let after: CaseFile = file;
    const names: string[] = [];
    const changed: StepId[] = [];
    const commands: Command[] = [];
    for (const { id, name } of file.steps.filter((step) => stuck.has(step.id))) {
      const act = reconsiderStep(after, id);
      // Somebody was faster, or the request has ended.
      if (!act.ok) continue;
      after = act.value.case;
      names.push(name);
      changed.push(...act.value.changed);
      commands.push(...act.value.commands);
      again.push(id);
    }
    if (names.length === 0) continue;
    await tx.requests.save([{ file: after, changed, at }]);
    await tx.audit.append({
      occurredAt: at,
      actorId,
      act: "request.reconsider",
      objectKind: "request",
      objectId: publicId,
      before: { state: file.status.state },
      after: { state: after.status.state, steps: names, because },
      policyVersion,
    });
    await tx.commands.append(actorId, at, ...commands);
  }
  return again;
}

/** Of the steps, those that lie with a head because nobody is left. */
export async function leftWithoutOfficer(tx: Transaction, steps: readonly StepId[]): Promise<readonly StepId[]> {
  return (await tx.referrals.withoutOfficer({ steps })).map(({ step }) => step);
}

/** What waits for an officer, and these delegations may bring one. */
export function broughtBy(acting: readonly ActingFor[], stuck: readonly StepWithoutOfficer[]): readonly StepId[] {
  return stuck.filter(({ unitId, classes }) => acting.some(({ from, classId }) => from === unitId && classes.includes(classId))).map(({ step }) => step);
}

/**
 * Puts back what waited for a delegation that began since, by its date. Gives how many steps. Any number of processes may
 * do so: a step that is back in the queue is not put back again.
 *
 * @param since Those that began until then were looked at.
 */
export async function reconsiderDelegated(deps: AppDeps, pool: PoolId, since: Instant, now: Instant): Promise<Result<number>> {
  const begun = begunSince(actingFor(await deps.store.read(pool).delegations.living()), since, now);
  if (begun.length === 0) return ok(0);
  const actor: SystemActor = { kind: "system", poolId: pool, task: "delegations" };
  const allowed = await deps.authorizer.may(actor, "request.reconsider", { poolId: pool });
  if (!allowed.ok) return allowed;
  return await deps.store.transact(pool, async (tx) => {
    await tx.pools.lockDeclaring();
    await tx.policies.raiseRevocations();
    let steps = 0;
    for (const { units, acting } of byBeginning(begun)) {
      // What was refused since it began was refused with it.
      const stuck = (await tx.referrals.withoutOfficer({ units })).filter(({ refusedAt }) => refusedAt < acting[0]!.validFrom);
      const because = { delegation: acting[0]!.chain.at(-1)! };
      steps += (await reconsiderWithoutOfficer(tx, broughtBy(acting, stuck), { actor, at: now, policyVersion: allowed.value.policyVersion, because })).length;
    }
    return ok(steps);
  });
}

const begunSince = (acting: readonly ActingFor[], since: Instant, now: Instant): readonly ActingFor[] =>
  acting.filter(({ validFrom, validTo }) => validFrom > since && validFrom <= now && (validTo === null || validTo > now));

/** One at a time, so that the record says which delegation brought whom. */
const byBeginning = (acting: readonly ActingFor[]): { readonly units: readonly UnitId[]; readonly acting: readonly ActingFor[] }[] =>
  acting.map((one) => ({ units: [one.from], acting: [one] }));
