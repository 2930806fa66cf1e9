import type { ResourceId } from "../../domain/id.js";
import type { DayNumber } from "../../domain/instant.js";
import { dayOfSlot, type PeriodKind } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { CapacityWindow, EngineEvent, ResourceSupply } from "../../scheduler/contract.js";
import type { DeclaredPool, DeclaredResource } from "../ports/writer.js";
import { Supply } from "../scheduling/supply.js";

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
  readonly all: readonly DeclaredResource[];

  constructor(pool: DeclaredPool, resources: readonly DeclaredResource[], private readonly frozen: ReadonlySet<ResourceId>, changes: SupplyChanges, today: DayNumber) {
    this.#supply = new Supply(pool, today);
    for (const cut of changes.cuts) this.#cuts.set(cut.resource, [...(this.#cuts.get(cut.resource) ?? []), cut]);
    this.#extras = new Map(changes.extras.map((extra) => [extra.declared.id, extra]));
    this.#periods = new Map(pool.classes.map(({ id, period }) => [id, period]));
    this.all = [...resources, ...changes.extras.map(({ declared }) => declared)];
  }

  get today(): DayNumber {
    return this.#supply.today;
  }

  /** The whole of it, for an empty engine. */
  begin(): ResourceSupply[] {
    return this.all.map((one) => this.#of(one));
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

  window(one: DeclaredResource): CapacityWindow {
    const extra = this.#extras.get(one.id);
    if (extra?.from) return this.#lent(extra.from.lender, extra.from.cut);
    const whole = this.#supply.window(one);
    const cuts = (this.#cuts.get(one.id) ?? []).filter(({ knownOn }) => knownOn <= this.today);
    return cuts.length === 0 ? whole : this.#without(one, whole, cuts);
  }

  /** Nobody is there that day, whoever knew of it: what was given out for it is not done. */
  isShut(resource: ResourceId, day: DayNumber): boolean {
    return (this.#cuts.get(resource) ?? []).some((cut) => "amount" in cut.lacks && cut.lacks.amount === Infinity && covers(cut, day));
  }

  #of(one: DeclaredResource): ResourceSupply {
    return { ...this.#supply.of(one, this.frozen), capacity: this.window(one) };
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
      return here.reduce((left, { lacks }) => ("amount" in lacks ? Math.max(0, left - lacks.amount) : left), staffed);
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
    return cuts.some((cut) => cut.last === Infinity && cut.first <= this.today && "amount" in cut.lacks && cut.lacks.amount === Infinity);
  }

  #lent(lender: DeclaredResource, cut: Cut): CapacityWindow {
    const whole = this.#supply.window(lender);
    const amount = "amount" in cut.lacks ? cut.lacks.amount : 0;
    if (whole === "unlimited") return covers(cut, this.today) ? whole : { first: 0, amounts: [0], peak: 1 };
    const dayOf = this.#dayOf(lender);
    const amounts = whole.amounts.map((most, at) => (covers(cut, dayOf(whole.first + at)) ? Math.min(most, amount) : 0));
    return { first: whole.first, amounts, peak: cut.last < this.today ? 0 : Math.min(whole.peak, amount) };
  }
}

const covers = ({ first, last }: Cut, day: DayNumber): boolean => first <= day && day <= last;
