import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { startStep as start } from "../../domain/request/case.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { doingOf, isPublicId, mayOnStep } from "../request/act-on-case.js";
import { mayWorkOn } from "../persons/may-work.js";
import { stepAudit, stepOutcome, type StepOutcome } from "./step-record.js";

/** A step by its request and its name within the recipe. */
export interface StepRef {
  readonly publicId: string;
  readonly step: string;
}

/** Takes up a step that was granted. From here on nobody takes it away. */
export async function startStep(deps: AppDeps, actor: Actor, pool: PoolId, ref: StepRef): Promise<Result<StepOutcome>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<StepOutcome>> => {
    const [locked] = isPublicId(ref.publicId) ? await tx.requests.lock([ref.publicId]) : [];
    const step = locked?.file.steps.find(({ name }) => name === ref.step);
    if (!locked || !step) return refused(problem("object.not_found", { kind: "step" }));
    const permission = await mayOnStep(deps, actor, pool, "step.start", locked, step.id);
    if (!permission.ok) return permission;
    const persons = await mayWorkOn(deps, tx, actor, pool, locked, step.id, at);
    if (!persons.ok) return persons;
    const act = start(locked.file, step.id, doingOf(actor, at));
    if (!act.ok) return act;
    await Promise.all([
      tx.requests.save([{ file: act.value.case, changed: act.value.changed, at }]),
      tx.audit.append(stepAudit({ act: "step.start", actor, locked, step, after: act.value.case, at, policyVersion: permission.value.policyVersion })),
      tx.commands.append(actorIdOf(actor), at, ...act.value.commands),
    ]);
    return ok(stepOutcome(locked, act.value.case, step.id));
  });
}
