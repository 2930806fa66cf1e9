import type { ResourceId } from "../../domain/id.js";
import { startOfDay, type DayNumber, type Instant } from "../../domain/instant.js";
import { forcedGround } from "../../domain/pool/order.js";
import { dayOfSlot, type Period, type PeriodKind } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { CapacityWindow, EngineEvent, ResourceSupply } from "../../scheduler/contract.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import type { DeclaredPool, DeclaredResource } from "../ports/writer.js";
import { Supply } from "../scheduling/supply.js";
import { booksOf, frozenIn, resourcesOf } from "./copied-pool.js";

/** What a resource lacks on some days, both included. */
export interface Cut {
  readonly resource: ResourceId;
  readonly first: DayNumber;
  /** Infinity: for good. */
  readonly last: DayNumber;
  /** So much of each period (Infinity: all of it), or what one asset adds. */
  readonly lacks: { readonly amount: Amount } | { readonly asset: number };
  /** Before this day nobody knows: things are given out that will not be there. */
  readonly knownOn: DayNumber;
  /** It is lent: only of what is free in a period, and what is held there is done by the lender. */
  readonly lends?: true;
}

/** A resource that only the scenario has. */
export interface Extra {
  readonly declared: DeclaredResource;
  /** It gives what this one lacks. */
  readonly from: { readonly lender: DeclaredResource; readonly cut: Cut } | null;
}

export interface SupplyChanges {
  readonly cuts: readonly Cut[];
  readonly extras: readonly Extra[];
}

export const NO_CHANGES: SupplyChanges = { cuts: [], extras: [] };

type Stretch = Exclude<CapacityWindow, "unlimited">;

/** The pool's supply, day by day, with what a scenario takes away and adds. Without changes it is what the writer feeds. */
export class ChangedSupply {
  readonly #supply: Supply;
  readonly #cuts = new Map<ResourceId, Cut[]>();
  readonly #extras: ReadonlyMap<ResourceId, Extra>;
  readonly #periods: ReadonlyMap<string, PeriodKind>;
  readonly #first: DayNumber;
  readonly #frozen: ReadonlySet<ResourceId>;
  /** Of resources that the scenario lends of: what of them is gone when it begins. */
  readonly #booked = new Map<ResourceId, Map<Period, Amount>>();
  /** Dated resources of loans that are over. */
  readonly #closed = new Set<ResourceId>();
  readonly all: readonly DeclaredResource[];

