import type { CalendarId } from "../../domain/id.js";
import { localDateOf, type DayNumber } from "../../domain/instant.js";
import { Calendars } from "../../domain/pool/calendars.js";
import { capacityByPeriod, type CapacityByPeriod } from "../../domain/pool/capacity-by-period.js";
import { freeOf } from "../../domain/pool/capacity.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { SLOTS_A_DAY, slotOf, type Period } from "../../domain/pool/period.js";
import type { Resource } from "../../domain/pool/resource.js";
import type { Amount } from "../../domain/quantity.js";
import type { Reading } from "../ports/store.js";

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

/** What a resource offers in each period of some days, by calendar and declaration, beside what is booked there. */
export async function periodUses(reading: Reading, resource: Resource, capacityClass: CapacityClass, first: DayNumber, days: number): Promise<{ readonly span: PeriodSpan; readonly unlimited: boolean; readonly periods: readonly PeriodUse[] }> {
  const assets = resource.derived ? await reading.assets.ofResource(resource.id) : [];
  const calendarId = resource.calendarId ?? (await reading.units.get(resource.unitId))?.calendarId ?? (await reading.pools.get())?.calendarId ?? null;
  const capacity = capacityByPeriod({ ...resource, calendarId: calendarId as CalendarId | null }, capacityClass, assets, new Calendars(await reading.calendars.all()), first, days);
  const span = spanOf(capacityClass.period, first, days);
  const balances = new Map((await reading.resources.balances(resource.id, span.from, span.to)).map((balance) => [balance.period, balance]));
  const periods = [...periodsOf(capacity, span, balances.keys())].flatMap((period) => {
    const balance = balances.get(period);
    const use = { borrowed: 0, lent: 0, held: 0, settled: 0, ...balance, capacity: capacityIn(capacity, period), period };
    return balance || use.capacity > 0 ? [{ ...use, free: freeOf(use) }] : [];
  });
  return { span, unlimited: capacity === "unlimited", periods };
}

export interface PeriodSpan {
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
