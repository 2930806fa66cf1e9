/*
 * A prefecture scaled up, as a function of a seed and a size: nothing is random that a second run would not repeat.
 *
 * With n resources there are 10·√n different asks (what one kind of step asks for one place: 1,000 at 10⁴, 10,000
 * at 10⁶), asked for by Zipf's law; 13·ⁿ√⁶ classes (60 … 130), counties ⁴√n (10 … 32) with 50 units each, and 12
 * townships in each county. Units, classes and asks thus grow more slowly than resources, and more resources compete
 * in each class: the largest holds about a tenth of all. In the variant `one-class` half of all resources are of one class
 * and serve the whole prefecture, so that no index can live on there being many classes.
 *
 * Nine resources in ten count days, 20 working days ahead; one in ten counts half-hours, 5 days ahead. Supply follows
 * demand (seven in ten are where somebody asks for them), but for experts: one ask in twenty needs one of a few who
 * have half an hour a day, so that some of the queue always waits for somebody else to finish.
 */
import { trusted, type CalendarId, type ClassId, type DivisionCode, type RequestId, type ResourceId, type StepId, type TraitId, type UnitId } from "../../src/domain/id.js";
import type { Calendar } from "../../src/domain/pool/calendar.js";
import type { Act, CapacityClass, Kind } from "../../src/domain/pool/class.js";
import type { UnitPlace } from "../../src/domain/policy/unit-relation.js";
import type { Instant } from "../../src/domain/instant.js";
import type { DeclaredPool, DeclaredResource } from "../../src/app/ports/writer.js";
import { PLAIN_CLAIM, PLAIN_STEP, type ClaimAsk, type StepAsk } from "../../src/scheduler/contract.js";
import { diceOf, pick, weighted, zipf, type Dice } from "./random.js";

export type WorldKind = "prefecture" | "one-class";

export interface WorldSize {
  readonly resources: number;
  /** Steps that wait. */
  readonly queue: number;
  readonly seed: number;
  readonly kind: WorldKind;
}

export interface BenchUnit extends UnitPlace {
  readonly county: number;
}

/** What one kind of step asks for one place. */
export interface BenchAsk {
  readonly unit: BenchUnit;
  readonly division: DivisionCode;
  readonly claims: readonly ClaimAsk[];
  readonly expectedMinutes: number;
  readonly dueDays: number;
}

/** Something that somebody asks for: whoever supplies it serves at least one ask. */
interface Need {
  readonly classId: ClassId;
  readonly trait: TraitId | null;
  /** The only unit that may serve it; null: any of the county. */
  readonly unit: BenchUnit | null;
  readonly county: number;
  weight: number;
}

const LINES = 50;
const TOWNSHIPS = 12;
const TRAITS = 20;
export const CLAIMS_PER_STEP = 3;
export const BIG_CLASS: ClassId = trusted("staff.work-0");
/** Of `one-class`: traits that one in ten, and one in a hundred, of all resources have, all of them of the big class. */
export const ONE_IN_TEN: TraitId = trusted("one-in-ten");
export const ONE_IN_HUNDRED: TraitId = trusted("one-in-hundred");
const CALENDAR: CalendarId = trusted("bench");
const PREFECTURE: DivisionCode = trusted("522300");
const MINUTES_A_DAY = 420;
const EXPERT_MINUTES_A_DAY = 30;

const county = (at: number): DivisionCode => trusted(`5223${String(at + 1).padStart(2, "0")}`);
const township = (at: number, of: number): DivisionCode => trusted(`${county(at)}${String(of + 1).padStart(3, "0")}`);