  constructor(pool: DeclaredPool, copy: PoolCopy, changes: SupplyChanges, today: DayNumber) {
    this.#supply = new Supply(pool, today);
    this.#first = today;
    this.#frozen = frozenIn(copy);
    for (const { lends, resource } of changes.cuts) if (lends) this.#booked.set(resource, new Map());
    if (this.#booked.size > 0) for (const { resource, period, used } of booksOf(copy)) this.#booked.get(resource)?.set(period, used);
    for (const cut of changes.cuts) this.#cuts.set(cut.resource, [...(this.#cuts.get(cut.resource) ?? []), cut]);
    this.#extras = new Map(changes.extras.map((extra) => [extra.declared.id, extra]));
    this.#periods = new Map(pool.classes.map(({ id, period }) => [id, period]));
    this.all = [...resourcesOf(copy), ...changes.extras.map(({ declared }) => declared)];
  }

  get today(): DayNumber {
    return this.#supply.today;
  }

  /** The whole of it, for an empty engine. */
  begin(): ResourceSupply[] {
    return this.all.map((one) => this.#of(one));
  }

  /** These loans are over: the engine is told that nobody offers what they brought. */
  close(resources: readonly ResourceId[]): EngineEvent[] {
    if (resources.length === 0) return [];
    for (const id of resources) this.#closed.add(id);
    return [{ kind: "resources", resources: this.all.filter(({ id }) => resources.includes(id)).map((one) => this.#of(one)) }];
  }

  /** What becomes known today to be away: as in the pool, what it holds for work that was not begun is moved, or planned anew. */
  evacuated(now: Instant): EngineEvent[] {
    const known = [...this.#cuts.values()].flat().filter(({ lends, knownOn, last }) => !lends && last >= this.today && (knownOn === this.today || (this.today === this.#first && knownOn < this.today)));
    if (known.length === 0) return [];
    const resources = known.map(({ resource, first, last, lacks }) => ({ resource, from: Math.max(now, startOfDay(first)), to: last === Infinity ? null : startOfDay(last + 1), whatFitsStays: "asset" in lacks }));
    return [{ kind: "evacuated", resources, ground: SCENARIO_GROUND }];
  }

  /** A day begins: what the engine must be told. */
  moveTo(today: DayNumber): EngineEvent[] {
    this.#supply.moveTo(today);
    const windows: { resource: ResourceId; capacity: CapacityWindow }[] = [];
    const anew: ResourceSupply[] = [];
    for (const one of this.all) {
      // What has one period for long is the same tomorrow, unless it is cut on one of the two days.
      if (this.#isDated(one) || !this.#turns(one.id, today)) windows.push({ resource: one.id, capacity: this.window(one) });
      else anew.push(this.#of(one));
    }
    return [{ kind: "window", windows }, ...(anew.length > 0 ? [{ kind: "resources", resources: anew } as const] : [])];
  }

  window(declared: DeclaredResource): CapacityWindow {
    const one = this.#asNow(declared);
    const extra = this.#extras.get(one.id);
    if (extra?.from) return this.#lent(extra.from.lender, extra.from.cut);
    const whole = this.#supply.window(one);
    const cuts = (this.#cuts.get(one.id) ?? []).filter(({ knownOn }) => knownOn <= this.today);
    return cuts.length === 0 ? whole : this.#without(one, whole, cuts);
  }

  /** Nobody is there that day, whoever knew of it: what was given out for it is not done. */
  isShut(resource: ResourceId, day: DayNumber): boolean {
    return (this.#cuts.get(resource) ?? []).some((cut) => !cut.lends && "amount" in cut.lacks && cut.lacks.amount === Infinity && covers(cut, day));
  }

  #of(one: DeclaredResource): ResourceSupply {
    return { ...this.#supply.of(this.#asNow(one), this.#frozen), capacity: this.window(one) };
  }

  #asNow(one: DeclaredResource): DeclaredResource {
    return this.#closed.has(one.id) ? { ...one, offered: false, state: "retired" } : one;
  }

  /** What a loan of the scenario takes in a period: of what is free there, after the loans before it. */
  #taken(cut: Cut, period: Period, day: DayNumber, whole: Amount): Amount {
    let left = whole - (this.#booked.get(cut.resource)?.get(period) ?? 0);
    for (const other of this.#cuts.get(cut.resource) ?? []) {
      if (!other.lends || !("amount" in other.lacks) || !covers(other, day)) continue;
      const taken = Math.max(0, Math.min(left, other.lacks.amount));
      if (other === cut) return taken;
      left -= taken;
    }
    return 0;
  }

  #isDated({ classId }: DeclaredResource): boolean {
    const period = this.#periods.get(classId);
    return period === "day" || period === "slot";
  }

  #turns(resource: ResourceId, today: DayNumber): boolean {
    return (this.#cuts.get(resource) ?? []).some((cut) => cut.knownOn === today || covers(cut, today) !== covers(cut, today - 1));
  }

  #dayOf({ classId }: DeclaredResource): (period: number) => DayNumber {
    const kind = this.#periods.get(classId);
    return kind === "day" ? (period) => period : kind === "slot" ? dayOfSlot : () => this.today;
  }

  #without(one: DeclaredResource, whole: CapacityWindow, cuts: readonly Cut[]): CapacityWindow {
    if (whole === "unlimited") {
      const isCut = cuts.some((cut) => covers(cut, this.today));
      return isCut ? { first: 0, amounts: [0], peak: this.#isOver(cuts) ? 0 : 1 } : whole;
    }
    const dayOf = this.#dayOf(one);
    const variants = new Map<string, Stretch>();
    const amounts = whole.amounts.map((amount, at) => {
      const day = dayOf(whole.first + at);
      const here = cuts.filter((cut) => covers(cut, day));
      if (here.length === 0) return amount;
      const absent = here.flatMap(({ lacks }) => ("asset" in lacks ? [lacks.asset] : []));
      const staffed = absent.length === 0 ? amount : this.#staffed(one, absent, variants).amounts[at] ?? 0;
      return here.reduce((left, cut) => ("amount" in cut.lacks ? Math.max(0, left - (cut.lends ? this.#taken(cut, whole.first + at, day, amount) : cut.lacks.amount)) : left), staffed);
    });
    return { first: whole.first, amounts, peak: this.#isOver(cuts) ? 0 : whole.peak };
  }

  /** What it gives when some of its assets are away. */
  #staffed(one: DeclaredResource, absent: readonly number[], variants: Map<string, Stretch>): Stretch {
    const key = absent.join();
    let known = variants.get(key);
    if (!known) {
      const window = this.#supply.window({ ...one, assets: one.assets.filter((_, at) => !absent.includes(at)) });
      variants.set(key, (known = window === "unlimited" ? { first: 0, amounts: [], peak: 0 } : window));
    }
    return known;
  }

  /** All of it is gone for good: whoever asks of nobody else is told so, and does not wait. */
  #isOver(cuts: readonly Cut[]): boolean {
    return cuts.some((cut) => !cut.lends && cut.last === Infinity && cut.first <= this.today && "amount" in cut.lacks && cut.lacks.amount === Infinity);
  }

  #lent(lender: DeclaredResource, cut: Cut): CapacityWindow {
    const whole = this.#supply.window(lender);
    const amount = "amount" in cut.lacks ? cut.lacks.amount : 0;
    if (whole === "unlimited") return covers(cut, this.today) ? whole : { first: 0, amounts: [0], peak: 1 };
    const dayOf = this.#dayOf(lender);
    const amounts = whole.amounts.map((most, at) => (covers(cut, dayOf(whole.first + at)) ? this.#taken(cut, whole.first + at, dayOf(whole.first + at), most) : 0));
    return { first: whole.first, amounts, peak: cut.last < this.today ? 0 : Math.min(whole.peak, amount) };
  }
}

/** Under which the engine moves what is held where a scenario closes something. */
const SCENARIO_GROUND = forcedGround("drain", 0);

const covers = ({ first, last }: Cut, day: DayNumber): boolean => first <= day && day <= last;
