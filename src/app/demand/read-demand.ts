import type { PoolId } from "../../domain/id.js";
import { DAY_MS, type Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DemandNow, WaitsOfKind } from "../ports/demand.js";

/** Days of decisions that the waits speak of. */
export const WAITS_DAYS = 7;

export interface DemandShown extends DemandNow {
  readonly asOf: Instant;
  readonly waitsSince: Instant;
  readonly waits: readonly WaitsOfKind[];
}

/** What is asked of the pool now, and how long the latest steps waited for a place. */
export async function readDemand(deps: AppDeps, actor: Actor, pool: PoolId): Promise<Result<DemandShown>> {
  const allowed = await deps.authorizer.may(actor, "overview.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const asOf = await deps.clock.now(pool);
  const waitsSince = asOf - WAITS_DAYS * DAY_MS;
  const { demand } = deps.store.read(pool);
  const [now, waits] = await Promise.all([demand.now(asOf), demand.waits(waitsSince)]);
  return ok({ ...now, asOf, waitsSince, waits });
}
