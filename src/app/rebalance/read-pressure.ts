import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, DivisionCode, PoolId, UnitId } from "../../domain/id.js";
import type { DayNumber, Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { Measure } from "../../domain/pool/class.js";
import { LEVEL_DAYS, type ForecastError } from "../../domain/rebalance/forecast.js";
import { addWaiting, NOBODY_WAITS, waitingFigures, type WaitingFigures } from "../../domain/rebalance/pressure.js";
import { ok, type Result } from "../../domain/result.js";
import type { AskedCell, DayRange, PressureBy, PressureKey, SupplyCell, WaitingDay } from "../ports/pressure.js";
import type { Reading } from "../ports/store.js";
import { aheadDays, scopeOf, total, usable, type AskedPressure, type PressureDeps, type PressureQuestion } from "./pressure-question.js";
import { aheadOf, cellKey, forecastOf, readHistory, readRates, type History } from "./read-outlook.js";
import { trendOf, type Bucket, type PressureTrend } from "./read-pressure-trend.js";

/** One line: a class, and what the answer tells apart beside it. Amounts are in the class's measure. */
export interface PressureRow {
  readonly classId: ClassId;
  readonly classNames: Names;
  readonly measure: Measure;
  readonly unit: { readonly id: UnitId; readonly names: Names } | null;
  /** A county, or the prefecture's own. */
  readonly division: { readonly code: DivisionCode; readonly names: Names } | null;
  /** By the day it came, up to today. */
  readonly asked: number;
  /** By the day it is due, as far as it came. */
  readonly due: number;
  /** From today on; null: too little is known to forecast. */
  readonly expected: number | null;
  /** Of the days before today. */
  readonly used: number;
  readonly capacityBehind: number;
  /** Used of capacity behind. */
  readonly utilisation: number | null;
  /** From today on. */
  readonly capacityAhead: number;
  /** Of capacity ahead, what waits now and what is expected would take; Infinity: there is none. Null: nothing is asked, or no day lies ahead. */
  readonly pressure: number | null;
  readonly decisions: number;
  readonly waitP50: number | null;
  readonly waitP90: number | null;
  readonly waiting: WaitingFigures;
  readonly overdrawn: number;
}

export interface PressureRead {
  readonly asOf: Instant;
  readonly today: DayNumber;
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly by: PressureBy;
  /** The hardest pressed first. */
  readonly rows: readonly PressureRow[];
  /** How each class's forecast did, over all that may be seen of it. */
  readonly errors: ReadonlyMap<ClassId, ForecastError>;
}

/** How hard each class is pressed: what is asked of it, what there is, who waits, who will be late; behind and ahead. */
export async function readPressure(deps: PressureDeps, actor: Actor, pool: PoolId, question: PressureQuestion, by: PressureBy): Promise<Result<PressureRead>> {
  const asked = await scopeOf(deps, actor, pool, question);
  if (!asked.ok) return asked;
  const reading = deps.store.read(pool);
  const gathered = await gather(reading, asked.value);
  return ok({ ...readOf(asked.value), by, errors: gathered.errors, rows: await rowsOf(reading, gathered, by) });
}

export interface PressurePicture extends PressureRead {
  /** The same by county. */
  readonly places: readonly PressureRow[];
  /** Of the class that was asked for, or that is pressed hardest; undefined: there is none. */
  readonly trend: (PressureTrend & { readonly classId: ClassId }) | undefined;
}

/** What a page shows: rows, map and trend, from one reading. */
export async function readPressurePicture(deps: PressureDeps, actor: Actor, pool: PoolId, question: PressureQuestion, by: PressureBy, bucketOf: (range: DayRange) => Bucket): Promise<Result<PressurePicture>> {
  const asked = await scopeOf(deps, actor, pool, question);
  if (!asked.ok) return asked;
  const reading = deps.store.read(pool);
  const gathered = await gather(reading, asked.value);
  const rows = await rowsOf(reading, gathered, by);
  const classId = question.class ?? rows[0]?.classId;
  return ok({
    ...readOf(asked.value),
    by,
    errors: gathered.errors,
    rows,
    places: by === "division" ? rows : await rowsOf(reading, gathered, "division"),
    trend: classId === undefined ? undefined : { ...(await trendOf(reading, asked.value, gathered.history, classId, bucketOf(asked.value.range))), classId },
  });
}

const readOf = ({ asOf, horizon, range }: AskedPressure) => ({ asOf, today: horizon.today, ...range });

/** What was read once, whatever rows it is shown as. */
interface Gathered {
  readonly asked: AskedPressure;
  readonly history: History;
  readonly errors: PressureRead["errors"];
  readonly cells: readonly AskedCell[];
  readonly behind: readonly SupplyCell[];
  readonly ahead: readonly SupplyCell[];
  readonly waiting: readonly WaitingDay[];
  readonly rates: ReadonlyMap<string, number>;
}

async function gather(reading: Reading, asked: AskedPressure): Promise<Gathered> {
  const { scope, horizon, range } = asked;
  const { today } = horizon;
  const { pressure } = reading;
  const behind = { from: range.from, to: Math.min(range.to, today - 1) };
  const ahead = { from: Math.max(range.from, today), to: range.to };
  const history = await readHistory(reading, scope, horizon, aheadDays(asked));
  return {
    asked,
    history,
    errors: new Map([...history.series].flatMap(([classId, series]) => {
      const { error } = forecastOf(classId, series, horizon, 1);
      return error === undefined ? [] : [[classId, error] as const];
    })),
    cells: await pressure.askedByCell(scope, range, { from: today - LEVEL_DAYS, to: today - 1 }),
    behind: behind.to >= behind.from ? await pressure.supply(scope, horizon.supplyDays(behind)) : [],
    ahead: ahead.to >= ahead.from ? await pressure.supply(scope, horizon.supplyDays(ahead)) : [],
    waiting: await pressure.waiting(scope),
    rates: await readRates(reading, scope, horizon),
  };
}

interface Sums {
  asked: number;
  due: number;
  recent: number;
  behind: SupplyCell[];
  ahead: SupplyCell[];
  waiting: WaitingFigures;
}

async function rowsOf(reading: Reading, { asked, history, cells, behind, ahead, waiting, rates }: Gathered, by: PressureBy): Promise<readonly PressureRow[]> {
  const { scope, horizon, range } = asked;
  const { today, basis } = horizon;
  const days = aheadDays(asked);
  const waited = await reading.pressure.waited(scope, { from: range.from, to: Math.min(range.to, today) }, by);
  const groups = new Map<string, { readonly key: GroupKey; readonly sums: Sums }>();
  const group = (key: PressureKey | GroupKey): Sums => {
    const shown: GroupKey = { classId: key.classId, unitId: by === "unit" || by === "cell" ? key.unitId : null, county: by === "division" || by === "cell" ? key.county : null };
    const name = JSON.stringify(shown);
    let known = groups.get(name);
    if (!known) groups.set(name, (known = { key: shown, sums: { asked: 0, due: 0, recent: 0, behind: [], ahead: [], waiting: NOBODY_WAITS } }));
    return known.sums;
  };
  for (const row of cells) {
    const sums = group(row);
    sums.asked += row.arrived;
    sums.due += row.due;
    sums.recent += row.recent;
  }
  for (const row of behind) group(row).behind.push(row);
  for (const row of ahead) group(row).ahead.push(row);
  for (const [key, due] of byCell(waiting)) {
    const sums = group(due[0] as WaitingDay);
    sums.waiting = addWaiting(sums.waiting, waitingFigures(due, rates.get(key) ?? 0, today, basis.isWorking));
  }
  const waits = new Map(waited.map((row) => [JSON.stringify({ classId: row.classId, unitId: row.unitId, county: row.county }), row]));
  const shares = new Map([...history.series].map(([classId, series]) => [classId, aheadOf(classId, series, horizon, days)]));
  const names = await namesOf(reading);
  const skipped = Math.max(0, range.from - today);
  const rows = [...groups].map(([name, { key, sums }]): PressureRow => {
    const expected = days === 0 ? null : (shares.get(key.classId)?.(sums.recent).slice(skipped).reduce((sum, amount) => sum + amount, 0) ?? null);
    const [capacityBehind, capacityAhead] = [usable(sums.behind), usable(sums.ahead)];
    const used = total(sums.behind, ({ held, settled }) => held + settled);
    const wants = sums.waiting.amount + (expected ?? 0);
    const wait = waits.get(name);
    return {
      ...names(key),
      asked: sums.asked,
      due: sums.due,
      expected,
      used,
      capacityBehind,
      utilisation: capacityBehind === 0 ? null : used / capacityBehind,
      capacityAhead,
      pressure: wants === 0 || days === 0 ? null : wants / capacityAhead,
      decisions: wait?.decisions ?? 0,
      waitP50: wait?.p50 ?? null,
      waitP90: wait?.p90 ?? null,
      waiting: sums.waiting,
      overdrawn: Math.max(total(sums.behind, ({ overdrawn }) => overdrawn), total(sums.ahead, ({ overdrawn }) => overdrawn)),
    };
  });
  const order = ({ classId, unit, division }: PressureRow): string => `${classId} ${unit?.id ?? ""} ${division?.code ?? ""}`;
  return rows.sort((a, b) => hardest(a, b) || (order(a) < order(b) ? -1 : 1));
}

/** Two that have nothing to meet their demand with are equal, and not a number apart. */
const hardest = (a: PressureRow, b: PressureRow): number => (a.pressure === b.pressure ? 0 : (b.pressure ?? -1) - (a.pressure ?? -1));

interface GroupKey {
  readonly classId: ClassId;
  readonly unitId: UnitId | null;
  readonly county: DivisionCode | null;
}

function byCell(waiting: readonly WaitingDay[]): ReadonlyMap<string, readonly WaitingDay[]> {
  const cells = new Map<string, WaitingDay[]>();
  for (const day of waiting) {
    const known = cells.get(cellKey(day));
    if (known) known.push(day);
    else cells.set(cellKey(day), [day]);
  }
  return cells;
}

async function namesOf(reading: Reading): Promise<(key: GroupKey) => Pick<PressureRow, "classId" | "classNames" | "measure" | "unit" | "division">> {
  const [classes, units, divisions] = [
    new Map((await reading.classes.all()).map((one) => [one.id, one])),
    new Map((await reading.units.all()).map(({ id, names }) => [id, names])),
    new Map((await reading.divisions.all()).map(({ code, names }) => [code, names])),
  ];
  const plain = (id: string): Names => ({ zh: id, en: id });
  return ({ classId, unitId, county }) => ({
    classId,
    classNames: classes.get(classId)?.names ?? plain(classId),
    measure: classes.get(classId)?.measure ?? "case",
    unit: unitId === null ? null : { id: unitId, names: units.get(unitId) ?? plain(unitId) },
    division: county === null ? null : { code: county, names: divisions.get(county) ?? plain(county) },
  });
}
