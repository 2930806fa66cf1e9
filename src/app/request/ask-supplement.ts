import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { askSupplement as ask } from "../../domain/request/case.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { actOnCase, groundsOf, type ActOutcome } from "./act-on-case.js";
import { keyOfApplicant } from "./applicant-key.js";
import { sealGrounds } from "./sealed-answers.js";

export interface AskSupplementInput {
  readonly publicId: string;
  /** What is missing, all of it at once. */
  readonly grounds: string;
  readonly generation?: number | undefined;
}

/** Calls for what is missing (补正). The clock stops until the applicant supplies it. */
export async function askSupplement(deps: AppDeps, actor: Actor, pool: PoolId, input: AskSupplementInput): Promise<Result<ActOutcome>> {
  return await actOnCase(deps, actor, pool, { ...input, action: "request.ask-supplement" }, async ({ tx, locked, doing }) => {
    const grounds = groundsOf(input.grounds, "grounds");
    if (!grounds.ok) return grounds;
    const act = ask(locked.file, grounds.value, doing);
    if (!act.ok) return act;
    const key = await keyOfApplicant(tx, locked.applicantId);
    return ok({ act: act.value, facts: key === null ? {} : { groundsSealed: sealGrounds(deps.vault, key, grounds.value) } });
  });
}
