import type { DivisionCode, ResourceId, ZoneId } from "../../domain/id.js";
import { localDateOf, parseLocalDate, type DayNumber, type LocalDate } from "../../domain/instant.js";
import { liesIn } from "../../domain/org/division.js";
import { addWorkingDays } from "../../domain/pool/calendar.js";
import { Calendars } from "../../domain/pool/calendars.js";
import { capacityByPeriod } from "../../domain/pool/capacity-by-period.js";
import { capacityOf } from "../../domain/pool/capacity.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { SLOTS_A_DAY, type Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { CapacityWindow, ResourceSupply } from "../../scheduler/contract.js";
import type { ResourceRows, SuppliedWhat } from "../../scheduler/loaded-rows.js";
import type { CarriedLoan, DeclaredPool, DeclaredResource, DeclaredRows } from "../ports/writer.js";
import { declaredBy } from "./declared-rows.js";

/** Turns what is declared into what the engine keeps: capacity period by period, zones opened into divisions. */
export class Supply {
  readonly #pool: DeclaredPool;
  readonly #calendars: Calendars;
  readonly #classes: ReadonlyMap<string, CapacityClass>;
  #today: DayNumber;
  /** Days ahead, by class; and capacity, by all that it follows from: a million resources have some thousand different ones. */
  #days = new Map<string, number>();
  #windows = new Map<string, CapacityWindow>();
  readonly #divisions = new WeakMap<readonly string[], readonly DivisionCode[]>();

  constructor(pool: DeclaredPool, today: DayNumber) {
    this.#pool = pool;
    this.#today = today;
    this.#calendars = new Calendars(pool.calendars);
    this.#classes = new Map(pool.classes.map((found) => [found.id, found]));
  }

  get today(): DayNumber {
    return this.#today;
  }

  moveTo(today: DayNumber): void {
    this.#today = today;
    this.#days = new Map();
    this.#windows = new Map();
  }

