import type { Names } from "../../domain/catalogue/item.js";
import type { DivisionCode, PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, startOfDay, type DayNumber, type Instant, type LocalDate } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { Calendars } from "../../domain/pool/calendars.js";
import type { FigureRows, FiguresBy } from "../../domain/pool/figures.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { CountedFigures, FigureRange, FigureScope, WaitRow } from "../ports/figures.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Reading } from "../ports/store.js";
import { rangeOf } from "../usage/read-usage.js";
import { lineOf, type RequestLine } from "../request/request-view.js";

/** Days of figures at most: capacity is worked out for each of them. */
export const FIGURE_DAYS_MAX = 92;

export interface FiguresQuestion extends FigureScope {
  readonly by: FiguresBy;
  /** Default: the first of this month. */
  readonly from?: LocalDate | undefined;
  /** Default: today; the last day of the month where `from` lies ahead. */
  readonly to?: LocalDate | undefined;
}

/** How far limited capacity is used: of one class its amounts; of several the share alone, since their amounts have no sum. */
export interface Utilisation {
  readonly percent: number;
  /** Of one class. */
  readonly amounts: { readonly used: number; readonly capacity: number } | null;
}

export interface FiguresOf extends Omit<CountedFigures, "key"> {
  readonly key: string;
  readonly names: Names | null;
  /** Null: nothing that has a limit. */
  readonly utilisation: Utilisation | null;
}

export interface FiguresRead {
  readonly asOf: Instant;
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly whole: FiguresOf;
  /** Empty when nothing is told apart. */
  readonly rows: readonly FiguresOf[];
}

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

const NOTHING: Omit<CountedFigures, "key"> = { queue: 0, decisions: 0, waitP50: null, waitP90: null, closed: 0, missed: 0, breaches: 0 };

