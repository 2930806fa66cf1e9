import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { rejectRequest as reject } from "../../domain/request/case.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { actOnCase, groundsOf, type ActOutcome } from "./act-on-case.js";
import { keyOfApplicant } from "./applicant-key.js";
import { sealGrounds } from "./sealed-answers.js";

export interface RejectRequestInput {
  readonly publicId: string;
  /** The legal grounds, as the applicant will read them. */
  readonly grounds: string;
  readonly generation?: number | undefined;
}

/** Refuses a request as a whole (不予受理), whatever step it is in. */
export async function rejectRequest(deps: AppDeps, actor: Actor, pool: PoolId, input: RejectRequestInput): Promise<Result<ActOutcome>> {
  return await actOnCase(deps, actor, pool, { ...input, action: "step.reject" }, async ({ tx, locked, doing }) => {
    const grounds = groundsOf(input.grounds, "grounds");
    if (!grounds.ok) return grounds;
    const act = reject(locked.file, grounds.value, doing);
    if (!act.ok) return act;
    const key = await keyOfApplicant(tx, locked.applicantId);
    return ok({ act: act.value, facts: key === null ? {} : { groundsSealed: sealGrounds(deps.vault, key, grounds.value) } });
  });
}
