import type { DivisionCode, UnitId } from "../domain/id.js";
import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Indexing } from "./contract.js";
import { Fit } from "./fit.js";
import { joinField, leaveField, type Profile, type SupplyFacts } from "./profiles.js";
import type { Ask, Shape } from "./shape.js";
import type { ResourceTable } from "./state.js";
import { roomyInts, type Bytes, type Ints } from "./typed-arrays.js";
import type { Pattern } from "./windows.js";

/** Entries a field keeps of what was freed, at the least, before those who have not read them must look at everybody. */
const FREED_MIN = 1_024;

/** What decides whether a candidate could ever give an amount. */
interface Kind {
  readonly limits: Limits;
  readonly pattern: Pattern;
}

type Limits = SupplyFacts["limits"];

const sameLimits = (a: Limits, b: Limits): boolean => a === b || (a.min === b.min && a.max === b.max && a.step === b.step);

/** Amounts nobody in the queue asks now, which are kept for whoever asks them next. */
const RESTING_MAX = 32;

/**
 * Who may serve, and how near they are. Shapes that agree in both share one: what is built over it is built once,
 * however many units ask.
 */
export class Field {
  /** By nearness; of equally near ones in the order of profiles. */
  candidates: Ints = new Int32Array(0);
  near: Bytes = new Uint8Array(0);
  size = 0;
  /** Counts what may have changed the candidates, and their windows. */
  edition = 0;
  /** Limits and windows that occur among the candidates, and which each of them has: what depends on these alone is found once. */
  kinds: Kind[] = [];
  kindOf: Ints = new Int32Array(0);
  private built = -1;
  private nearestBuilt = -1;
  private nearest: number[] = [];
  private unitsBuilt = -1;
  private units = new Map<UnitId, number[]>();

  private readonly fits = new Map<string, Fit>();
  /** Nobody in the queue has them: what claimants and strangers write must not grow the engine for ever. Oldest first. */
  private readonly resting = new Map<string, Fit>();
  /** Whose candidates these are. */
  readonly shapes = new Set<Shape>();
  /** Asks with parked lanes: whom to tell when something is freed. */
  readonly parked = new Set<Ask>();
  users = 0;
  readonly whenDisbanded = new Set<() => void>();

  /** What was freed: resource, period, resource, period … `dropped` entries came before the first that is kept. */
  freed: Ints = new Int32Array(0);
  freedCount = 0;
  dropped = 0;
  /** Somebody reads what was freed. */
  watched = false;

  constructor(
    readonly key: number,
    readonly profiles: readonly Profile[],
    private readonly nearOfDivision: ReadonlyMap<DivisionCode, number>,
    private readonly resources: ResourceTable,
    private readonly indexing: Indexing,
  ) {
    for (const profile of profiles) joinField(profile, this);
  }

  /** Nobody's any more. */
  disband(): void {
    for (const profile of this.profiles) leaveField(profile, this);
    for (const tell of this.whenDisbanded) tell();
  }

  /** Kept up to date until `rest`; to be refreshed at once. */
  use(amount: Amount, slots: number, spread: boolean): Fit {
    const fit = this.fit(amount, slots, spread);
    const key = keyOf(fit);
    this.resting.delete(key);
    this.fits.set(key, fit);
    fit.users += 1;
    return fit;
  }

  /** One user less of a fit. */
  rest(fit: Fit): void {
    fit.users -= 1;
    if (fit.users > 0) return;
    this.fits.delete(keyOf(fit));
    this.keepResting(fit);
  }

  /** For a question, which uses it at once and not again. */
  fit(amount: Amount, slots: number, spread: boolean): Fit {
    const key = keyOf({ amount, slots, spread });
    const known = this.fits.get(key) ?? this.resting.get(key);
    if (known) return known;
    const fit = new Fit(this, this.resources, this.indexing, amount, slots, spread);
    this.keepResting(fit);
    return fit;
  }

  private keepResting(fit: Fit): void {
    this.resting.set(keyOf(fit), fit);
    if (this.resting.size > RESTING_MAX) this.resting.delete(this.resting.keys().next().value!);
  }

  /** Fits that are held, used or not. */
  get fitCount(): number {
    return this.fits.size + this.resting.size;
  }

  allFits(): Iterable<Fit> {
    return this.fits.values();
  }

  /** Some amount that is asked may be given by nobody any more, or a row of half-hours, or is asked with more to it than one candidate shows. */
  mayRefuse(): boolean {
    for (const shape of this.shapes) if (shape.demanding) return true;
    for (const fit of this.fits.values()) if (fit.standing === 0 || fit.run > 1) return true;
    return false;
  }

  /** A member came, went or has another window. */
  changed(): void {
    this.edition += 1;
  }

  has(r: number): boolean {
    return this.resources.profileOf(r).fields.includes(this);
  }

  /** Of a candidate. */
  nearOf(r: number): number {
    return this.nearOfDivision.get(this.resources.factsOf(r).unitDivision) ?? 0;
  }

