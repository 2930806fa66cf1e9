import type { CapacityClass } from "../domain/pool/class.js";
import type { ResourceId, UnitId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { Funnel, RefusalRule } from "../domain/pool/decision.js";
import type { Period, PeriodKind } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Field } from "./field.js";
import { Found, type Accept, type Fit } from "./fit.js";
import type { Lane } from "./queue.js";
import type { ShapeBook } from "./shape-book.js";
import type { ShapeFacts } from "./rule.js";
import { RULES } from "./rules/static-rules.js";
import { scoreOf } from "./score.js";
import { NEVER } from "./state.js";

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
  /** Since when it is asked for, and what was granted in all. */
  firstAt: Instant | null = null;
  grantedEver = 0;

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
