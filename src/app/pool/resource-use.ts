import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type DayNumber } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page } from "../ports/page.js";
import type { Holder } from "../ports/resource.js";
import { periodUses, type PeriodUse } from "./period-uses.js";

export interface ResourceUse {
  readonly resource: Resource;
  readonly class: CapacityClass;
  /** The first day shown. */
  readonly from: string;
  readonly days: number;
  readonly unlimited: boolean;
  /** Periods with capacity or use, in order; periods of neither are left out. */
  readonly periods: readonly PeriodUse[];
  readonly holders: Page<Holder>;
}

export const USE_DAYS_MAX = 62;
const HOLDERS_SHOWN = 100;

/** What a resource offers in the coming days, what of it is held and settled, and by which requests. */
export async function resourceUse(
  { store, authorizer, clock }: Pick<AppDeps, "store" | "authorizer" | "clock">,
  actor: Actor,
  poolId: PoolId,
  code: string,
  { from, days, after }: { readonly from?: DayNumber | undefined; readonly days: number; readonly after?: string | undefined },
): Promise<Result<ResourceUse>> {
  const reading = store.read(poolId);
  const resource = await reading.resources.byCode(code);
  const allowed = await authorizer.may(actor, "resource.read", { poolId, unitId: resource?.unitId ?? null });
  if (!allowed.ok) return allowed;
  if (!resource) return refused(problem("object.not_found", { kind: "resource" }));
  const capacityClass = (await reading.classes.all()).find(({ id }) => id === resource.classId);
  if (!capacityClass) throw new Error(`class ${resource.classId} of resource ${code} is not there`);

  const first = from ?? dayNumberOf(await clock.now(poolId));
  const shown = Math.min(Math.max(1, days), USE_DAYS_MAX);
  const { span, unlimited, periods } = await periodUses(reading, resource, capacityClass, first, shown);
  const holders = await reading.resources.holders(resource.id, span.from, span.to, { limit: HOLDERS_SHOWN, after });
  return ok({ resource, class: capacityClass, from: localDateOf(first), days: shown, unlimited, periods, holders });
}
