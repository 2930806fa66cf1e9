import type { ClassId } from "../../domain/id.js";
import { dayNumberOf, type DayNumber, type Instant } from "../../domain/instant.js";
import { Calendars } from "../../domain/pool/calendars.js";
import { isWorkingDay } from "../../domain/pool/calendar.js";
import { forecast, HISTORY_DAYS, LEVEL_DAYS, measured, profileOf, seasonAhead, spreadAhead, type DailyAmounts, type ForecastBasis, type ForecastDay, type ForecastError } from "../../domain/rebalance/forecast.js";
import { RECENT_DAYS, type AskedLately } from "../../domain/rebalance/prudence.js";
import type { DayRange, PressureKey, PressureScope, SupplyDay, WaitingDay } from "../ports/pressure.js";
import type { Reading } from "../ports/store.js";

/** Days ahead that are forecast at most. */
export const AHEAD_DAYS_MAX = 92;
/** Days back over which grants make a rate. */
export const RATE_DAYS = 28;
/** A season is read around the same days a year ago, and a year before the tests' own days. */
const SEASON_BACK = 364 + 28 + 15 + 56;
const SEASON_FORTH = 364 - 15;

type Book = Pick<Reading, "pressure" | "calendars" | "catalogue">;

/** What both the page and plans begin with: the days, and how the pool works them. */
export interface Horizon {
  readonly today: DayNumber;
  /** Without deadlines, which are of some classes. */
  readonly basis: ForecastBasis;
  basisOf(classId: ClassId): ForecastBasis;
  supplyDays(range: DayRange): readonly SupplyDay[];
}

export async function horizonOf(reading: Book, now: Instant): Promise<Horizon> {
  const declared = await reading.calendars.all();
  const calendars = new Calendars(declared);
  const { calendar } = await reading.catalogue.poolMap();
  const deadlines = calendar.flatMap((layer) => layer.deadlines ?? []);
  const isWorking = (day: DayNumber): boolean => isWorkingDay(calendar, day);
  return {
    today: dayNumberOf(now),
    basis: { isWorking, deadlines: [] },
    basisOf: (classId) => ({ isWorking, deadlines: deadlines.flatMap(({ day, days, percent, classes }) => (classes === null || classes.includes(classId) ? [{ day, days, factor: percent / 100 }] : [])) }),
    supplyDays: ({ from, to }) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({ day: from + index, halfHours: new Map(declared.map(({ id }) => [id, calendars.halfHours(id, from + index)])) })),
  };
}

export interface History {
  /** By class; empty where the pool has none. */
  readonly series: ReadonlyMap<ClassId, DailyAmounts>;
}

/** What was asked day by day, as far back as the forecast looks. */
export async function readHistory({ pressure }: Pick<Reading, "pressure">, scope: PressureScope, { today }: Horizon, ahead: number): Promise<History> {
  const began = await pressure.firstDay();
  if (began === undefined || began >= today) return { series: new Map() };
  const recent = { from: Math.max(began, today - HISTORY_DAYS), to: today - 1 };
  const rows = [...(await pressure.askedByDay(scope, recent, null))];
  const yearAgo = { from: Math.max(began, today - SEASON_BACK), to: today - SEASON_FORTH + ahead };
  const old = began <= today - 364 - LEVEL_DAYS;
  if (old) rows.push(...(await pressure.askedByDay(scope, { ...yearAgo, to: Math.min(yearAgo.to, recent.from - 1) }, null)));
  const first = old ? yearAgo.from : recent.from;
  const series = new Map<ClassId, { first: DayNumber; amounts: number[] }>();
  for (const { classId, day, arrived } of rows) {
    let known = series.get(classId);
    if (!known) series.set(classId, (known = { first, amounts: new Array<number>(today - first).fill(0) }));
    if (day >= first && day < today) known.amounts[day - first] = arrived;
  }
  return { series };
}

export interface ClassForecast {
  readonly error: ForecastError | undefined;
  /** From today on; undefined: too little is known. */
  readonly days: readonly ForecastDay[] | undefined;
}

export function forecastOf(classId: ClassId, series: DailyAmounts | undefined, { basisOf, today }: Horizon, ahead: number): ClassForecast {
  if (series === undefined) return { error: undefined, days: undefined };
  const basis = basisOf(classId);
  const error = measured(series, basis, today);
  return { error, days: forecast(series, basis, today, ahead, error) };
}

/** How a cell's last four weeks fall on the days ahead, by the profile and season of its class; undefined: too little is known of the class. */
export function aheadOf(classId: ClassId, series: DailyAmounts | undefined, { basisOf, today }: Horizon, ahead: number): ((recent: number) => readonly number[]) | undefined {
  const basis = basisOf(classId);
  if (series === undefined || forecast(series, basis, today, 1, undefined) === undefined) return undefined;
  const profile = profileOf(series, basis, today);
  // All cells of a class differ by their level alone.
  const one = spreadAhead(1, profile, basis, today, ahead, seasonAhead(series, profile, basis, today));
  return (recent) => one.map((share) => share * recent);
}

