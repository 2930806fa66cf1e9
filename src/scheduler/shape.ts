import type { CapacityClass } from "../domain/pool/class.js";
import type { ClassId, ResourceId, UnitId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { Funnel, RefusalRule, StaticRule } from "../domain/pool/decision.js";
import type { Period, PeriodKind } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { ClaimAsk, Indexing, Kept } from "./contract.js";
import { ClassSupply, type Catchment, type Survey } from "./catchment.js";
import { FieldBook, type Field } from "./field.js";
import { Found, type Accept, type Fit } from "./fit.js";
import type { Profile } from "./profiles.js";
import type { Lane } from "./queue.js";
import type { ShapeFacts, World } from "./rule.js";
import { RULES, shapeFacts } from "./rules/static-rules.js";
import { scoreOf } from "./score.js";
import { NEVER, type ResourceTable } from "./state.js";

/** Why nobody could ever meet an ask, with the numbers the rule read. */
export interface Refusal {
  readonly rule: RefusalRule;
  readonly asked: number;
  readonly most: number;
}

/** Candidates up to which all are looked at to say why they were not chosen; of more, as many of the nearest. */
export const LOOKED_AT_MAX = 64;

/** Claims that look the same to every static rule, and who may serve them. */
export class Shape {
  /** Everybody who passed every rule. The claiming unit's own among them are as near as others here. */
  field: Field | undefined;
  /** The claiming unit's own, when there are others too: nearer than those in the same place. */
  own: Field | undefined;
  /** `stale`: to be compiled before it is used. `open`: waits for policy answers. */
  state: "stale" | "open" | "compiled" = "stale";
  /** Counts compilations. */
  edition = 0;

  readonly asks = new Map<string, Ask>();
  /** Every lane with an ask of this shape, waiting or holding. */
  readonly lanes = new Set<Lane>();
  /** Steps of those lanes that wait. */
  waiting = 0;

  /** Since when somebody waits for this shape in vain, and what was granted since: the rate of an honest estimate. */
  scarceSince: Instant | null = null;
  grantedSince = 0;

  /** By rule, how many resources it drops; as of so many moves in the class. */
  dropped: number[] = [];
  left = 0;
  cursor = 0;
  /** Somebody takes no part in some matter that asks it, or it asks for several at once. */
  demanding = false;
  private seen: { readonly funnel: Funnel; readonly hash: string } | undefined;

  constructor(
    readonly key: string,
    readonly facts: ShapeFacts,
    private readonly book: ShapeBook,
  ) {}

  get funnel(): Funnel {
    return this.face().funnel;
  }

  /** Names the shape with its funnel: what a reason refers to. */
  get hash(): string {
    return this.face().hash;
  }

  /** The counts are others now. */
  recounted(): void {
    this.seen = undefined;
  }

  ask(amount: Amount, slots: number, spread: boolean, barred: ReadonlySet<ResourceId> = NOBODY): Ask {
    const key = `${amount}/${slots}/${spread ? "s" : ""}${barredKey(barred)}`;
    let ask = this.asks.get(key);
    if (!ask) {
      this.asks.set(key, (ask = new Ask(this, amount, slots, spread, barred, key)));
      this.book.rest(ask);
    }
    if (barred.size > 0) this.demanding = true;
    return ask;
  }

  /** Whether the resource passed every rule when the shape was compiled. */
  has(r: number): boolean {
    return this.field?.has(r) ?? false;
  }

  resourceOf(id: ResourceId): number | undefined {
    return this.book.resourceOf(id);
  }

  idOf(r: number): ResourceId {
    return this.book.idOf(r);
  }

  private face(): { readonly funnel: Funnel; readonly hash: string } {
    this.book.catchUp(this);
    if (!this.seen) {
      const funnel: Funnel = {
        considered: this.left + this.dropped.reduce((sum, count) => sum + count, 0),
        dropped: RULES.flatMap(({ name }, at) => (this.dropped[at]! > 0 ? [{ rule: name, count: this.dropped[at]! }] : [])),
        left: this.left,
      };
      this.seen = { funnel, hash: this.book.hashOf(this, funnel) };
    }
    return this.seen;
  }
}

/** The nearest candidates: those able to meet the ask, how many of them are not, and whether these are all there are. */
interface Looked {
  readonly edition: number;
  readonly able: readonly number[];
  readonly unable: number;
  readonly all: boolean;
}

/** What a claim asks of the candidates of its shape: the part rules of the moment read. */
export class Ask {
  /** Lanes somebody waits or holds in, once for each claim. */
  users = 0;
  /** Let go: whoever asks the same has another. */
  gone = false;
  /** Candidates of the shape that take no part in this matter. */
  keptOut = 0;
  /** Of those, how many could do it but for that. */
  keptOutAble = 0;
  private out: ReadonlySet<number> = NO_ONE;
  readonly parked = new Set<Lane>();
  /** Over everybody; `own` over the claiming unit's own, which come first among equally far ones. */
  private fit!: Fit;
  private ownFit: Fit | undefined;
  private edition = -1;
  private readonly ownFound = new Found();
  private looked: Looked | undefined;
  private lookedIn: Field | undefined;

  constructor(
    readonly shape: Shape,
    readonly amount: Amount,
    readonly slots: number,
    readonly spread: boolean,
    /** Resources whose officer takes no part. */
    readonly barred: ReadonlySet<ResourceId> = NOBODY,
    /** In its shape. */
    readonly key = "",
  ) {}

  /** Reads limits, peaks and windows again when the candidates may be others. */
  refresh(cls: CapacityClass | undefined, forOffers = false): void {
    if (this.edition !== this.shape.edition) {
      this.edition = this.shape.edition;
      const fit = this.fit as Fit | undefined;
      const { ownFit } = this;
      const of = (field: Field): Fit => (forOffers ? field.fit(this.amount, this.slots, this.spread) : field.use(this.amount, this.slots, this.spread));
      this.fit = of(this.shape.field!);
      this.ownFit = this.shape.own && of(this.shape.own);
      fit?.field.rest(fit);
      ownFit?.field.rest(ownFit);
    }
    this.fit.refresh(cls);
    this.ownFit?.refresh(cls);
    if (this.barred.size > 0) this.readBarred();
  }

  /** Nobody waits or holds with it: it reads nothing until it is refreshed. */
  unread(): void {
    const fit = this.fit as Fit | undefined;
    fit?.field.rest(fit);
    this.ownFit?.field.rest(this.ownFit);
    (this.fit as Fit | undefined) = undefined;
    this.ownFit = undefined;
    this.edition = -1;
    this.looked = undefined;
    this.lookedIn = undefined;
  }

  /** Nobody could ever meet it. */
  get refusal(): Refusal | undefined {
    if (this.fit.count > this.keptOutAble) return undefined;
    const { funnel } = this.shape;
    if (funnel.left === 0) return { rule: funnel.dropped.at(-1)?.rule ?? "class", asked: this.amount, most: 0 };
    if (this.keptOutAble > 0) return { rule: "persons", asked: this.amount, most: 0 };
    return { rule: "capacity", asked: this.amount, most: this.fit.mostBut(this.out) };
  }

  /** More half-hours in a row than anybody is ever open for: no waiting will help. */
  get impossibleRun(): Refusal | undefined {
    const { run } = this.fit;
    if (run === 1) return undefined;
    const longest = this.out.size > 0 ? this.fit.longestBut(this.out) : this.fit.longest;
    return longest > 0 && longest < run ? { rule: "calendar", asked: run, most: longest } : undefined;
  }

  /** Who is barred, as they are known here. */
  private readBarred(): void {
    this.keptOut = 0;
    this.keptOutAble = 0;
    const out = new Set<number>();
    for (const id of this.barred) {
      const r = this.shape.resourceOf(id);
      if (r === undefined) continue;
      out.add(r);
      if (!this.shape.has(r)) continue;
      this.keptOut += 1;
      if (this.fit.isAble(r)) this.keptOutAble += 1;
    }
    this.out = out;
  }

  /** Somebody has looked at who may serve it; until then its turn has not come, or the policy is still being asked. */
  get isRead(): boolean {
    return (this.fit as Fit | undefined) !== undefined;
  }

  get period(): PeriodKind {
    return this.fit.period;
  }

  /** Consecutive periods; 1 unless the class counts half-hours and the claim is not spread. */
  get run(): number {
    return this.fit.run;
  }

  /** Over several periods of a day or slot class. */
  get spreads(): boolean {
    return this.fit.spreads;
  }

  /** Candidates that take part (or `everybody`) and whose limits and best day admit the amount, nearest first. */
  *able(everybody = false): Iterable<number> {
    for (let k = 0; k < this.fit.count; k += 1) if (everybody || !this.out.has(this.fit.able[k]!)) yield this.fit.able[k]!;
  }

  /** Whether the resource is one of the able. */
  serves(r: number, everybody = false): boolean {
    return this.shape.has(r) && this.fit.isAble(r) && (everybody || !this.out.has(r));
  }

  /** How many are able to meet it. */
  get ableCount(): number {
    return this.fit.count - this.keptOutAble;
  }

  /** The able of one unit. */
  ofUnit(unitId: UnitId, everybody = false): readonly number[] {
    return (this.byUnit().get(unitId) ?? []).filter((r) => this.serves(r, everybody));
  }

  /** The candidates by unit. */
  byUnit(): ReadonlyMap<UnitId, readonly number[]> {
    return this.shape.field!.byUnit();
  }

  /** As `next`, among a few. */
  nextAmong(rs: readonly number[], from: Period): Period {
    let earliest: Period = NEVER;
    for (const r of rs) earliest = Math.min(earliest, this.fit.firstOf(r, from, earliest));
    return earliest;
  }

  /** As `bestAt`, among a few. */
  bestAmong(rs: readonly number[], period: Period, wanted: number, found: Found): number {
    found.count = 0;
    for (const r of rs) {
      if (this.fit.firstOf(r, period, period) === period) found.put(r, this.scoreAt(r, period), wanted);
    }
    return found.count;
  }

  scoreAt(r: number, period: Period): number {
    return scoreOf(this.nearOf(r), this.loadAt(r, period), this.shape.idOf(r));
  }

  /** The last period in which any of the able is open at all. */
  get lastOpen(): Period {
    return this.out.size > 0 ? this.fit.lastOpenBut(this.out) : this.fit.lastOpen;
  }

  /** The first period from `from` on in which somebody acceptable can begin. */
  next(from: Period, accept: Accept): Period {
    return this.fit.next(from, this.but(accept));
  }

  /** The best who can begin in the period, at most `wanted`. */
  bestAt(period: Period, wanted: number, accepted: Accept, found: Found): number {
    const accept = this.but(accepted);
    this.fit.bestAt(period, wanted, accept, found);
    if (!this.ownFit || this.ownFit.bestAt(period, wanted, accept, this.ownFound) === 0) return found.count;
    // The unit's own are in both; the score they have as its own is the better one.
    for (let at = 0; at < this.ownFound.count; at += 1) {
      found.put(this.ownFound.r[at]!, this.ownFound.score[at]!, wanted);
    }
    return found.count;
  }

  firstOf(r: number, from: Period, limit: Period, room?: (period: Period) => Amount): Period {
    return this.fit.firstOf(r, from, limit, room);
  }

  nearOf(r: number): number {
    const { own, field } = this.shape;
    return own?.has(r) ? own.nearOf(r) : field!.nearOf(r);
  }

  /** Share of the first period that would be in use, in whole percent. */
  loadAt(r: number, period: Period): number {
    return this.fit.loadAt(r, period);
  }

  shareMaxOf(r: number): Amount {
    return this.fit.shareMaxOf(r);
  }

  shareStepOf(r: number): Amount {
    return this.fit.shareStepOf(r);
  }

  /** Candidates to look at for telling why others were not chosen. */
  lookedAt(): Looked {
    const field = this.shape.field!;
    const { own } = this.shape;
    const edition = field.edition + (own?.edition ?? 0);
    if (this.looked?.edition !== edition || this.lookedIn !== field) {
      const mine = own?.nearestFew(LOOKED_AT_MAX) ?? [];
      const seen = new Set(mine);
      const others = field.nearestFew(LOOKED_AT_MAX).filter((r) => !seen.has(r));
      const nearest = [...mine.map((r) => ({ r, near: own!.nearOf(r) })), ...others.map((r) => ({ r, near: field.nearOf(r) }))]
        .sort((a, b) => a.near - b.near)
        .slice(0, LOOKED_AT_MAX)
        .map(({ r }) => r)
        .filter((r) => !this.out.has(r));
      const able = nearest.filter((r) => this.fit.isAble(r));
      this.looked = { edition, able, unable: nearest.length - able.length, all: field.size <= LOOKED_AT_MAX };
      this.lookedIn = field;
    }
    return this.looked!;
  }

  private but(accept: Accept): Accept {
    const { out } = this;
    return out.size === 0 ? accept : (r) => !out.has(r) && accept(r);
  }

  park(lane: Lane): void {
    this.parked.add(lane);
    this.shape.field?.parked.add(this);
  }

  unpark(lane: Lane): void {
    if (this.parked.delete(lane) && this.parked.size === 0) this.shape.field?.parked.delete(this);
  }
}

export const NOBODY: ReadonlySet<ResourceId> = new Set();

const NO_ONE: ReadonlySet<number> = new Set();

/** One text per set of barred resources; empty for nobody. Sets are made in id order. */
export const barredKey = (barred: ReadonlySet<ResourceId>): string => (barred.size === 0 ? "" : `!${[...barred].join()}`);

/** Moves up to which a shape's counts are mended; of more, they are made anew. */
const MENDED_MAX = 32;

/** The supply of a class, and the shapes that ask for it. */
interface OfClass {
  readonly shapes: Set<Shape>;
  readonly supply: ClassSupply;
}

/** Who may serve a shape. O(units of its catchment): once per shape and declared state, never per decision. */
export class ShapeBook {
  private readonly byKey = new Map<string, Shape>();
  private readonly byClass = new Map<ClassId, OfClass>();
  private readonly fields: FieldBook;
  /** Asks nobody waits or holds with, those of longest ago first. */
  private readonly idle = new Set<Ask>();

  constructor(
    private readonly resources: ResourceTable,
    private readonly world: World,
    private readonly digest: (text: string) => string,
    private readonly version: () => number,
    indexing: Indexing,
    private readonly idleMax: number,
  ) {
    this.fields = new FieldBook(resources, indexing);
  }

  shape(key: string, claim: ClaimAsk): Shape {
    let shape = this.byKey.get(key);
    if (!shape) {
      this.byKey.set(key, (shape = new Shape(key, shapeFacts(claim), this)));
      this.ofClass(claim.classId).shapes.add(shape);
    }
    return shape;
  }

  /** The shape of claims that somebody asks, if it is compiled. */
  compiled(key: string): Shape | undefined {
    const shape = this.byKey.get(key);
    return shape?.state === "compiled" ? shape : undefined;
  }

  all(): Iterable<Shape> {
    return this.byKey.values();
  }

  resourceOf(id: ResourceId): number | undefined {
    return this.resources.indexOf(id);
  }

  /** Of claims nobody waits with: not among those that are kept up to date. */
  apart(key: string, claim: ClaimAsk): Shape {
    return new Shape(key, shapeFacts(claim), this);
  }

  /** Somebody waits or holds with the ask. */
  use(ask: Ask): void {
    ask.users += 1;
    this.idle.delete(ask);
  }

  /** One lane less has the ask, or none had it yet. */
  rest(ask: Ask): void {
    ask.users = Math.max(0, ask.users - 1);
    if (ask.users > 0) return;
    ask.unread();
    this.idle.add(ask);
  }

  /** So many rest that it is worth while to let the oldest go. */
  get isFull(): boolean {
    return this.idle.size > this.idleMax + (this.idleMax >> 2);
  }

  /**
   * What claimants write (amounts, purposes) must not grow the engine for ever: of what nobody asks, only what was asked
   * last is kept, compiled, for whoever asks it next. Compiling anew finds the same, so nothing is decided otherwise.
   * `open`: a batch that may yet be taken back brings them back.
   */
  letGoIdle(open: ReadonlySet<Ask>): void {
    for (const ask of this.idle) {
      if (this.idle.size <= this.idleMax) return;
      if (open.has(ask)) continue;
      this.idle.delete(ask);
      ask.gone = true;
      const { shape } = ask;
      shape.asks.delete(ask.key);
      if (shape.asks.size > 0) continue;
      this.byKey.delete(shape.key);
      this.ofClass(shape.facts.classId).shapes.delete(shape);
      this.letGo(shape);
    }
  }

  /** What is kept, by kind. */
  sizes(): Omit<Kept, "told"> {
    const fields = new Set<Field>();
    let asks = 0;
    for (const shape of this.byKey.values()) {
      asks += shape.asks.size;
      for (const field of [shape.field, shape.own]) if (field) fields.add(field);
    }
    let caught = 0;
    for (const { supply } of this.byClass.values()) caught += supply.caughtCount;
    return { shapes: this.byKey.size, asks, fits: [...fields].reduce((sum, { fitCount }) => sum + fitCount, 0), caught };
  }

  /** A shape apart, or one that nobody asks, is needed no more. */
  letGo(shape: Shape): void {
    shape.field?.shapes.delete(shape);
    if (shape.field) this.fields.leave(shape.field);
    if (shape.own) this.fields.leave(shape.own);
  }

  idOf(r: number): ResourceId {
    return this.resources.idOf(r);
  }

  shapesOf(classId: ClassId): Iterable<Shape> {
    return this.ofClass(classId).shapes;
  }

  /** The static rules let the resource serve the shape. O(rules). */
  couldServe(shape: Shape, r: number): boolean {
    return firstToDrop(this.resources.profileOf(r), shape.facts, this.world) === -1;
  }

  /** Profiles that one static rule alone keeps from the shape. O(profiles of the class). */
  *nearMisses(shape: Shape): Iterable<{ readonly rule: StaticRule; readonly profile: Profile }> {
    for (const profile of this.ofClass(shape.facts.classId).supply.profiles) {
      if (profile.size === 0) continue;
      const answers = RULES.map((rule) => rule.keeps(profile.facts, shape.facts, this.world));
      if (answers.includes(undefined)) continue;
      const at = answers.indexOf(false);
      if (at >= 0 && answers.lastIndexOf(false) === at) yield { rule: RULES[at]!.name, profile };
    }
  }

  /** Whether some resource may serve both. */
  meet(a: Shape, b: Shape): boolean {
    if (a === b || a.state !== "compiled" || b.state !== "compiled") return true;
    const [few, many] = a.field!.profiles.length < b.field!.profiles.length ? [a.field!, b.field!] : [b.field!, a.field!];
    return few.profiles.some((profile) => profile.size > 0 && profile.fields.includes(many));
  }

  /**
   * A resource came from one profile into another. Answers the shapes that must be compiled anew because they may take
   * it and never heard of its profile.
   */
  moved(from: Profile | undefined, to: Profile): Shape[] {
    const { supply, shapes } = this.ofClass(to.facts.classId);
    const concerned: Shape[] = [];
    if (supply.add(to)) {
      for (const shape of shapes) {
        if (shape.state !== "compiled") continue;
        const at = firstToDrop(to, shape.facts, this.world);
        if (at === undefined || at < 0) concerned.push(shape);
      }
    }
    supply.move(from, to, this.world);
    for (const field of from?.fields ?? []) field.changed();
    for (const field of to.fields) field.changed();
    return concerned;
  }

  /** Many resources came, of these profiles: whatever was compiled for their classes is to be compiled anew. Answers those shapes. */
  came(profiles: readonly Profile[]): Shape[] {
    const classes = new Set<OfClass>();
    for (const profile of profiles) {
      const of = this.ofClass(profile.facts.classId);
      of.supply.add(profile);
      classes.add(of);
    }
    for (const { supply } of classes) supply.moveMany();
    return [...classes].flatMap(({ shapes }) => [...shapes]);
  }

  /** About to change: wherever the resource counts as able, it counts no more. */
  takeOut(r: number): void {
    for (const field of this.resources.profileOf(r).fields) for (const fit of field.allFits()) fit.countAble(r, -1);
  }

  /** Changed: it counts as what it is now. Answers nothing; `Field.isExhausted` does. */
  putIn(r: number): void {
    for (const field of this.resources.profileOf(r).fields) for (const fit of field.allFits()) fit.countAble(r, 1);
  }

  /** Runs the rules over what the shape's catchment has. False: policy answers are missing. */
  compile(shape: Shape, world = this.world): boolean {
    if (shape.state === "compiled") return true;
    const { facts } = shape;
    const catchment = this.catchment(facts, world);
    const survey = catchment.survey(facts, world);
    this.resources.looks += survey.looked;
    if (survey.open) {
      shape.state = "open";
      return false;
    }
    this.recount(shape, survey);
    this.setFields(shape, catchment.fieldsOf(facts, survey.parts, world.divisions, this.fields));
    shape.state = "compiled";
    shape.edition += 1;
    return true;
  }

  /** Reads what moved since the counts were made. */
  catchUp(shape: Shape): void {
    if (shape.state !== "compiled") return;
    const { supply } = this.ofClass(shape.facts.classId);
    if (shape.cursor === supply.moved) return;
    const moves = supply.movesSince(shape.cursor);
    if (!moves || moves.length > 2 * MENDED_MAX) return this.recount(shape, this.catchment(shape.facts, this.world).survey(shape.facts, this.world));
    for (let at = 0; at < moves.length; at += 2) {
      const from = this.resources.profiles.all[moves[at]!];
      if (from) this.count(shape, from, -1);
      this.count(shape, this.resources.profiles.all[moves[at + 1]!]!, 1);
    }
    shape.cursor = supply.moved;
    shape.recounted();
  }

  /** A class, or the divisions (no class is named), are declared anew. */
  redeclared(classId?: ClassId): void {
    if (classId !== undefined) this.ofClass(classId).supply.forget();
    else for (const { supply } of this.byClass.values()) supply.forget();
  }

  hashOf(shape: Shape, funnel: Funnel): string {
    return this.digest(JSON.stringify([shape.key, this.version(), funnel]));
  }

  private catchment(facts: ShapeFacts, world: World): Catchment {
    return this.ofClass(facts.classId).supply.catchment(facts, world, (profiles) => (this.resources.looks += profiles));
  }

  private recount(shape: Shape, { dropped, left }: Survey): void {
    shape.dropped = dropped;
    shape.left = left;
    shape.cursor = this.ofClass(shape.facts.classId).supply.moved;
    shape.recounted();
  }

  private count(shape: Shape, profile: Profile, by: number): void {
    const at = firstToDrop(profile, shape.facts, this.world);
    if (at === undefined || at < 0) shape.left += by;
    else shape.dropped[at] = shape.dropped[at]! + by;
  }

  private setFields(shape: Shape, next: { readonly field: Field; readonly own: Field | undefined }): void {
    const { field, own } = shape;
    shape.field = next.field;
    shape.own = next.own;
    shape.field.shapes.add(shape);
    for (const ask of shape.asks.values()) if (ask.parked.size > 0) shape.field.parked.add(ask);
    if (field && field !== shape.field) {
      field.shapes.delete(shape);
      for (const ask of shape.asks.values()) field.parked.delete(ask);
    }
    if (field) this.fields.leave(field);
    if (own) this.fields.leave(own);
  }

  private ofClass(classId: ClassId): OfClass {
    let of = this.byClass.get(classId);
    if (!of) this.byClass.set(classId, (of = { shapes: new Set(), supply: new ClassSupply() }));
    return of;
  }
}

/** The index of the rule that drops the profile; -1: none does; undefined: an answer is missing. */
function firstToDrop(profile: Profile, facts: ShapeFacts, world: World): number | undefined {
  for (let at = 0; at < RULES.length; at += 1) {
    const keeps = RULES[at]!.keeps(profile.facts, facts, world);
    if (keeps === undefined) return undefined;
    if (!keeps) return at;
  }
  return -1;
}
