import type { ItemGuide } from "../../domain/catalogue/item.js";
import { scaled } from "../../domain/demand/arrivals.js";
import { createMapping, type Demand } from "../../domain/demand/mapping.js";
import type { TraceRow } from "../../domain/demand/trace.js";
import { firstFrom } from "../../domain/demand/working-time.js";
import type { DivisionCode } from "../../domain/id.js";
import { HALF_HOUR_MS, localDateOf, startOfDay, weekdayOf, type DayNumber, type Instant } from "../../domain/instant.js";
import { divisionChain, type DivisionParents } from "../../domain/org/division.js";
import { isWorkingDay, workingHalfHours, type CalendarStack } from "../../domain/pool/calendar.js";
import { stableShare } from "../../domain/stable-hash.js";
import { diceOf, poisson } from "./dice.js";

/** Somebody asks for something. */
export interface Arrival {
  readonly at: Instant;
  readonly item: ItemGuide;
  readonly division: DivisionCode;
  /** The same in every run in which this one comes: what two runs are compared by. */
  readonly key: string;
}

export interface DemandRange {
  readonly seed: number;
  readonly from: Instant;
  readonly first: DayNumber;
  /** Included. */
  readonly last: DayNumber;
  readonly calendar: CalendarStack;
}

/** A surge with its days counted. */
export interface DatedSurge {
  readonly factor: number;
  readonly covers: (row: Demand) => boolean;
  readonly first: DayNumber;
  readonly last: DayNumber;
}

export interface DatedCliff {
  /** 0 to 1. */
  readonly share: number;
  readonly covers: (row: Demand) => boolean;
  readonly day: DayNumber;
  readonly hours: number;
}

export interface DemandChanges {
  readonly surges: readonly DatedSurge[];
  readonly cliffs: readonly DatedCliff[];
  readonly trace: { readonly load: number; readonly rows: readonly TraceRow[] } | null;
}

export const SAME_DEMAND: DemandChanges = { surges: [], cliffs: [], trace: null };

/** A year's demand was declared over the working days of a year. */
export const WORKING_DAYS_A_YEAR = 250;
const WEEK_DAYS = 7;
const WORKED_SHARE = 5 / WEEK_DAYS;
const MONTHS = 12;

/** Whom a change of demand is about: the items it names, in the divisions it names and all that lies in them. */
export function coveredBy(items: readonly string[] | undefined, divisions: readonly string[] | undefined, parents: DivisionParents): (row: Demand) => boolean {
  const named = items && new Set(items);
  const inside = new Map<string, boolean>();
  return ({ item, division }) => {
    if (named && !named.has(item)) return false;
    if (!divisions) return true;
    let known = inside.get(division);
    if (known === undefined) inside.set(division, (known = divisionChain(parents, division as DivisionCode).some((code) => divisions.includes(code))));
    return known;
  };
}

/** What comes of a table of yearly numbers, about: what a run is held to before it begins. */
export function expectedArrivals(rows: readonly Demand[], { first, last, calendar }: DemandRange, changes: DemandChanges): number {
  const perDay = rows.reduce((sum, { perYear }) => sum + perYear, 0) / WORKING_DAYS_A_YEAR;
  let total = 0;
  for (let day = first; day <= last; day += 1) {
    if (changes.trace) total += perDay * WORKED_SHARE * changes.trace.load;
    else if (!isWorkingDay(calendar, day)) continue;
    else if (changes.surges.length === 0) total += perDay;
    else for (const row of rows) total += (row.perYear / WORKING_DAYS_A_YEAR) * factorOn(changes.surges, row, day);
    for (const cliff of changes.cliffs) if (cliff.day === day) for (const row of rows) if (cliff.covers(row)) total += (row.perYear / MONTHS) * cliff.share;
  }
  return total;
}

/**
 * Everybody who comes, in time. Those of the plain table come in every run with this seed, whatever else changes: a
 * surge adds others beside them or leaves some of them out, so that what differs between two runs is the change.
 */
export function drawArrivals(rows: readonly Demand[], items: ReadonlyMap<string, ItemGuide>, range: DemandRange, changes: DemandChanges): Arrival[] {
  const drawn = changes.trace ? ofTrace(rows, range, changes.trace) : ofTable(rows, range, changes);
  return drawn
    .flatMap(({ at, item, division, key }): Arrival[] => {
      const guide = items.get(item);
      return guide && at >= range.from ? [{ at, item: guide, division: division as DivisionCode, key }] : [];
    })
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}