/** A class at a unit in a county, over the days ahead. */
export interface OutlookCell extends PressureKey {
  /** Expected to be asked on each day, in the class's measure. */
  readonly demand: readonly number[];
  /** What the forecast's level was made of, and the newer half of it. */
  readonly lately: AskedLately;
  /** Declared for each day, with what is borrowed and lent. */
  readonly capacity: readonly number[];
  /** The same without loans. */
  readonly own: readonly number[];
  /** Held or settled already. */
  readonly used: readonly number[];
  /** What waits now, by the day it is due. */
  readonly backlog: readonly Pick<WaitingDay, "dueDay" | "steps" | "amount">[];
  /** Granted on a working day of the last four weeks. */
  readonly ratePerDay: number;
}

export interface Outlook {
  readonly first: DayNumber;
  readonly days: number;
  readonly cells: readonly OutlookCell[];
  /** Of classes of which enough is known. */
  readonly errors: ReadonlyMap<ClassId, ForecastError>;
}

/**
 * Demand and capacity of every class at every unit for the next days, and what waits now: what a plan is made from. Classes that have a day
 * only. Where too little was asked to forecast from, demand is 0 and only the backlog speaks.
 */
export async function readOutlook(reading: Book, now: Instant, days: number, scope: PressureScope = {}): Promise<Outlook> {
  const horizon = await horizonOf(reading, now);
  const { today } = horizon;
  const lately = { from: today - LEVEL_DAYS, to: today - 1 };
  const { pressure } = reading;
  const [history, asked, supply, waiting, rates] = [
    await readHistory(reading, { class: scope.class }, horizon, days),
    await pressure.askedByCell(scope, { from: today - RECENT_DAYS, to: today - 1 }, lately),
    await pressure.supplyByDay(scope, horizon.supplyDays({ from: today, to: today + days - 1 })),
    await pressure.waiting(scope),
    await readRates(reading, scope, horizon),
  ];
  const shares = new Map([...history.series].map(([classId, series]) => [classId, aheadOf(classId, series, horizon, days)]));
  const cells = new Map<string, { -readonly [K in keyof OutlookCell]: OutlookCell[K] extends readonly (infer E)[] ? E[] : OutlookCell[K] }>();
  const cell = ({ classId, unitId, county }: PressureKey) => {
    const key = cellKey({ classId, unitId, county });
    let known = cells.get(key);
    const none = (): number[] => new Array<number>(days).fill(0);
    if (!known) cells.set(key, (known = { classId, unitId, county, demand: none(), lately: { fourWeeks: 0, twoWeeks: 0 }, capacity: none(), own: none(), used: none(), backlog: [], ratePerDay: rates.get(key) ?? 0 }));
    return known;
  };
  for (const row of asked) {
    if (row.recent <= 0) continue;
    const known = cell(row);
    known.demand = [...(shares.get(row.classId)?.(row.recent) ?? new Array<number>(days).fill(0))];
    known.lately = { fourWeeks: row.recent, twoWeeks: row.arrived };
  }
  for (const row of supply) {
    const known = cell(row);
    known.capacity[row.day - today] = row.capacity + row.borrowed - row.lent;
    known.own[row.day - today] = row.capacity;
    known.used[row.day - today] = row.held + row.settled;
  }
  for (const { dueDay, steps, amount, ...key } of waiting) cell(key).backlog.push({ dueDay, steps, amount });
  const errors = new Map([...history.series].flatMap(([classId, series]) => {
    const error = measured(series, horizon.basisOf(classId), today);
    return error === undefined ? [] : [[classId, error] as const];
  }));
  return { first: today, days, cells: [...cells.values()], errors };
}

export const cellKey = ({ classId, unitId, county }: PressureKey): string => `${classId} ${unitId} ${county}`;

/** What each cell was granted on a working day of the last four weeks, or since the pool began. */
export async function readRates({ pressure }: Pick<Reading, "pressure">, scope: PressureScope, { today, basis }: Horizon): Promise<ReadonlyMap<string, number>> {
  const began = (await pressure.firstDay()) ?? today;
  const range = { from: Math.max(began, today - RATE_DAYS), to: Math.max(began, today - 1) };
  let worked = 0;
  for (let day = range.from; day <= range.to; day += 1) if (basis.isWorking(day)) worked += 1;
  return new Map((await pressure.granted(scope, range)).map((row) => [cellKey(row), row.amount / Math.max(1, worked)]));
}
