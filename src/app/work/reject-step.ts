import type { PoolId, StepId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { rejectAtStep, type Use } from "../../domain/request/case.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Transaction } from "../ports/store.js";
import { doingOf, groundsOf, isPublicId, mayOnStep } from "../request/act-on-case.js";
import { keyOfApplicant } from "../request/applicant-key.js";
import { followBundle } from "../request/follow-bundle.js";
import { sealGrounds } from "../request/sealed-answers.js";
import type { StepRef } from "./start-step.js";
import { mayWorkOn } from "../persons/may-work.js";
import { stepAudit, stepOutcome, type StepOutcome } from "./step-record.js";

export interface Rejection extends StepRef {
  /** The legal grounds, as the applicant will read them. */
  readonly grounds: string;
  readonly settle?: readonly Use[] | undefined;
  readonly generation?: number | undefined;
}

/** Refuses a request at the step one works on. What the step used is settled, all else held for the request returns. */
export async function rejectStep(deps: AppDeps, actor: Actor, pool: PoolId, rejection: Rejection): Promise<Result<StepOutcome>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<StepOutcome>> => {
    const [locked] = isPublicId(rejection.publicId) ? await tx.requests.lock([rejection.publicId]) : [];
    const step = locked?.file.steps.find(({ name }) => name === rejection.step);
    if (!locked || !step) return refused(problem("object.not_found", { kind: "step" }));
    const permission = await mayOnStep(deps, actor, pool, "step.reject", locked, step.id);
    if (!permission.ok) return permission;
    if (rejection.generation !== undefined && rejection.generation !== locked.generation) {
      return refused(problem("object.generation_stale", { expected: rejection.generation, actual: locked.generation }));
    }
    const persons = await mayWorkOn(deps, tx, actor, pool, locked, step.id, at);
    if (!persons.ok) return persons;
    const grounds = groundsOf(rejection.grounds, "grounds");
    if (!grounds.ok) return grounds;
    const act = rejectAtStep(locked.file, step.id, grounds.value, [...(rejection.settle ?? []), ...(await notGranted(tx, rejection, step.id))], doingOf(actor, at));
    if (!act.ok) return act;
    const { case: after, changed, commands, settle, overrun } = act.value;
    const key = await keyOfApplicant(tx, locked.applicantId);
    const { policyVersion } = permission.value;
    await Promise.all([
      tx.requests.save([{ file: after, changed, at }]),
      tx.audit.append(
        stepAudit({
          act: "step.reject",
          actor,
          locked,
          step,
          after,
          at,
          policyVersion,
          facts: {
            settle,
            ...(overrun.length === 0 ? {} : { overrun }),
            ...(key === null ? {} : { groundsSealed: sealGrounds(deps.vault, key, grounds.value) }),
          },
        }),
      ),
      tx.commands.append(actorIdOf(actor), at, ...commands),
    ]);
    await followBundle(tx, [locked], policyVersion, at);
    return ok(stepOutcome(locked, after, step.id));
  });
}

/** A number that law sets is used by granting it: a refusal leaves it for whoever is next. */
async function notGranted(tx: Transaction, { publicId, settle = [] }: Rejection, step: StepId): Promise<readonly Use[]> {
  const numbered = (await tx.numbers.ofRequest(publicId)).find((one) => one.step === step);
  const said = new Set(settle.map(({ claim }) => claim));
  const claims = new Set(numbered?.held.map(({ claim }) => claim));
  return [...claims].filter((claim) => !said.has(claim)).map((claim) => ({ claim, amount: 0 }));
}
