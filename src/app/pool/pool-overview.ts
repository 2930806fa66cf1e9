import type { ClassId, DivisionCode, PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type DayNumber } from "../../domain/instant.js";
import { divisionChain, parentsOf } from "../../domain/org/division.js";
import type { Actor } from "../../domain/policy/subject.js";
import { Calendars } from "../../domain/pool/calendars.js";
import type { CapacityClass, Kind } from "../../domain/pool/class.js";
import type { Amount } from "../../domain/quantity.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { ClassUse } from "../ports/resource.js";

/** Added up over resources; used is held + settled, free is capacity + borrowed − lent − used. */
export interface Totals {
  readonly resources: number;
  readonly unlimited: number;
  readonly overdrawn: number;
  readonly total: Amount;
  readonly reserved: Amount;
  readonly capacity: Amount;
  readonly held: Amount;
  readonly settled: Amount;
  readonly used: Amount;
  readonly free: Amount;
}

export interface ClassOverview extends Totals {
  readonly class: CapacityClass;
  /** The whole is the sum of these. */
  readonly owners: readonly ClassUse[];
}

/** Amounts of different classes have different units of measure, so kinds are told in shares of their classes' capacity. */
export interface KindOverview {
  readonly kind: Kind;
  readonly classes: number;
  readonly resources: number;
  /** Used share of the capacity of its classes, each weighed alike, in whole percent; null where nothing is limited. */
  readonly usedPercent: number | null;
  readonly overdrawn: number;
}

export interface DivisionOverview {
  readonly division: DivisionCode;
  readonly names: { readonly zh: string; readonly en: string };
  readonly classes: readonly (Totals & { readonly class: ClassId; readonly kind: Kind })[];
}

export interface PoolOverview {
  /** The day it speaks of: day classes that day, slot classes its half-hours, funds its year. */
  readonly day: string;
  readonly classes: readonly ClassOverview[];
  readonly kinds: readonly KindOverview[];
  /** By county; what belongs to no county (the prefecture's own) stands under the pool's own division. */
  readonly divisions: readonly DivisionOverview[];
}

/** The pool as one: what there is of every class, what of it is used, and whose it is (P8). */
export async function poolOverview(
  { store, authorizer, clock }: Pick<AppDeps, "store" | "authorizer" | "clock">,
  actor: Actor,
  poolId: PoolId,
  { day }: { readonly day?: DayNumber | undefined } = {},
): Promise<Result<PoolOverview>> {
  const allowed = await authorizer.may(actor, "overview.read", { poolId });
  if (!allowed.ok) return allowed;
  const reading = store.read(poolId);
  const shown = day ?? dayNumberOf(await clock.now(poolId));
  const [classes, divisions, declared] = [await reading.classes.all(), await reading.divisions.all(), await reading.calendars.all()];
  const calendars = new Calendars(declared);
  const use = await reading.resources.useByUnit({
    day: shown,
    year: Number(localDateOf(shown).slice(0, 4)),
    halfHours: new Map(declared.map(({ id }) => [id, calendars.halfHours(id, shown)])),
  });

  const byClass = grouped(use, ({ classId }) => classId);
  const overview = classes.map((one): ClassOverview => {
    const owners = byClass.get(one.id) ?? [];
    return { class: one, ...addUp(owners), owners };
  });
  const parents = parentsOf(divisions);
  const levels = new Map(divisions.map(({ code, level }) => [code, level]));
  const countyOf = (code: DivisionCode) => divisionChain(parents, code).find((around) => levels.get(around) === "county") ?? divisionChain(parents, code).find((around) => levels.get(around) === "prefecture") ?? code;
  const byCounty = grouped(use, ({ division }) => countyOf(division));
  const kindOf = new Map(classes.map(({ id, kind }) => [id, kind]));
  return ok({
    day: localDateOf(shown),
    classes: overview,
    kinds: kindsOf(overview),
    divisions: divisions
      .filter(({ code }) => byCounty.has(code))
      .map(({ code, names }) => ({
        division: code,
        names,
        classes: [...grouped(byCounty.get(code) ?? [], ({ classId }) => classId)].map(([classId, rows]) => ({ class: classId, kind: kindOf.get(classId) as Kind, ...addUp(rows) })),
      })),
  });
}

function addUp(rows: readonly ClassUse[]): Totals {
  const sum = (of: (row: ClassUse) => number) => rows.reduce((total, row) => total + of(row), 0);
  const held = sum((row) => row.held);
  const settled = sum((row) => row.settled);
  return {
    resources: sum((row) => row.resources),
    unlimited: sum((row) => row.unlimited),
    overdrawn: sum((row) => row.overdrawn),
    total: sum((row) => row.total),
    reserved: sum((row) => row.reserved),
    capacity: sum((row) => row.capacity),
    held,
    settled,
    used: held + settled,
    free: sum((row) => row.free),
  };
}

function kindsOf(classes: readonly ClassOverview[]): KindOverview[] {
  return [...grouped(classes, (one) => one.class.kind)].map(([kind, all]) => {
    const limited = all.filter(({ capacity }) => capacity > 0);
    const shares = limited.map(({ used, capacity }) => used / capacity);
    return {
      kind,
      classes: all.length,
      resources: all.reduce((count, { resources }) => count + resources, 0),
      usedPercent: shares.length === 0 ? null : Math.round((100 * shares.reduce((a, b) => a + b, 0)) / shares.length),
      overdrawn: all.reduce((count, { overdrawn }) => count + overdrawn, 0),
    };
  });
}

function grouped<K, T>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
