import { dayNumberOf, localDateOf, type DayNumber } from "../../domain/instant.js";
import { isWorkingDay } from "../../domain/pool/calendar.js";
import { dayOfSlot, type PeriodKind } from "../../domain/pool/period.js";
import type { Outlook, OutlookCell } from "../rebalance/read-outlook.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import { Supply } from "../scheduling/supply.js";
import { declaredOf, heldIn, resourcesOf } from "./copied-pool.js";
import type { TwinOutcome } from "./twin-run.js";

type Cell = { -readonly [K in keyof OutlookCell]: OutlookCell[K] extends readonly (infer E)[] ? E[] : OutlookCell[K] };

/** Working days that say what is asked of a day. */
const LEVEL_DAYS = 10;

/**
 * What a plan is made from, as it stands after a run: what was asked on the last working days is expected on those ahead. A pool has months of
 * its own to forecast from; a run of a fortnight has only its level.
 */
export function outlookAfter(copy: PoolCopy, { requests }: TwinOutcome, days: number): Outlook {
  const pool = declaredOf(copy);
  const today = dayNumberOf(copy.at);
  const kinds = new Map<string, PeriodKind>(pool.classes.filter(({ period }) => period === "day" || period === "slot").map(({ id, period }) => [id, period]));
  const working = (day: DayNumber): boolean => isWorkingDay(copy.map.calendar, day);
  const level: DayNumber[] = [];
  for (let day = today - 1; level.length < LEVEL_DAYS && day > today - 3 * LEVEL_DAYS; day -= 1) if (working(day)) level.push(day);
  const since = Math.min(...level);

  const cells = new Map<string, Cell>();
  const cellOf = (classId: OutlookCell["classId"], unitId: OutlookCell["unitId"]): Cell => {
    const key = `${classId} ${unitId}`;
    const none = (): number[] => new Array<number>(days).fill(0);
    let cell = cells.get(key);
    if (!cell) cells.set(key, (cell = { classId, unitId, county: copy.places.units.get(unitId)!.divisionCode, demand: none(), lately: { fourWeeks: 0, twoWeeks: 0 }, capacity: none(), own: none(), used: none(), backlog: [], ratePerDay: 0 }));
    return cell;
  };
  const dayOf = (classId: string, period: number): DayNumber => (kinds.get(classId) === "slot" ? dayOfSlot(period) : period);

  const supply = new Supply(pool, today);
  const classOf = new Map<number, OutlookCell>();
  for (const one of resourcesOf(copy)) {
    if (!kinds.has(one.classId) || !one.offered) continue;
    const cell = cellOf(one.classId, one.unitId);
    classOf.set(one.id, cell);
    for (const { period, capacity } of supply.term(one, localDateOf(today), localDateOf(today + days - 1))) {
      const at = dayOf(one.classId, period) - today;
      cell.capacity[at]! += capacity;
      cell.own[at]! += capacity;
    }
  }
  for (const holds of heldIn(copy).values()) {
    for (const { resource, period, amount } of holds) {
      const cell = classOf.get(resource);
      const at = cell ? dayOf(cell.classId, period) - today : -1;
      if (cell && at >= 0 && at < days) (cell.used as number[])[at]! += amount;
    }
  }
  for (const { steps, promisedDueAt } of requests) {
    for (const { ask, state, readyAt, holds } of steps) {
      if (state === "blocked") continue;
      for (const { classId, unitId, amount, count, slots } of ask.claims) {
        if (!kinds.has(classId)) continue;
        const asked = amount * count * slots;
        const cell = cellOf(classId, unitId);
        if (dayNumberOf(readyAt) >= since) cell.lately = { fourWeeks: cell.lately.fourWeeks + asked, twoWeeks: cell.lately.twoWeeks + asked };
        if (state === "ready" && holds.length === 0) cell.backlog.push({ dueDay: dayNumberOf(promisedDueAt), steps: 1, amount: asked });
      }
    }
  }
  for (const cell of cells.values()) {
    const perDay = cell.lately.fourWeeks / Math.max(1, level.length);
    cell.demand = cell.demand.map((_, at) => (working(today + at) ? perDay : 0));
  }
  return { first: today, days, cells: [...cells.values()], errors: new Map() };
}
