import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { isOpen } from "../../domain/pool/direct-claim.js";
import type { Command } from "../../domain/pool/command.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { LockedDirectClaim } from "../ports/direct-claim.js";
import type { Transaction } from "../ports/store.js";
import { isPublicId } from "../request/act-on-case.js";

/** The hold stays. Whoever is late by the pool's clock is late, even where the writer has not yet ended the hold. */
export const confirmDirectClaim = (deps: AppDeps, actor: Actor, pool: PoolId, publicId: string): Promise<Result<void>> =>
  act(deps, actor, pool, publicId, "confirmed", async (tx, locked, at) => {
    if (locked.state === "confirmed") return undefined;
    if (locked.state !== "held") return refused(problem("direct-claim.state_illegal", { state: locked.state }));
    if (locked.holdUntil !== null && locked.holdUntil <= at) return refused(problem("direct-claim.state_illegal", { state: "expired" }));
    if (locked.pending !== null) return refused(problem("direct-claim.change_pending", {}));
    await tx.directClaims.confirm(locked, at);
    return ok({ kind: "claim.confirmed", step: locked.step });
  });

/** Everything goes back, and what it still asks for is asked no more. */
export const releaseDirectClaim = (deps: AppDeps, actor: Actor, pool: PoolId, publicId: string): Promise<Result<void>> =>
  act(deps, actor, pool, publicId, "released", async (tx, locked, at) => {
    if (locked.state === "released") return undefined;
    if (!isOpen(locked.state)) return refused(problem("direct-claim.state_illegal", { state: locked.state }));
    await tx.directClaims.release(locked, at);
    return ok({ kind: "claim.released", steps: [locked.step, ...(locked.pending === null ? [] : [locked.pending])] });
  });

/** Undefined from `perform`: it was so already. */
async function act(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  publicId: string,
  after: "confirmed" | "released",
  perform: (tx: Transaction, locked: LockedDirectClaim, at: number) => Promise<Result<Command> | undefined>,
): Promise<Result<void>> {
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    const locked = isPublicId(publicId) ? await tx.directClaims.lock(publicId) : undefined;
    if (!locked) return refused(problem("object.not_found", { kind: "direct-claim" }));
    const allowed = await deps.authorizer.may(actor, "direct-claim.change", { poolId: pool, unitId: locked.unitId, servingUnitIds: locked.servingUnitIds });
    if (!allowed.ok) return allowed;
    // Under the lock: who waited for it is as late as the clock says now.
    const at = await deps.clock.now(pool);
    const done = await perform(tx, locked, at);
    if (!done) return ok(undefined);
    if (!done.ok) return done;
    await Promise.all([
      tx.audit.append({
        occurredAt: at,
        actorId: actorIdOf(actor),
        onBehalfOf: locked.unitId,
        act: "direct-claim.change",
        objectKind: "direct-claim",
        objectId: publicId,
        before: { state: locked.state },
        after: { state: after },
        policyVersion: allowed.value.policyVersion,
      }),
      tx.commands.append(actorIdOf(actor), at, done.value),
    ]);
    return ok(undefined);
  });
}