interface Drawn {
  readonly at: Instant;
  readonly item: string;
  readonly division: string;
  readonly key: string;
}

function ofTable(rows: readonly Demand[], { seed, first, last, calendar }: DemandRange, { surges, cliffs }: DemandChanges): Drawn[] {
  const drawn: Drawn[] = [];
  for (let day = first; day <= last; day += 1) {
    const halfHours = workingHalfHours(calendar, day);
    if (halfHours.length === 0) continue;
    for (const row of rows) {
      const { item, division } = row;
      const mean = row.perYear / WORKING_DAYS_A_YEAR;
      const factor = factorOn(surges, row, day);
      const kept = Math.min(1, factor) * keptByCliffs(cliffs, row, day);
      const come = (stream: string, count: number, dice: () => number, of: readonly number[], keep: (key: string) => boolean): void => {
        for (let n = 0; n < count; n += 1) {
          const key = `${item} ${division} ${day} ${stream}${n}`;
          const at = momentIn(day, of, dice);
          if (keep(key)) drawn.push({ at, item, division, key });
        }
      };
      const plain = diceOf(seed, "plain", item, division, day);
      come("", poisson(mean, plain), plain, halfHours, (key) => kept >= 1 || stableShare(seed, "kept", key) < kept);
      if (factor > 1) {
        const more = diceOf(seed, "surge", item, division, day);
        come("+", poisson(mean * (factor - 1), more), more, halfHours, () => true);
      }
      for (const [n, cliff] of cliffs.entries()) {
        if (cliff.day !== day || !cliff.covers(row)) continue;
        const late = diceOf(seed, "cliff", n, item, division, day);
        come(`!${n}.`, poisson((row.perYear / MONTHS) * cliff.share, late), late, halfHours.slice(-Math.max(1, Math.round(cliff.hours * 2))), () => true);
      }
    }
  }
  return drawn;
}

function momentIn(day: DayNumber, halfHours: readonly number[], dice: () => number): Instant {
  const halfHour = halfHours[Math.floor(dice() * halfHours.length)] ?? 0;
  return startOfDay(day) + halfHour * HALF_HOUR_MS + Math.floor(dice() * (HALF_HOUR_MS / 1_000)) * 1_000;
}

const factorOn = (surges: readonly DatedSurge[], row: Demand, day: DayNumber): number =>
  surges.reduce((factor, surge) => (surge.first <= day && day <= surge.last && surge.covers(row) ? factor * surge.factor : factor), 1);

/** Those who wait for the last hours are missing on the days of the month before, and on that day. */
const keptByCliffs = (cliffs: readonly DatedCliff[], row: Demand, day: DayNumber): number =>
  cliffs.reduce((kept, cliff) => (day <= cliff.day && monthOf(day) === monthOf(cliff.day) && cliff.covers(row) ? kept * (1 - cliff.share) : kept), 1);

const monthOf = (day: DayNumber): string => localDateOf(day).slice(0, 7);

/** A trace begins on the Monday on or after the first day. Who writes outside office hours is received when the office opens. */
function ofTrace(rows: readonly Demand[], { seed, first, last, calendar }: DemandRange, trace: NonNullable<DemandChanges["trace"]>): Drawn[] {
  const perDay = (rows.reduce((sum, { perYear }) => sum + perYear, 0) / WORKING_DAYS_A_YEAR) * WORKED_SHARE * trace.load;
  if (perDay <= 0 || trace.rows.length === 0) return [];
  const asked = createMapping(trace.rows, rows, seed);
  const monday = first + ((WEEK_DAYS - weekdayOf(first)) % WEEK_DAYS);
  const open: Instant[] = [];
  for (let day = first; day <= last; day += 1) for (const halfHour of workingHalfHours(calendar, day)) open.push(startOfDay(day) + halfHour * HALF_HOUR_MS);
  return scaled(trace.rows, perDay).all.flatMap(({ after, row }): Drawn[] => {
    const wanted = asked(row);
    const written = startOfDay(monday) + after;
    const running = open[firstFrom(open, written + 1) - 1];
    const at = running !== undefined && written < running + HALF_HOUR_MS ? written : open[firstFrom(open, written)];
    return wanted && at !== undefined ? [{ ...wanted, at, key: `trace ${row.id}` }] : [];
  });
}