  refresh(): void {
    if (this.built === this.edition) return;
    this.built = this.edition;
    let size = 0;
    for (const profile of this.profiles) size += profile.size;
    this.size = size;
    this.resources.looks += size;
    if (this.candidates.length < size) {
      this.candidates = new Int32Array(size + (size >> 3));
      this.near = new Uint8Array(this.candidates.length);
      this.kindOf = new Int32Array(this.candidates.length);
    }
    this.kinds = [];
    const known = new Map<Pattern, number[]>();
    let kind = -1;
    let k = 0;
    for (const { facts, first, size: members } of this.profiles) {
      const near = this.nearOfDivision.get(facts.unitDivision)!;
      for (let r = first, left = members; left > 0; r = this.resources.nextOf(r), left -= 1) {
        const pattern = this.resources.patternOf(r)!;
        // Neighbours mostly are of one kind.
        if (kind < 0 || this.kinds[kind]!.pattern !== pattern || !sameLimits(this.kinds[kind]!.limits, facts.limits)) {
          kind = this.kindNumber(known, pattern, facts.limits);
        }
        this.candidates[k] = r;
        this.near[k] = near;
        this.kindOf[k] = kind;
        k += 1;
      }
    }
    this.freedCount = 0;
    this.dropped = 0;
    this.watched = false;
  }

  private kindNumber(known: Map<Pattern, number[]>, pattern: Pattern, limits: Limits): number {
    const same = known.get(pattern);
    const found = same?.find((kind) => sameLimits(this.kinds[kind]!.limits, limits));
    if (found !== undefined) return found;
    const kind = this.kinds.length;
    this.kinds.push({ limits, pattern });
    if (same) same.push(kind);
    else known.set(pattern, [kind]);
    return kind;
  }

  byUnit(): ReadonlyMap<UnitId, readonly number[]> {
    this.refresh();
    if (this.unitsBuilt === this.built) return this.units;
    this.unitsBuilt = this.built;
    this.units = new Map();
    for (let k = 0; k < this.size; k += 1) {
      const r = this.candidates[k]!;
      const { unitId } = this.resources.factsOf(r);
      const of = this.units.get(unitId);
      if (of) of.push(r);
      else this.units.set(unitId, [r]);
    }
    return this.units;
  }

  /** The nearest, then those with the smallest ids. */
  nearestFew(most: number): readonly number[] {
    this.refresh();
    if (this.nearestBuilt === this.built) return this.nearest;
    this.nearestBuilt = this.built;
    const few: number[] = [];
    const before = (k: number, other: number): boolean =>
      this.near[k]! !== this.near[other]!
        ? this.near[k]! < this.near[other]!
        : this.resources.idOf(this.candidates[k]!) < this.resources.idOf(this.candidates[other]!);
    for (let k = 0; k < this.size; k += 1) {
      if (few.length === most && !before(k, few[most - 1]!)) continue;
      let at = few.length === most ? most - 1 : few.length;
      for (; at > 0 && before(k, few[at - 1]!); at -= 1) few[at] = few[at - 1]!;
      few[at] = k;
    }
    this.nearest = few.map((k) => this.candidates[k]!);
    return this.nearest;
  }

  /** Something of a member is free again. */
  noteFreed(r: number, period: Period): void {
    if (!this.watched) return;
    if (this.freedCount >= Math.max(FREED_MIN, this.size)) {
      this.dropped += this.freedCount;
      this.freedCount = 0;
    }
    this.freed = roomyInts(this.freed, 2 * (this.freedCount + 1));
    this.freed[2 * this.freedCount] = r;
    this.freed[2 * this.freedCount + 1] = period;
    this.freedCount += 1;
  }
}

const keyOf = ({ amount, slots, spread }: { readonly amount: Amount; readonly slots: number; readonly spread: boolean }): string =>
  `${amount}/${slots}/${spread ? "s" : ""}`;

/** Fields by who is in them and how near. */
export class FieldBook {
  private readonly byKey = new Map<number, Field[]>();

  constructor(
    private readonly resources: ResourceTable,
    private readonly indexing: Indexing,
  ) {}

  /** Profiles in order of nearness. */
  of(profiles: readonly Profile[], nearOfDivision: ReadonlyMap<DivisionCode, number>): Field {
    let low = 0x811c9dc5;
    let high = profiles.length;
    for (const { index, facts } of profiles) {
      low = Math.imul(low ^ index, 0x01000193);
      high = Math.imul(high ^ (low >>> 9) ^ nearOfDivision.get(facts.unitDivision)!, 0x85ebca6b);
    }
    const key = (high >>> 12) * 4_294_967_296 + (low >>> 0);
    let same = this.byKey.get(key);
    if (!same) this.byKey.set(key, (same = []));
    let field = same.find((one) => one.profiles.length === profiles.length && one.profiles.every((profile, at) => profile === profiles[at]));
    if (!field) same.push((field = new Field(key, profiles, nearOfDivision, this.resources, this.indexing)));
    field.users += 1;
    return field;
  }

  /** One user more of a field that somebody has. */
  share(field: Field): Field {
    field.users += 1;
    return field;
  }

  leave(field: Field): void {
    field.users -= 1;
    if (field.users > 0) return;
    field.disband();
    const same = this.byKey.get(field.key)!;
    if (same.length === 1) this.byKey.delete(field.key);
    else same.splice(same.indexOf(field), 1);
  }
}
