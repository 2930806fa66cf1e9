import type { Names } from "../../domain/catalogue/item.js";
import { workingMinutes } from "../../domain/demand/working-time.js";
import type { DivisionCode, ItemCode, UnitId } from "../../domain/id.js";
import { startOfDay, type DayNumber, type Instant } from "../../domain/instant.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { GroupChange, GroupFigures, RequestChange, RequestEnd, RunFigures, UnitWeek, UseFigures } from "../../domain/what-if/result.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import { WaitBook } from "./measure.js";
import type { TwinOutcome, TwinRequest } from "./twin-run.js";

/** Names of what figures are told by. */
export interface FigureNames {
  readonly unit: (id: string) => Names | null;
  readonly division: (code: string) => Names | null;
  readonly item: (code: string) => Names | null;
}

export function namesOf({ unitNames, map, items }: PoolCopy): FigureNames {
  const itemNames = new Map(items.map(({ guide }) => [guide.item, guide.names]));
  return { unit: (id) => unitNames.get(id as UnitId) ?? null, division: (code) => map.divisions.get(code as DivisionCode) ?? null, item: (code) => itemNames.get(code as ItemCode) ?? null };
}

const PERMILLE = 1_000;
/** Digits of a county's code. */
const COUNTY_DIGITS = 6;
export const countyOf = (division: string): string => division.slice(0, COUNTY_DIGITS);

const isLate = (request: TwinRequest, until: Instant): boolean => (request.closedAt ?? until) > request.promisedDueAt;

export function runFigures(outcome: TwinOutcome, until: Instant, classes: readonly CapacityClass[], names: FigureNames): RunFigures {
  const { requests, use } = outcome;
  const count = (is: (request: TwinRequest) => boolean): number => requests.reduce((sum, request) => sum + (is(request) ? 1 : 0), 0);
  const cells = use.cells();
  const shares = (keyOf: (cell: (typeof cells)[number]) => string, nameOf: (key: string) => Names | null): UseFigures[] => {
    const byKey = new Map<string, Map<string, { capacity: number; used: number }>>();
    for (const cell of cells) {
      const ofKey = byKey.get(keyOf(cell)) ?? new Map<string, { capacity: number; used: number }>();
      const sum = ofKey.get(cell.classId) ?? { capacity: 0, used: 0 };
      byKey.set(keyOf(cell), ofKey.set(cell.classId, { capacity: sum.capacity + cell.capacity, used: sum.used + cell.used }));
    }
    return [...byKey].sort(byFirst).map(([key, ofKey]) => {
      const known = [...ofKey.values()].filter(({ capacity }) => capacity > 0);
      const permille = known.length === 0 ? null : Math.round((PERMILLE * known.reduce((sum, { used, capacity }) => sum + used / capacity, 0)) / known.length);
      return { key, names: nameOf(key), capacity: null, used: null, permille };
    });
  };
  return {
    requests: {
      carried: count(({ carried }) => carried),
      arrived: count(({ carried }) => !carried),
      turnedAway: outcome.turnedAway,
      served: count(({ state }) => state === "served"),
      open: count(({ state }) => state === "open"),
      unservable: count(({ state }) => state === "unservable"),
      breaches: count((request) => isLate(request, until)),
      unlawful: count((request) => (request.closedAt ?? until) > request.statutoryDueAt),
    },
    steps: { granted: outcome.granted, worked: outcome.worked, lapsed: outcome.lapsed },
    waits: outcome.waits.figures(),
    waitedFor: byRule(outcome.waitedFor),
    refusals: byRule(outcome.refusals),
    classes: classes.flatMap(({ id, kind, names: of }) => {
      const own = cells.filter(({ classId }) => classId === id);
      if (own.length === 0) return [];
      const capacity = own.reduce((sum, cell) => sum + cell.capacity, 0);
      const used = own.reduce((sum, cell) => sum + cell.used, 0);
      return [{ key: id, names: of, kind, capacity, used, permille: capacity === 0 ? null : Math.round((PERMILLE * used) / capacity) }];
    }),
    units: shares(({ unitId }) => unitId, names.unit),
    divisions: shares(({ division }) => countyOf(division), names.division),
  };
}

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const byRule = (counts: ReadonlyMap<string, number>): { rule: string; class: string; steps: number }[] =>
  [...counts].map(([key, steps]) => ({ rule: key.split(" ")[0] ?? "", class: key.split(" ")[1] ?? "", steps })).sort((a, b) => b.steps - a.steps || (`${a.rule} ${a.class}` < `${b.rule} ${b.class}` ? -1 : 1));

