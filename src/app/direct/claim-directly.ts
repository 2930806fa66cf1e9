import { trusted, type PoolId, type StepId, type UnitId } from "../../domain/id.js";

import { actorIdOf, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { OPEN_CLAIMS_MAX } from "../../domain/pool/direct-claim.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { isPublicId } from "../request/act-on-case.js";
import { askedClaims, divisionAsked, type AskedClaim } from "./asked-claims.js";
import { mayClaim } from "./may-claim.js";

const MINUTE_MS = 60_000;

export interface DirectInput {
  readonly unit: string;
  readonly division?: string | undefined;
  readonly title: string;
  readonly project?: string | undefined;
  readonly claims: readonly AskedClaim[];
  /** Null: nothing has to be confirmed. */
  readonly holdMinutes: number | null;
  /** Wait for what cannot be had now. */
  readonly waits: boolean;
}

/** What was asked of the scheduler: whose answer is looked for under the step. */
export interface DirectAsked {
  readonly publicId: string;
  readonly step: StepId;
}

/** Claims capacity for a unit, without a request. All of it or nothing; the answer is the scheduler's. */
export async function claimDirectly(deps: AppDeps, actor: Actor, pool: PoolId, input: DirectInput): Promise<Result<DirectAsked>> {
  const unitId = trusted<UnitId>(input.unit);
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<DirectAsked>> => {
    const allowed = await deps.authorizer.may(actor, "direct-claim.create", { poolId: pool, unitId });
    if (!allowed.ok) return allowed;
    const unit = await tx.units.get(input.unit);
    if (unit?.state !== "active") return refused(problem("input.unknown_reference", { kind: "unit", id: input.unit }, { field: "unit" }));
    const division = await divisionAsked(tx, input.division, unit.division);
    if (!division.ok) return division;
    const claims = await askedClaims(tx, unitId, division.value, input.claims);
    if (!claims.ok) return claims;
    const may = await mayClaim(deps, tx, actor, pool, unitId, claims.value);
    if (!may.ok) return may;
    if ((await tx.directClaims.lockOpen(unitId)) >= OPEN_CLAIMS_MAX) return refused(problem("direct-claim.too_many_open", { max: OPEN_CLAIMS_MAX }));
    const asked = await tx.directClaims.insert(
      {
        unitId,
        createdBy: actor.kind === "person" ? actor.personId : SYSTEM_PERSON,
        title: input.title,
        project: input.project ?? null,
        division: division.value,
        holdUntil: input.holdMinutes === null ? null : at + input.holdMinutes * MINUTE_MS,
        waits: input.waits,
        claims: claims.value,
      },
      at,
    );
    await Promise.all([
      tx.audit.append({
        occurredAt: at,
        actorId: actorIdOf(actor),
        onBehalfOf: unitId,
        act: "direct-claim.create",
        objectKind: "direct-claim",
        objectId: asked.publicId,
        after: { state: "asked", title: input.title, project: input.project ?? null, claims: input.claims.length, units: [...new Set(claims.value.map((one) => one.unitId))] },
        policyVersion: may.value.policyVersion,
      }),
      tx.commands.append(actorIdOf(actor), at, { kind: "step.ready", steps: [asked.step], turns: [1] }),
    ]);
    return ok(asked);
  });
}

/**
 * Asks for something else in its place: more, less, another time. Until that is granted, what is held stays held; when it
 * cannot be, nothing has changed.
 */
export async function replaceDirectClaim(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  { publicId, generation, claims: wanted }: { readonly publicId: string; readonly generation: number; readonly claims: readonly AskedClaim[] },
): Promise<Result<DirectAsked>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<DirectAsked>> => {
    const locked = isPublicId(publicId) ? await tx.directClaims.lock(publicId) : undefined;
    if (!locked) return refused(problem("object.not_found", { kind: "direct-claim" }));
    const allowed = await deps.authorizer.may(actor, "direct-claim.change", { poolId: pool, unitId: locked.unitId, servingUnitIds: locked.servingUnitIds });
    if (!allowed.ok) return allowed;
    if (generation !== locked.generation) return refused(problem("object.generation_stale", { expected: generation, actual: locked.generation }));
    if (locked.state !== "held" && locked.state !== "confirmed") return refused(problem("direct-claim.state_illegal", { state: locked.state }));
    if (locked.pending !== null) return refused(problem("direct-claim.change_pending", {}));
    const claims = await askedClaims(tx, locked.unitId, locked.division, wanted);
    if (!claims.ok) return claims;
    const may = await mayClaim(deps, tx, actor, pool, locked.unitId, claims.value);
    if (!may.ok) return may;
    const step = await tx.directClaims.insertReplacement(locked, claims.value, at);
    await Promise.all([
      tx.audit.append({
        occurredAt: at,
        actorId: actorIdOf(actor),
        onBehalfOf: locked.unitId,
        act: "direct-claim.change",
        objectKind: "direct-claim",
        objectId: publicId,
        before: { state: locked.state },
        after: { state: locked.state, asks: wanted.length },
        policyVersion: allowed.value.policyVersion,
      }),
      tx.commands.append(actorIdOf(actor), at, { kind: "step.ready", steps: [step], turns: [1] }),
    ]);
    return ok({ publicId, step });
  });
}
