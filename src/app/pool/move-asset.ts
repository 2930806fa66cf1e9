import type { PoolId } from "../../domain/id.js";
import { nextAssetState, type AssetEvent } from "../../domain/pool/lifecycle.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AssetRow } from "../ports/asset.js";
import { endFailure, failOver } from "../drain/asset-outage.js";
import { declaring, entryOf, type DeclareDeps } from "./declaring.js";
import { restock } from "./write-assets.js";

type Moves = (deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, expected: number) => Promise<Result<AssetRow>>;

/** Ill, broken, in repair: it serves nobody until it is returned, derived totals shrink with it, and what was to be served with it moves. */
export const putOutOfService: Moves = (...call) => moveAsset("put-out-of-service", ...call);
export const returnToService: Moves = (...call) => moveAsset("return-to-service", ...call);
export const retireAsset: Moves = (...call) => moveAsset("retire", ...call);

async function moveAsset(event: Exclude<AssetEvent, "declare">, deps: DeclareDeps, actor: Actor, poolId: PoolId, code: string, expected: number): Promise<Result<AssetRow>> {
  const action = event === "retire" ? "asset.retire" : "asset.declare";
  return declaring(deps, actor, poolId, 0, async (plain) => {
    const there = await plain.tx.assets.lock(code);
    if (!there) return refused(problem("object.not_found", { kind: "asset" }));
    const allowed = await deps.authorizer.may(actor, action, { poolId, unitId: there.unitId });
    if (!allowed.ok) return allowed;
    if (there.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: there.generation }));
    const next = nextAssetState(there.state, event);
    if (!next.ok) return next;
    const act = { ...plain, policyVersion: allowed.value.policyVersion };
    await act.tx.assets.setState(there.id, next.value);
    await act.tx.audit.append(entryOf(act, action, "asset", code, { before: { state: there.state }, after: { state: next.value } }));
    if (event === "return-to-service") await endFailure(act, there);
    if (there.resourceId !== null) await restock(act, [there.resourceId]);
    if (there.state === "in-service" && event !== "return-to-service") await failOver(act, there);
    return ok({ ...there, state: next.value, generation: there.generation + 1 });
  });
}