/** Units, places or items side by side; the greatest losers first, then the greatest winners, then the rest. */
export function groupChanges(base: TwinOutcome, changed: TwinOutcome, until: Instant, keyOf: (request: TwinRequest) => string, nameOf: (key: string) => Names | null): GroupChange[] {
  const [before, after] = [grouped(base, until, keyOf), grouped(changed, until, keyOf)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys
    .map((key): GroupChange => {
      const [was, is] = [before.get(key) ?? NOTHING, after.get(key) ?? NOTHING];
      const harm = harmOf(was, is);
      return { key, names: nameOf(key), base: was, scenario: is, verdict: harm > 0 ? "loses" : harm < 0 ? "wins" : "same" };
    })
    .sort((a, b) => weightOf(b) - weightOf(a) || (a.key < b.key ? -1 : 1));
}

const NOTHING: GroupFigures = { requests: 0, served: 0, unservable: 0, breaches: 0, meanWait: 0, p50Wait: 0, p90Wait: 0 };

/** What law and promise say goes before what is merely slower. */
const harmOf = (was: GroupFigures, is: GroupFigures): number => is.breaches - was.breaches || is.unservable - was.unservable || is.meanWait - was.meanWait;
const BREACH_MINUTES = 10_000;
const harmMinutes = ({ base, scenario }: GroupChange): number => (scenario.breaches - base.breaches + scenario.unservable - base.unservable) * BREACH_MINUTES + (scenario.meanWait - base.meanWait) * Math.max(1, scenario.requests);
const weightOf = (one: GroupChange): number => (one.verdict === "same" ? 0 : Math.abs(harmMinutes(one)));

function grouped({ requests }: TwinOutcome, until: Instant, keyOf: (request: TwinRequest) => string): ReadonlyMap<string, GroupFigures> {
  const groups = new Map<string, TwinRequest[]>();
  for (const request of requests) {
    const key = keyOf(request);
    const of = groups.get(key);
    if (of) of.push(request);
    else groups.set(key, [request]);
  }
  return new Map(
    [...groups].map(([key, of]) => {
      const waits = WaitBook.of(of.map(({ waits: each }) => each)).figures();
      const count = (is: (request: TwinRequest) => boolean): number => of.filter(is).length;
      return [key, { requests: of.length, served: count(({ state }) => state === "served"), unservable: count(({ state }) => state === "unservable"), breaches: count((request) => isLate(request, until)), meanWait: waits.mean, p50Wait: waits.p50, p90Wait: waits.p90 }];
    }),
  );
}

/** How units fared on the days that were measured by themselves. */
export function weekFigures({ requests, week }: TwinOutcome, { first, last }: { readonly first: DayNumber; readonly last: DayNumber }): UnitWeek[] {
  if (!week) return [];
  const [from, to] = [startOfDay(first), startOfDay(last + 1)];
  const asked = new Map<string, { requests: number; late: number }>();
  for (const { unitId, receivedAt, closedAt, promisedDueAt } of requests) {
    if (receivedAt >= to || (closedAt !== null && closedAt < from)) continue;
    const of = asked.get(unitId) ?? { requests: 0, late: 0 };
    asked.set(unitId, { requests: of.requests + 1, late: of.late + (Math.min(closedAt ?? to, to) > promisedDueAt ? 1 : 0) });
  }
  const shares = new Map<string, number[]>();
  for (const { unitId, capacity, used } of week.use.cells()) if (capacity > 0) shares.set(unitId, [...(shares.get(unitId) ?? []), used / capacity]);
  return [...new Set<string>([...asked.keys(), ...shares.keys(), ...week.waits.keys()])].sort().map((unit): UnitWeek => {
    const waits = week.waits.get(unit as UnitId)?.figures();
    const used = shares.get(unit);
    return {
      unit,
      p50Wait: waits?.p50 ?? null,
      p90Wait: waits?.p90 ?? null,
      requests: asked.get(unit)?.requests ?? 0,
      late: asked.get(unit)?.late ?? 0,
      permille: used ? Math.round((PERMILLE * used.reduce((sum, share) => sum + share, 0)) / used.length) : null,
    };
  });
}

/** Requests of both runs that end otherwise, the most changed first. */
export function requestChanges(base: TwinOutcome, changed: TwinOutcome, until: Instant, official: readonly Instant[], max: number): RequestChange[] {
  const after = new Map(changed.requests.map((request) => [request.key, request]));
  const iso = (at: Instant): string => new Date(at).toISOString();
  const end = (request: TwinRequest): RequestEnd => ({ state: request.state, closedAt: request.closedAt === null ? null : iso(request.closedAt), late: isLate(request, until) });
  const rows: (RequestChange & { readonly key: string })[] = [];
  for (const was of base.requests) {
    const is = after.get(was.key);
    if (!is || (is.state === was.state && is.closedAt === was.closedAt)) continue;
    const [from, to] = [was.closedAt ?? until, is.closedAt ?? until];
    const laterMinutes = to >= from ? workingMinutes(official, from, to) : -workingMinutes(official, to, from);
    rows.push({ key: was.key, number: was.number, item: was.item, unit: was.unitId, division: was.division, receivedAt: iso(was.receivedAt), base: end(was), scenario: end(is), laterMinutes });
  }
  return rows
    .sort((a, b) => Math.abs(b.laterMinutes) - Math.abs(a.laterMinutes) || (a.key < b.key ? -1 : 1))
    .slice(0, max)
    .map(({ key: _key, ...row }) => row);
}
