import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DisparitySettings } from "../ports/disparity.js";
import type { Reading as StoreReading } from "../ports/store.js";

/** Bounds of the three settings, as the table has them. */
export const MIN_CASES = { min: 5, max: 1_000 } as const;
export const RATIO_PERCENT = { min: 105, max: 1_000 } as const;

const UNSET: DisparitySettings = { period: "month", minCases: 10, ratioPercent: 125, generation: 0 };

export const settingsOf = async (read: Pick<StoreReading, "disparities">): Promise<DisparitySettings> => (await read.disparities.settings()) ?? UNSET;

export async function readDisparitySettings(deps: AppDeps, actor: Actor, pool: PoolId): Promise<Result<DisparitySettings>> {
  const allowed = await deps.authorizer.may(actor, "disparity.read", { poolId: pool });
  return allowed.ok ? ok(await settingsOf(deps.store.read(pool))) : allowed;
}

/** Another length of readings gives ranges that overlap those shown before: who chooses it stands in the audit trail. */
export async function declareDisparitySettings(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  { generation, ...asked }: DisparitySettings,
): Promise<Result<DisparitySettings>> {
  const allowed = await deps.authorizer.may(actor, "disparity.declare", { poolId: pool });
  if (!allowed.ok) return allowed;
  for (const [field, value, { min, max }] of [
    ["minCases", asked.minCases, MIN_CASES],
    ["ratioPercent", asked.ratioPercent, RATIO_PERCENT],
  ] as const) {
    if (!Number.isInteger(value) || value < min || value > max) return refused(problem("input.out_of_range", { min, max }, { field }));
  }
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<DisparitySettings>> => {
    const before = await settingsOf(tx);
    if (!(await tx.disparities.keepSettings(asked, generation))) {
      return refused(problem("object.generation_stale", { expected: generation, actual: (await settingsOf(tx)).generation }));
    }
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "disparity.declare",
      objectKind: "disparity-settings",
      objectId: pool,
      before,
      after: asked,
      policyVersion: allowed.value.policyVersion,
    });
    return ok({ ...asked, generation: generation + 1 });
  });
}
