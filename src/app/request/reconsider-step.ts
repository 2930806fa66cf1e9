import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { reconsiderStep as reconsider } from "../../domain/request/case.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { actOnCase, type ActOutcome } from "./act-on-case.js";

export interface ReconsiderInput {
  readonly publicId: string;
  /** Its name within the recipe. */
  readonly step: string;
  readonly generation?: number | undefined;
}

/** Puts a step the scheduler refused back in the queue, with its old place, after the pool was changed so that it can be served. */
export async function reconsiderStep(deps: AppDeps, actor: Actor, pool: PoolId, input: ReconsiderInput): Promise<Result<ActOutcome>> {
  return await actOnCase(deps, actor, pool, { ...input, action: "request.reconsider" }, ({ locked }) => {
    const step = locked.file.steps.find(({ name }) => name === input.step);
    if (!step) return refused(problem("object.not_found", { kind: "step" }));
    const act = reconsider(locked.file, step.id);
    return act.ok ? ok({ act: act.value, facts: { step: step.name, attempt: step.attempt + 1 } }) : act;
  });
}