/** Utilisation, queue, waits, deadlines and breaches of a range, of all that is asked about and by class, unit or county. */
export async function readFigures(deps: Deps, actor: Actor, pool: PoolId, question: FiguresQuestion): Promise<Result<FiguresRead>> {
  const allowed = await deps.authorizer.may(actor, "overview.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const asOf = await deps.clock.now(pool);
  const days = daysOf(question, dayNumberOf(asOf));
  if (!days.ok) return days;
  return ok({ ...days.value, asOf, ...(await figuresOf(deps.store.read(pool), question, days.value, asOf)) });
}

/** @param capacity false leaves utilisation out: it is worked out day by day. */
export async function figuresOf(
  reading: Reading,
  { by, ...scope }: FigureScope & { readonly by: FiguresBy },
  days: { readonly from: DayNumber; readonly to: DayNumber },
  asOf: Instant,
  { capacity = true } = {},
): Promise<Pick<FiguresRead, "whole" | "rows">> {
  const range = instantsOf(days);
  const [whole, apart, used] = [
    await reading.figures.counted("pool", scope, range, asOf),
    by === "pool" ? [] : await reading.figures.counted(by, scope, range, asOf),
    capacity ? await useIn(reading, scope, days, dayNumberOf(asOf)) : [],
  ];
  const counted = new Map(apart.map((row) => [row.key, row]));
  const parts = by === "pool" ? new Map<string, readonly UseOfClass[]>() : grouped(used, by);
  const keys = [...new Set([...counted.keys(), ...parts.keys()])].sort();
  const names = await namesOf(reading, by);
  return {
    whole: { ...NOTHING, ...whole[0], key: "", names: null, utilisation: utilisationOf(used) },
    rows: keys.map((key) => ({ ...NOTHING, ...counted.get(key), key, names: names.get(key) ?? null, utilisation: utilisationOf(parts.get(key) ?? []) })),
  };
}

export type FigureRowsRead = { readonly from: DayNumber; readonly to: DayNumber } & (
  | { readonly which: "waits"; readonly page: Page<WaitRow> }
  | { readonly which: Exclude<FigureRows, "waits">; readonly page: Page<RequestLine> }
);

/** The rows a figure is made of: those that were counted, and no other. */
export async function listFigureRows(deps: Deps, actor: Actor, pool: PoolId, which: FigureRows, question: Omit<FiguresQuestion, "by">, page: PageAsked): Promise<Result<FigureRowsRead>> {
  const allowed = await deps.authorizer.may(actor, "overview.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const asOf = await deps.clock.now(pool);
  const days = daysOf(question, dayNumberOf(asOf));
  if (!days.ok) return days;
  const reading = deps.store.read(pool);
  const range = instantsOf(days.value);
  if (which === "waits") return ok({ ...days.value, which, page: await reading.figures.waits(question, range, page) });
  const [found, map] = [await reading.figures.requests(which, question, range, asOf, page), await reading.catalogue.poolMap()];
  return ok({ ...days.value, which, page: { rows: found.rows.map((row) => lineOf(map.calendar, row, asOf)), next: found.next } });
}

export function daysOf({ from, to }: Pick<FiguresQuestion, "from" | "to">, today: DayNumber): Result<{ readonly from: DayNumber; readonly to: DayNumber }> {
  const range = rangeOf({ from, to: to ?? (from === undefined || from <= localDateOf(today) ? localDateOf(today) : undefined) }, today);
  if (!range.ok) return range;
  const days = range.value.to - range.value.from + 1;
  return days > FIGURE_DAYS_MAX ? refused(problem("usage.range_too_long", { days, max: FIGURE_DAYS_MAX }, { field: "to" })) : range;
}

const instantsOf = ({ from, to }: { readonly from: DayNumber; readonly to: DayNumber }): FigureRange => ({ from: startOfDay(from), to: startOfDay(to + 1) });

/** What one unit gives of one class in one place, over the range. */
interface UseOfClass {
  readonly class: string;
  readonly unit: string;
  readonly division: string;
  readonly capacity: number;
  readonly used: number;
}

/** Each day with what was declared on it. Days add up; a year's money stands once, not once a day, and what has no period is a gate or a stock that a range says nothing about. */
export async function useIn(reading: Pick<Reading, "resources" | "classes" | "calendars">, scope: FigureScope, { from, to }: { readonly from: DayNumber; readonly to: DayNumber }, today: DayNumber): Promise<readonly UseOfClass[]> {
  const [classes, declared] = [await reading.classes.all(), await reading.calendars.all()];
  const periods = new Map<string, string>(classes.map(({ id, period }) => [id, period]));
  const calendars = new Calendars(declared);
  const sums = new Map<string, UseOfClass>();
  const years = new Set<number>();
  for (let day = from; day <= to; day += 1) {
    const year = Number(localDateOf(day).slice(0, 4));
    const uses = await reading.resources.useByUnit({ day, year, halfHours: new Map(declared.map(({ id }) => [id, calendars.halfHours(id, day)])), past: day < today });
    for (const { classId, unitId, division, capacity, borrowed, lent, held, settled } of uses) {
      const period = periods.get(classId);
      if (period === "none" || (period === "fiscal-year" && years.has(year))) continue;
      const county = division.slice(0, 6) as DivisionCode;
      if ((scope.class ?? classId) !== classId || (scope.unit ?? unitId) !== unitId || (scope.division ?? county) !== county) continue;
      const key = `${classId} ${unitId} ${county}`;
      const sum = sums.get(key) ?? { class: classId, unit: unitId, division: county, capacity: 0, used: 0 };
      sums.set(key, { ...sum, capacity: sum.capacity + capacity + borrowed - lent, used: sum.used + held + settled });
    }
    years.add(year);
  }
  return [...sums.values()];
}

function grouped(used: readonly UseOfClass[], by: Exclude<FiguresBy, "pool">): ReadonlyMap<string, readonly UseOfClass[]> {
  const groups = new Map<string, UseOfClass[]>();
  for (const one of used) groups.set(one[by], [...(groups.get(one[by]) ?? []), one]);
  return groups;
}

/** Classes are weighed alike: minutes and fen have no sum. */
export function utilisationOf(used: readonly UseOfClass[]): Utilisation | null {
  const classes = new Map<string, { used: number; capacity: number }>();
  for (const one of used) {
    const sum = classes.get(one.class) ?? { used: 0, capacity: 0 };
    classes.set(one.class, { used: sum.used + one.used, capacity: sum.capacity + one.capacity });
  }
  const limited = [...classes.values()].filter(({ capacity }) => capacity > 0);
  if (limited.length === 0) return null;
  const share = limited.reduce((sum, one) => sum + one.used / one.capacity, 0) / limited.length;
  return { percent: Math.round(share * 1_000) / 10, amounts: limited.length === 1 ? (limited[0] ?? null) : null };
}

async function namesOf(reading: Reading, by: FiguresBy): Promise<ReadonlyMap<string, Names>> {
  switch (by) {
    case "pool":
      return new Map();
    case "class":
      return new Map((await reading.classes.all()).map(({ id, names }) => [id, names]));
    case "unit":
      return new Map((await reading.units.all()).map(({ id, names }) => [id, names]));
    case "division":
      return new Map((await reading.divisions.all()).map(({ code, names }) => [code, names]));
  }
}
