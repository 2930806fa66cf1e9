import type { PersonId, PoolId } from "../../domain/id.js";
import { parsePersonId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { handOver } from "../../domain/request/case.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { mayBeNamed } from "../persons/may-work.js";
import { groundsOf, isPublicId, mayOnStep } from "../request/act-on-case.js";
import type { StepRef } from "./start-step.js";
import { stepAudit, stepOutcome, type StepOutcome } from "./step-record.js";

export interface HandingOver extends StepRef {
  /** Who goes on. */
  readonly to: string;
  readonly reason: string;
}

/** Work that has begun goes on in other hands: when its officer learns that they take no part, or is away. */
export async function handOverStep(deps: AppDeps, actor: Actor, pool: PoolId, input: HandingOver): Promise<Result<StepOutcome>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<StepOutcome>> => {
    const [locked] = isPublicId(input.publicId) ? await tx.requests.lock([input.publicId]) : [];
    const step = locked?.file.steps.find(({ name }) => name === input.step);
    if (!locked || !step) return refused(problem("object.not_found", { kind: "step" }));
    const permission = await mayOnStep(deps, actor, pool, "step.hand-over", locked, step.id);
    if (!permission.ok) return permission;
    const to = parsePersonId(input.to, "to");
    if (!to.ok) return to;
    const reason = groundsOf(input.reason, "reason");
    if (!reason.ok) return reason;
    const units = [locked.unitId, ...(locked.servingByStep.get(step.id) ?? [])];
    const named = await mayBeNamed(tx, to.value, units, step.id, "to");
    if (!named.ok) return named;
    const act = handOver(locked.file, step.id, to.value as PersonId);
    if (!act.ok) return act;
    await tx.requests.save([{ file: act.value.case, changed: act.value.changed, at }]);
    await tx.audit.append(
      stepAudit({
        act: "step.hand-over",
        actor,
        locked,
        step,
        after: act.value.case,
        at,
        policyVersion: permission.value.policyVersion,
        facts: { from: step.startedBy, to: to.value, reason: reason.value, by: actorIdOf(actor) },
      }),
    );
    return ok(stepOutcome(locked, act.value.case, step.id));
  });
}
