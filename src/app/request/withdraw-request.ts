import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { withdraw, withdrawalEffect as effectOf } from "../../domain/request/case.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { actOnCase, groundsOf, isPublicId, mayOnCase, type ActOutcome } from "./act-on-case.js";
import { sealGrounds } from "./sealed-answers.js";
import { keyOfApplicant } from "./applicant-key.js";

export interface WithdrawInput {
  readonly publicId: string;
  readonly grounds?: string | undefined;
  readonly generation?: number | undefined;
}

/** Takes a request back, at any time before it is closed. Everything held for it returns to the pool. */
export async function withdrawRequest(deps: AppDeps, actor: Actor, pool: PoolId, input: WithdrawInput): Promise<Result<ActOutcome>> {
  return await actOnCase(deps, actor, pool, { ...input, action: "request.withdraw" }, async ({ tx, locked, doing }) => {
    const grounds = input.grounds === undefined || input.grounds.trim() === "" ? ok(null) : groundsOf(input.grounds, "grounds");
    if (!grounds.ok) return grounds;
    const act = withdraw(locked.file, grounds.value, doing);
    if (!act.ok) return act;
    const key = grounds.value === null ? null : await keyOfApplicant(tx, locked.applicantId);
    return ok({ act: act.value, facts: key === null || grounds.value === null ? {} : { groundsSealed: sealGrounds(deps.vault, key, grounds.value) } });
  });
}

/** What would happen, for the page that asks before it is done. */
export interface WithdrawalShown {
  readonly number: string;
  readonly generation: number;
  /** Names of steps within the recipe. */
  readonly done: readonly string[];
  readonly cancelled: readonly string[];
  readonly released: readonly { readonly classId: string; readonly amount: number }[];
  /** Numbers of requests of the same bundle that would end with it. */
  readonly alsoEnding: readonly string[];
}

export async function withdrawalEffect(deps: AppDeps, actor: Actor, pool: PoolId, publicId: string): Promise<Result<WithdrawalShown>> {
  return await deps.store.transact(pool, async (tx): Promise<Result<WithdrawalShown>> => {
    const [locked] = isPublicId(publicId) ? await tx.requests.lock([publicId]) : [];
    if (!locked) return refused(problem("object.not_found", { kind: "request" }));
    const allowed = await mayOnCase(deps, actor, pool, "request.withdraw", locked);
    if (!allowed.ok) return allowed;
    const effect = effectOf(locked.file);
    if (!effect.ok) return effect;
    const siblings = locked.bundleRequestId === null ? [] : await tx.requests.lockBundle(locked.bundleRequestId);
    return ok({
      number: locked.number,
      generation: locked.generation,
      done: effect.value.done.map(({ name }) => name),
      cancelled: effect.value.cancelled.map(({ name }) => name),
      released: effect.value.released.map(({ classId, held }) => ({ classId, amount: held })),
      alsoEnding: siblings.filter(({ waitsFor, file }) => waitsFor.includes(locked.item) && !("closedAt" in file.status)).map(({ number }) => number),
    });
  });
}
