import type { CalendarId } from "../id.js";
import { DAY_MS, parseLocalDate, type DayNumber, type LocalDate } from "../instant.js";
import type { Amount } from "../quantity.js";
import type { Asset } from "./asset.js";
import type { Calendars } from "./calendars.js";
import { capacityOf } from "./capacity.js";
import type { CapacityClass } from "./class.js";
import { withinLabour } from "./labour.js";
import { SLOTS_A_DAY, slotOf, type Period } from "./period.js";
import type { Resource } from "./resource.js";

/** Days on which something gives nothing though it is declared: leave, a closed hall. The first and the last; null: until it is said to be over. */
export interface Absence {
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

/** What a resource's capacity is worked out from. */
export interface SuppliedResource
  extends Pick<Resource, "total" | "derived" | "reserved" | "overcommitPercent" | "validFrom" | "validTo" | "state"> {
  /** Its own, else its unit's, else the pool's; null: round the clock. */
  readonly calendarId: CalendarId | null;
  readonly absences?: readonly Absence[];
}

/** An asset of a derived resource; its calendar, when it has none, is the resource's. */
export type SuppliedAsset = Pick<Asset, "amount" | "calendarId" | "validFrom" | "validTo" | "state"> & { readonly absences?: readonly Absence[] };

/** `first` is the period of `amounts[0]`; outside the array nothing is offered. */
export type CapacityByPeriod = "unlimited" | { readonly first: Period; readonly amounts: readonly Amount[] };

const EVERY_HALF_HOUR: readonly number[] = Array.from({ length: SLOTS_A_DAY }, (_, halfHour) => halfHour);

/**
 * What the resource offers in each period that begins in `days` days from `fromDay`: 0 outside calendar and
 * validity, in breaks, and unless it is published. `none` has one period and looks at `fromDay` alone;
 * `fiscal-year` gives the years these days touch.
 *
 * Nothing either on days of absence; what has no period of its own is away as soon as that is said.
 *
 * A derived total is the sum of the assets that serve in the period by their own calendar and validity;
 * minutes of an asset never exceed those its day has, nor those the law allows one person.
 */
export function capacityByPeriod(
  resource: SuppliedResource,
  { period: kind, measure, labour }: Pick<CapacityClass, "period" | "measure" | "labour">,
  assets: readonly SuppliedAsset[],
  calendars: Calendars,
  fromDay: DayNumber,
  days: number,
): CapacityByPeriod {
  const offered = resource.state === "published";
  const halfHoursOf = (calendarId: CalendarId | null, day: DayNumber) =>
    calendarId === null ? EVERY_HALF_HOUR : calendars.halfHours(calendarId, day);
  const capacity = (total: Amount) => capacityOf({ ...resource, total });
  const serving = resource.derived ? assets.filter((asset) => asset.state === "in-service").map(dated) : [];
  const valid = dated(resource);
  const lastDay = fromDay + days - 1;

  switch (kind) {
    case "none": {
      const here = (thing: Dated): boolean => validOn({ ...thing, away: [] }, fromDay) && thing.away.every(({ to }) => to < fromDay);
      if (!offered || !here(valid)) return { first: 0, amounts: [0] };
      if (!resource.derived && resource.total === null) return "unlimited";
      const total = resource.derived ? sumOf(serving.filter(here)) : (resource.total ?? 0);
      return { first: 0, amounts: [capacity(total)] };
    }
    case "fiscal-year": {
      const first = yearOf(fromDay);
      const amounts: Amount[] = [];
      for (let year = first; year <= yearOf(lastDay); year += 1) {
        const total = resource.derived ? sumOf(serving.filter((asset) => validIn(asset, year))) : (resource.total ?? 0);
        amounts.push(offered && validIn(valid, year) ? capacity(total) : 0);
      }
      return { first, amounts };
    }
    case "day": {
      const amounts: Amount[] = [];
      const declared = capacity(resource.total ?? 0);
      for (let day = fromDay; day <= lastDay; day += 1) {
        const works = offered && validOn(valid, day);
        if (!works) amounts.push(0);
        else if (!resource.derived) amounts.push(halfHoursOf(resource.calendarId, day).length > 0 ? declared : 0);
        else {
          let total = 0;
          let lawful = 0;
          for (const asset of serving) {
            const halfHours = validOn(asset, day) ? halfHoursOf(asset.calendarId ?? resource.calendarId, day).length : 0;
            lawful += Math.min(halfHours * 30, labour?.minutesADay ?? 0);
            if (halfHours > 0) total += measure === "minute" ? Math.min(asset.amount, halfHours * 30, labour?.minutesADay ?? Infinity) : asset.amount;
          }
          // Promising more than there is makes nobody's day longer than the law lets it be.
          amounts.push(labour && measure === "minute" ? Math.min(capacity(total), lawful) : capacity(total));
        }
      }
      return { first: fromDay, amounts };
    }
    case "slot": {
      const amounts = new Array<Amount>(days * SLOTS_A_DAY).fill(0);
      const declared = capacity(resource.total ?? 0);
      for (let day = fromDay; day <= lastDay && offered; day += 1) {
        if (!validOn(valid, day)) continue;
        const at = (day - fromDay) * SLOTS_A_DAY;
        if (!resource.derived) {
          for (const halfHour of withinLabour(halfHoursOf(resource.calendarId, day), labour)) amounts[at + halfHour] = declared;
          continue;
        }
        const totals = new Array<Amount>(SLOTS_A_DAY).fill(0);
        const lawful = new Array<Amount>(SLOTS_A_DAY).fill(0);
        for (const asset of serving) {
          if (!validOn(asset, day)) continue;
          const amount = measure === "minute" ? Math.min(asset.amount, 30) : asset.amount;
          for (const halfHour of withinLabour(halfHoursOf(asset.calendarId ?? resource.calendarId, day), labour)) {
            totals[halfHour] = (totals[halfHour] ?? 0) + amount;
            lawful[halfHour] = (lawful[halfHour] ?? 0) + 30;
          }
        }
        const limited = labour !== undefined && measure === "minute";
        totals.forEach((total, halfHour) => (amounts[at + halfHour] = limited ? Math.min(capacity(total), lawful[halfHour]!) : capacity(total)));
      }
      return { first: slotOf(fromDay, 0), amounts };
    }
  }
}

interface Days {
  readonly from: DayNumber;
  readonly to: DayNumber;
}

interface Dated extends Days {
  readonly away: readonly Days[];
}

function daysOf(first: LocalDate | null, last: LocalDate | null): Days {
  const from = first === null ? undefined : parseLocalDate(first);
  const to = last === null ? undefined : parseLocalDate(last);
  return { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY };
}

function dated<T extends { readonly validFrom: LocalDate | null; readonly validTo: LocalDate | null; readonly absences?: readonly Absence[] }>(thing: T): T & Dated {
  return { ...thing, ...daysOf(thing.validFrom, thing.validTo), away: (thing.absences ?? []).map((one) => daysOf(one.from, one.to)) };
}

const within = ({ from, to }: Days, day: DayNumber): boolean => from <= day && day <= to;
const validOn = (days: Dated, day: DayNumber): boolean => within(days, day) && !days.away.some((away) => within(away, day));

const firstDayOf = (year: number): DayNumber => Date.UTC(year, 0, 1) / DAY_MS;
const validIn = ({ from, to }: Days, year: number): boolean => from < firstDayOf(year + 1) && to >= firstDayOf(year);

const yearOf = (day: DayNumber): number => new Date(day * DAY_MS).getUTCFullYear();
const sumOf = (assets: readonly { readonly amount: Amount }[]): Amount => assets.reduce((sum, { amount }) => sum + amount, 0);