export class World {
  readonly classes: readonly CapacityClass[];
  readonly units: readonly BenchUnit[];
  readonly divisions: ReadonlyMap<DivisionCode, DivisionCode | null>;
  readonly asks: readonly BenchAsk[];
  readonly #counties: number;
  readonly #byId: ReadonlyMap<ClassId, CapacityClass>;
  readonly #needs: { readonly day: readonly Need[]; readonly slot: readonly Need[] };
  readonly #drawNeed: { readonly day: (roll: Dice) => number; readonly slot: (roll: Dice) => number };
  readonly #drawAsk: (roll: Dice) => number;

  constructor(readonly size: WorldSize) {
    const { resources } = size;
    this.#counties = Math.max(2, Math.round(resources ** 0.25));
    this.divisions = divisionsOf(this.#counties);
    this.units = unitsOf(this.#counties);
    this.classes = classesOf(Math.max(12, Math.round(13 * resources ** (1 / 6))));
    this.#byId = new Map(this.classes.map((one) => [one.id, one]));
    this.asks = this.#makeAsks(Math.max(20, Math.round(10 * Math.sqrt(resources))));
    this.#needs = this.#makeNeeds();
    // Experts stay as few as they are.
    const weights = (needs: readonly Need[]) => needs.map(({ classId, weight }) => (isExpert(classId) ? 0 : weight));
    this.#drawNeed = { day: weighted(weights(this.#needs.day)), slot: weighted(weights(this.#needs.slot)) };
    this.#drawAsk = weighted(zipf(this.asks.length));
  }

  /** What the writer is told once. */
  get pool(): DeclaredPool {
    return {
      classes: this.classes,
      divisions: this.divisions,
      zones: new Map(),
      calendars: [calendar()],
      calendarId: CALENDAR,
      units: new Map(this.units.map((unit) => [unit.unitId, unit])),
      policyVersion: 0,
    };
  }

  /** Which ask the n-th step of the queue makes. */
  askOf(step: number): number {
    return this.#drawAsk(diceOf(this.size.seed, step + 0x40000000));
  }

  /** When the n-th step arrived: spread over the week before. */
  arrivedAt(step: number, now: Instant): Instant {
    return Math.floor(now - 7 * 86_400_000 * diceOf(this.size.seed, step + 0x50000000)());
  }

  step(id: StepId, ask: number, arrivedAt: Instant): StepAsk {
    const { claims, expectedMinutes, dueDays } = this.asks[ask]!;
    return { ...PLAIN_STEP, id, requestId: trusted<RequestId>(id as number), attempt: 1, arrivedAt, dueAt: arrivedAt + dueDays * 86_400_000, expectedMinutes, claims };
  }

  /** What a claim uses of what it holds: a tenth of the minutes; half-hours and pieces come back. */
  used(claim: ClaimAsk): number {
    return this.#byId.get(claim.classId)!.measure === "minute" ? Math.floor(claim.amount / 10) : 0;
  }

  /** The n-th resource, from 0; its id is n + 1. */
  resource(at: number): DeclaredResource {
    const roll = diceOf(this.size.seed, at);
    const period = at % 10 === 9 ? "slot" : "day";
    const of = period === "slot" ? Math.floor(at / 10) : at - Math.floor(at / 10);
    const { classId, trait, unit } = this.#supplied(roll, period, of);
    const prefectureWide = unit.level === "prefecture" || (this.size.kind === "one-class" && classId === BIG_CLASS) || roll() < 0.05;
    const inMinutes = this.#byId.get(classId)!.measure === "minute";
    const traits = roll() < 0.1 ? [`trait-${Math.floor(roll() * TRAITS)}` as TraitId] : [];
    if (trait !== null && !traits.includes(trait)) traits.push(trait);
    if (this.size.kind === "one-class" && classId === BIG_CLASS) {
      const share = roll();
      if (share < 0.2) traits.push(ONE_IN_TEN);
      if (share < 0.02) traits.push(ONE_IN_HUNDRED);
    }
    return {
      id: trusted<ResourceId>(at + 1),
      unitId: unit.unitId,
      classId,
      traits,
      jurisdiction: [prefectureWide ? PREFECTURE : unit.divisionCode],
      unitDivision: unit.divisionCode,
      limits: this.#byId.get(classId)!.limits,
      earmark: null,
      offered: true,
      automated: false,
      generation: 1,
      total: isExpert(classId) ? EXPERT_MINUTES_A_DAY : inMinutes ? MINUTES_A_DAY : 1 + Math.floor(roll() * 4),
      derived: false,
      reserved: 0,
      overcommitPercent: 100,
      validFrom: null,
      validTo: null,
      state: "published",
      calendarId: CALENDAR,
      assets: [],
    };
  }

  /** Whom the n-th resource of its period serves: first every need once, then by demand, three in ten by chance. */
  #supplied(roll: Dice, period: "day" | "slot", of: number): { classId: ClassId; trait: TraitId | null; unit: BenchUnit } {
    const needs = this.#needs[period];
    if (of >= needs.length && this.size.kind === "one-class" && period === "day" && roll() < 0.55) {
      return { classId: BIG_CLASS, trait: null, unit: pick(roll, this.units) };
    }
    if (of >= needs.length && roll() < 0.3) {
      const some = this.classes.filter((one) => one.period === period && !isExpert(one.id));
      return { classId: pick(roll, some).id, trait: null, unit: pick(roll, this.units) };
    }
    const need = needs[of < needs.length ? of : this.#drawNeed[period](roll)]!;
    return { classId: need.classId, trait: need.trait, unit: need.unit ?? this.#unitIn(roll, need.county) };
  }

  #unitIn(roll: Dice, at: number): BenchUnit {
    return this.units[LINES * (at + 1) + Math.floor(roll() * LINES)]!;
  }

  #makeAsks(count: number): BenchAsk[] {
    const of = (wanted: (one: CapacityClass) => boolean) => this.classes.filter(wanted);
    const deciding = of(({ act }) => act === "deciding");
    const day = of(({ act, period, id }) => act !== "deciding" && period === "day" && !isExpert(id));
    const slot = of(({ period }) => period === "slot");
    const experts = of(({ id }) => isExpert(id));
    const drawDay = weighted(zipf(day.length));
    return Array.from({ length: count }, (_, at) => {
      const roll = diceOf(this.size.seed, at + 0x60000000);
      const place = Math.floor(roll() * this.#counties);
      const unit = this.#unitIn(roll, place);
      const claim = (one: CapacityClass, scope: ClaimAsk["scope"], more: Partial<ClaimAsk> = {}): ClaimAsk => ({
        ...PLAIN_CLAIM,
        classId: one.id,
        amount: one.measure === "minute" ? 5 * (1 + Math.floor(roll() * 6)) : 1,
        scope,
        division: township(place, Math.floor(roll() * TOWNSHIPS)),
        unitId: unit.unitId,
        ...more,
      });
      const first = drawDay(roll);
      const second = (first + 1 + Math.floor(roll() * (day.length - 1))) % day.length;
      const trait = roll() < 0.1 ? { traits: [`trait-${Math.floor(roll() * TRAITS)}` as TraitId] } : {};
      const big = this.size.kind === "one-class" ? this.#byId.get(BIG_CLASS)! : day[first]!;
      const last = at % 20 === 10 ? claim(pick(roll, experts), "pool", { amount: EXPERT_MINUTES_A_DAY }) : roll() < 0.3 ? claim(pick(roll, slot), "pool", { slots: 1 + Math.floor(roll() * 2) }) : claim(day[second]!, "pool");
      const claims = [claim(pick(roll, deciding), "competent"), claim(big, "pool", trait), big.id === last.classId ? claim(day[first === 0 ? 1 : first]!, "pool") : last];
      const { division } = claims[0]!;
      return { unit, division, claims: claims.map((one) => ({ ...one, division })), expectedMinutes: 30 + 10 * Math.floor(roll() * 40), dueDays: 3 + Math.floor(roll() * 18) };
    });
  }

  #makeNeeds(): { day: Need[]; slot: Need[] } {
    const day = new Map<string, Need>();
    const slot = new Map<string, Need>();
    this.asks.forEach((ask, at) => {
      for (const { classId, scope, traits } of ask.claims) {
        const of = this.#byId.get(classId)!.period === "slot" ? slot : day;
        const unit = scope === "competent" ? ask.unit : null;
        const trait = traits[0] ?? null;
        const key = `${classId}/${trait}/${unit?.unitId ?? ask.unit.county}`;
        const need = of.get(key) ?? { classId, trait, unit, county: ask.unit.county, weight: 0 };
        need.weight += 1 / (at + 1);
        of.set(key, need);
      }
    });
    return { day: [...day.values()], slot: [...slot.values()] };
  }
}

export const isExpert = (classId: ClassId): boolean => classId.startsWith("staff.expert");

function divisionsOf(counties: number): Map<DivisionCode, DivisionCode | null> {
  const all = new Map<DivisionCode, DivisionCode | null>([[PREFECTURE, null]]);
  for (let at = 0; at < counties; at += 1) {
    all.set(county(at), PREFECTURE);
    for (let of = 0; of < TOWNSHIPS; of += 1) all.set(township(at, of), county(at));
  }
  return all;
}

/** The prefecture's own units first, one of each line; then those of every county. */
function unitsOf(counties: number): BenchUnit[] {
  return Array.from({ length: (counties + 1) * LINES }, (_, at): BenchUnit => {
    const place = Math.floor(at / LINES) - 1;
    const line = `line-${at % LINES}`;
    return place < 0
      ? { unitId: trusted(`p-${line}`), parentId: null, divisionCode: PREFECTURE, line, level: "prefecture", county: -1 }
      : { unitId: trusted(`c${place + 1}-${line}`), parentId: null, divisionCode: county(place), line, level: "county", county: place };
  });
}

/** A quarter decides, a fifth counts half-hours, a few are experts, the rest assists by the day. */
function classesOf(count: number): CapacityClass[] {
  const made: CapacityClass[] = [];
  const make = (id: string, kind: Kind, act: Act, measure: CapacityClass["measure"], period: "day" | "slot"): void => {
    made.push({
      id: trusted(id),
      kind,
      names: { zh: id, en: id },
      measure,
      period,
      horizonDays: period === "day" ? 20 : 5,
      per: "asset",
      lend: "none",
      act,
      consumable: false,
      limits: measure === "minute" ? { min: 5, max: 480, step: 5 } : { min: 1, max: 20, step: 1 },
      source: null,
      generation: 1,
    });
  };
  const deciding = Math.round(count / 4);
  const slots = Math.round(count / 5);
  const experts = Math.max(2, Math.round(count / 20));
  const work = count - deciding - slots - experts;
  for (let at = 0; at < deciding; at += 1) make(`staff.decide-${at}`, "staff", "deciding", "minute", "day");
  for (let at = 0; at < work; at += 1) {
    if (at % 3 === 2) make(`material.thing-${at}`, "material", "none", "piece", "day");
    else make(`staff.work-${at}`, "staff", "assisting", "minute", "day");
  }
  for (let at = 0; at < slots; at += 1) make(`material.counter-${at}`, "material", "none", "piece", "slot");
  for (let at = 0; at < experts; at += 1) make(`staff.expert-${at}`, "staff", "assisting", "minute", "day");
  return made;
}

/** Every day of the week, so that a bench of a Saturday measures the same as one of a Monday. */
function calendar(): Calendar {
  const hours = [{ from: 18, to: 24 }, { from: 27, to: 34 }];
  return {
    id: CALENDAR,
    layer: "prefecture",
    base: null,
    names: { zh: "办公时间", en: "Office hours" },
    week: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours },
    days: new Map(),
    breaks: null,
  };
}