  /** @param frozen Resources kept out because of a fault: they offer nothing, and lose nothing they hold. */
  of(resource: DeclaredResource, frozen: ReadonlySet<ResourceId>): ResourceSupply {
    return { id: resource.id, generation: resource.generation, ...this.#declared(resource, !frozen.has(resource.id)) };
  }

  rows({ ids, generations, at, gives, places, gifts }: DeclaredRows): ResourceRows {
    // What a gift comes to is the same wherever it goes by one calendar and its unit is there.
    const kinds = new Map<string, number>();
    const kindOf = places.map(({ calendarId, active }) => numberIn(kinds, `${active} ${calendarId}`));
    const known = new Int32Array(gifts.length * kinds.size).fill(-1);
    const whats: SuppliedWhat[] = [];
    const what = new Int32Array(ids.length);
    for (let n = 0; n < ids.length; n += 1) {
      const key = gives[n]! * kinds.size + kindOf[at[n]!]!;
      if (known[key]! < 0) known[key] = whats.push(this.#declared(declaredBy(places[at[n]!]!, gifts[gives[n]!]!), true)) - 1;
      what[n] = known[key]!;
    }
    const wheres = places.map(({ unitId, unitDivision, jurisdiction }) => ({ unitId, unitDivision, jurisdiction: this.#opened(jurisdiction) }));
    return { ids, generations, where: at, what, wheres, whats };
  }

  #declared(resource: DeclaredResource, offered: boolean): Omit<ResourceSupply, "id" | "generation"> {
    return {
      unitId: resource.unitId,
      classId: resource.classId,
      traits: resource.traits,
      jurisdiction: resource.agreement ? this.#within(this.#opened(resource.jurisdiction), resource.agreement.divisions) : this.#opened(resource.jurisdiction),
      unitDivision: resource.unitDivision,
      limits: resource.limits,
      earmark: resource.earmark,
      offered: resource.offered && offered,
      automated: resource.automated,
      capacity: this.window(resource),
      ...(resource.agreement !== undefined && { agreement: { inForce: resource.agreement?.inForce ?? false, items: resource.agreement?.items ?? null } }),
      ...(resource.loan && { loaned: resource.loan.amount }),
    };
  }

  /** The periods from the first day to the last in which it gives something, and how much: also where its window does not reach. */
  term(resource: DeclaredResource, from: LocalDate, to: LocalDate): readonly { readonly period: Period; readonly capacity: Amount }[] {
    const first = parseLocalDate(from)!;
    const byPeriod = capacityByPeriod(resource, this.#classOf(resource), resource.assets, this.#calendars, first, parseLocalDate(to)! - first + 1);
    if (byPeriod === "unlimited") return [];
    return byPeriod.amounts.flatMap((capacity, at) => (capacity > 0 ? [{ period: byPeriod.first + at, capacity }] : []));
  }

  /** Its capacity from today to the end of the class's horizon. */
  window(resource: DeclaredResource): CapacityWindow {
    if (resource.loan) return this.#carried(resource, resource.loan);
    const { classId, calendarId, total, reserved, overcommitPercent, validFrom, validTo, state } = resource;
    const key = `${classId} ${calendarId} ${resource.derived ? workedBy(resource.assets) : total} ${reserved} ${overcommitPercent} ${validFrom} ${validTo} ${state} ${awayOn(resource.absences)}`;
    let window = this.#windows.get(key);
    if (window === undefined) this.#windows.set(key, (window = this.#worked(resource)));
    return window;
  }

  /** The lender's calendar said which periods carry the loan when it was booked; another one since changes nothing that is agreed. */
  #carried(resource: DeclaredResource, { amount, periods, until, parts }: CarriedLoan): CapacityWindow {
    const found = this.#classOf(resource);
    const each = found.period === "slot" ? SLOTS_A_DAY : 1;
    const first = this.#today * each;
    const amounts = new Array<Amount>(this.#windowDays(found) * each).fill(0);
    let peak = 0;
    const isAway = (period: Period): boolean => {
      const day = localDateOf(Math.floor(period / each));
      return (resource.absences ?? []).some(({ from, to }) => (from === null || from <= day) && (to === null || day <= to));
    };
    const inPart = new Map(parts.map((one) => [one.period, one]));
    for (const period of resource.state === "published" ? periods : []) {
      if (isAway(period) || period < first || (until !== null && period >= until)) continue;
      const part = inPart.get(period);
      peak = Math.max(peak, part?.keeps ?? amount);
      if (period < first + amounts.length) amounts[period - first] = part?.gives ?? amount;
    }
    return { first, amounts, peak };
  }

  #worked(resource: DeclaredResource): CapacityWindow {
    const found = this.#classOf(resource);
    const byPeriod = capacityByPeriod(resource, found, resource.assets, this.#calendars, this.#today, this.#windowDays(found));
    return byPeriod === "unlimited" ? byPeriod : { ...byPeriod, peak: this.#peak(resource) };
  }

  #classOf(resource: DeclaredResource): CapacityClass {
    const found = this.#classes.get(resource.classId);
    if (!found) throw new Error(`resource ${resource.id} has the undeclared class ${resource.classId}`);
    return found;
  }

  /** What it gives on its best day: calendars and absences say when, never how much. Nothing of it, nor of an asset, once its validity is over. */
  #peak(resource: DeclaredResource): Amount {
    const today = localDateOf(this.#today);
    const over = (validTo: LocalDate | null): boolean => validTo !== null && validTo < today;
    if (over(resource.validTo)) return 0;
    const total = resource.derived
      ? resource.assets.reduce((sum, asset) => sum + (asset.state === "in-service" && !over(asset.validTo) ? asset.amount : 0), 0)
      : (resource.total ?? 0);
    return capacityOf({ ...resource, total });
  }

  #opened(places: readonly string[]): readonly DivisionCode[] {
    let divisions = this.#divisions.get(places);
    if (!divisions) {
      divisions = places.flatMap((place) => (place.startsWith("zone:") ? (this.#pool.zones.get(place.slice("zone:".length) as ZoneId) ?? []) : [place as DivisionCode]));
      this.#divisions.set(places, divisions);
    }
    return divisions;
  }

  /** Of the places somebody answers for those that an agreement has. */
  #within(places: readonly DivisionCode[], agreed: readonly DivisionCode[]): readonly DivisionCode[] {
    const parents = this.#pool.divisions;
    return [...new Set(places.flatMap((place) => (agreed.some((one) => liesIn(parents, place, one)) ? [place] : agreed.filter((one) => liesIn(parents, one, place)))))];
  }

  /**
   * Days from today that the class may be allocated in. A horizon counts calendar days for `slot`, for `day` working days after
   * today, or after the next working day where today is none. None ahead is today alone: on a closed day nothing is given, so that
   * Monday is still there for who comes on Sunday and can wait less.
   */
  #windowDays(found: CapacityClass): number {
    if (found.horizonDays === null || found.period === "none" || found.period === "fiscal-year") return 1;
    if (found.horizonDays === 0) return 1;
    if (found.period === "slot" || this.#pool.calendarId === null) return found.horizonDays + 1;
    let days = this.#days.get(found.id);
    if (days === undefined) {
      days = addWorkingDays(this.#calendars.stack(this.#pool.calendarId), this.#today - 1, found.horizonDays + 1) - this.#today + 1;
      this.#days.set(found.id, days);
    }
    return days;
  }
}

/** What a derived total is worked out of: most posts of a class are like one another. */
const workedBy = (assets: DeclaredResource["assets"]): string => assets.map(({ amount, calendarId, state, validFrom, validTo, absences }) => `${amount},${calendarId},${state},${validFrom},${validTo},${awayOn(absences)}`).join(";");

const awayOn = (absences: DeclaredResource["absences"]): string => (absences ?? []).map(({ from, to }) => `${from}/${to}`).join("+");

function numberIn(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name) ?? numbers.size;
  numbers.set(name, known);
  return known;
}
