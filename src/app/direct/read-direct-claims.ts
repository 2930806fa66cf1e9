import { trusted, type PoolId, type StepId, type UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { ClaimReason, Funnel } from "../../domain/pool/decision.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DirectAnswer, DirectClaimRecord } from "../ports/direct-claim.js";
import type { Page, PageAsked } from "../ports/page.js";
import { isPublicId } from "../request/act-on-case.js";

/** Milliseconds between looks for an answer. */
const LOOK_MS = 20;

export async function directClaim(deps: AppDeps, actor: Actor, pool: PoolId, publicId: string): Promise<Result<DirectClaimRecord>> {
  const found = isPublicId(publicId) ? await deps.store.read(pool).directClaims.get(publicId) : undefined;
  if (!found) return refused(problem("object.not_found", { kind: "direct-claim" }));
  const allowed = await deps.authorizer.may(actor, "direct-claim.read", { poolId: pool, unitId: found.unitId, servingUnitIds: found.servingUnitIds });
  return allowed.ok ? ok(found) : allowed;
}

/** Of one unit: what it claims, what it is called to, and what is claimed of it. Without a unit: all, for who may read the pool. */
export async function listDirectClaims(deps: AppDeps, actor: Actor, pool: PoolId, { unit, open }: { unit?: string | undefined; open?: boolean | undefined }, page: PageAsked): Promise<Result<Page<DirectClaimRecord>>> {
  const unitId = unit === undefined ? undefined : trusted<UnitId>(unit);
  const allowed = await deps.authorizer.may(actor, "direct-claim.read", { poolId: pool, ...(unitId === undefined ? {} : { unitId }) });
  return allowed.ok ? ok(await deps.store.read(pool).directClaims.list({ unit: unitId, open }, page)) : allowed;
}

export interface DirectExplanation {
  readonly claim: DirectClaimRecord;
  readonly reasons: readonly ClaimReason[];
  readonly funnels: ReadonlyMap<string, Funnel>;
}

/** Why it got what it got, or why not. */
export async function explainDirectClaim(deps: AppDeps, actor: Actor, pool: PoolId, publicId: string): Promise<Result<DirectExplanation>> {
  const claim = await directClaim(deps, actor, pool, publicId);
  if (!claim.ok) return claim;
  const { funnels } = await deps.store.read(pool).decisions.references([{ decision: claim.value }]);
  return ok({ claim: claim.value, reasons: claim.value.reasons, funnels });
}

/** As `answerWithin`, of what was picked for a step: a refusal stands first, and what was held was then given anew. */
export async function pickAnswerWithin(deps: Pick<AppDeps, "store">, pool: PoolId, step: StepId, turn: number, ms: number, pause: (ms: number) => Promise<void>): Promise<DirectAnswer | undefined> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const [first] = await deps.store.read(pool).directClaims.answersAfter(step, turn);
    if (first || waited >= ms) return first;
    await pause(LOOK_MS);
  }
}

/** Waits for the scheduler's answer, at most so long; `outcome` null: none yet. The asking must be committed. */
export async function answerWithin(deps: Pick<AppDeps, "store">, pool: PoolId, step: StepId, ms: number, pause: (ms: number) => Promise<void>): Promise<DirectAnswer> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const answer = await deps.store.read(pool).directClaims.answer(step);
    if (answer.outcome !== null || waited >= ms) return answer;
    await pause(LOOK_MS);
  }
}
