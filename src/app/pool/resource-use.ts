import type { CalendarId, PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type DayNumber } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { Calendars } from "../../domain/pool/calendars.js";
import { capacityByPeriod, type CapacityByPeriod } from "../../domain/pool/capacity-by-period.js";
import { freeOf } from "../../domain/pool/capacity.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { SLOTS_A_DAY, slotOf, type Period } from "../../domain/pool/period.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem } from "../../domain/problem.js";
import type { Amount } from "../../domain/quantity.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page } from "../ports/page.js";
import type { Holder } from "../ports/resource.js";

/** One period of a resource as the books and its declaration have it. */
export interface PeriodUse {
  readonly period: Period;
  readonly capacity: Amount;
  readonly borrowed: Amount;
  readonly lent: Amount;
  readonly held: Amount;
  readonly settled: Amount;
  /** Below 0: overdrawn. */
  readonly free: Amount;
}

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
  const assets = resource.derived ? await reading.assets.ofResource(resource.id) : [];
  const calendarId = resource.calendarId ?? (await reading.units.get(resource.unitId))?.calendarId ?? (await reading.pools.get())?.calendarId ?? null;
  const capacity = capacityByPeriod({ ...resource, calendarId: calendarId as CalendarId | null }, capacityClass, assets, new Calendars(await reading.calendars.all()), first, shown);
  const span = spanOf(capacityClass.period, first, shown);
  const [booked, holders] = [
    await reading.resources.balances(resource.id, span.from, span.to),
    await reading.resources.holders(resource.id, span.from, span.to, { limit: HOLDERS_SHOWN, after }),
  ];
  const balances = new Map(booked.map((balance) => [balance.period, balance]));
  const periods = [...periodsOf(capacity, span, balances.keys())].flatMap((period) => {
    const balance = balances.get(period);
    const use = { borrowed: 0, lent: 0, held: 0, settled: 0, ...balance, capacity: capacityIn(capacity, period), period };
    return balance || use.capacity > 0 ? [{ ...use, free: freeOf(use) }] : [];
  });
  return ok({ resource, class: capacityClass, from: localDateOf(first), days: shown, unlimited: capacity === "unlimited", periods, holders });
}

interface PeriodSpan {
  readonly from: Period;
  readonly to: Period;
}

function spanOf(kind: CapacityClass["period"], first: DayNumber, days: number): PeriodSpan {
  const last = first + days - 1;
  switch (kind) {
    case "none":
      return { from: 0, to: 0 };
    case "day":
      return { from: first, to: last };
    case "slot":
      return { from: slotOf(first, 0), to: slotOf(last, SLOTS_A_DAY - 1) };
    case "fiscal-year":
      return { from: Number(localDateOf(first).slice(0, 4)), to: Number(localDateOf(last).slice(0, 4)) };
  }
}

const capacityIn = (capacity: CapacityByPeriod, period: Period): Amount => (capacity === "unlimited" ? 0 : (capacity.amounts[period - capacity.first] ?? 0));

function periodsOf(capacity: CapacityByPeriod, { from }: PeriodSpan, booked: Iterable<Period>): Set<Period> {
  const offered = capacity === "unlimited" ? [from] : capacity.amounts.map((_, i) => capacity.first + i);
  return new Set([...offered, ...booked].sort((a, b) => a - b));
}
