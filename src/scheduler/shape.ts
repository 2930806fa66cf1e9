import type { Funnel, Rule, StaticRule } from "../domain/pool/decision.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { ClassId, ResourceId } from "../domain/id.js";
import type { PeriodKind } from "../domain/pool/period.js";
import type { Instant } from "../domain/instant.js";
import type { Amount } from "../domain/quantity.js";
import type { ClaimAsk, ResourceSupply } from "./contract.js";
import type { Lane } from "./queue.js";
import type { ShapeFacts, World } from "./rule.js";
import { RULES, shapeFacts } from "./rules/static-rules.js";
import { nearness } from "./score.js";
import type { ResourceTable } from "./state.js";

/** Why nobody could ever meet an ask, with the numbers the rule read. */
export interface Refusal {
  readonly rule: Rule;
  readonly asked: number;
  readonly most: number;
}

/** Claims that look the same to every static rule, and who may serve them. */
export class Shape {
  /** Who passed every rule, by nearness, then id. */
  candidates: number[] = [];
  near: number[] = [];
  funnel: Funnel = { considered: 0, dropped: [], left: 0 };
  hash = "";
  /** `stale`: to be compiled before it is used. `open`: waits for policy answers. */
  state: "stale" | "open" | "compiled" = "stale";
  /** Counts compilations: asks made from an older one are made again. */
  edition = 0;

  readonly asks = new Map<string, Ask>();
  /** Every lane with an ask of this shape, waiting or holding. */
  readonly lanes = new Set<Lane>();
  /** Steps of those lanes that wait. */
  waiting = 0;

  /** Since when somebody waits for this shape in vain, and what was granted since: the rate of an honest estimate. */
  scarceSince: Instant | null = null;
  grantedSince = 0;

  constructor(
    readonly key: string,
    readonly facts: ShapeFacts,
  ) {}

  hasSpread(): boolean {
    for (const ask of this.asks.values()) if (ask.spread) return true;
    return false;
  }

  ask(amount: Amount, slots: number, spread: boolean, barred: ReadonlySet<ResourceId> = NOBODY): Ask {
    const key = `${amount}/${slots}/${spread ? "s" : ""}${barredKey(barred)}`;
    let ask = this.asks.get(key);
    if (!ask) this.asks.set(key, (ask = new Ask(this, amount, slots, spread, barred)));
    return ask;
  }
}

/** What a claim asks of the candidates of its shape: the part rules of the moment read. */
export class Ask {
  /** Candidates whose limits and best day admit the amount, by nearness, then id. */
  able: number[] = [];
  near: number[] = [];
  refusal: Refusal | undefined;
  period: PeriodKind = "none";
  /** Consecutive periods; 1 unless the class counts half-hours and the claim is not spread. */
  run = 1;
  /** Candidates of the shape that take no part in this matter. */
  keptOut = 0;
  /** Over several periods of a day or slot class. */
  spreads = false;
  /** Of spread asks, by candidate: the most and the smallest step one period gives. */
  shareMax: number[] = [];
  shareStep: number[] = [];
  readonly parked = new Set<Lane>();
  private edition = -1;

  constructor(
    readonly shape: Shape,
    readonly amount: Amount,
    readonly slots: number,
    readonly spread: boolean,
    /** Resources whose officer takes no part. */
    readonly barred: ReadonlySet<ResourceId> = NOBODY,
  ) {}

  /** Reads limits and peaks again when the shape was compiled anew. */
  refresh(cls: CapacityClass | undefined, resources: ResourceTable): void {
    if (this.edition === this.shape.edition) return;
    this.edition = this.shape.edition;
    this.period = cls?.period ?? "none";
    this.spreads = this.spread && (cls?.period === "slot" || cls?.period === "day");
    this.run = cls?.period === "slot" && !this.spreads ? this.slots : 1;
    this.able = [];
    this.near = [];
    this.shareMax = [];
    this.shareStep = [];
    this.keptOut = 0;
    let most = 0;
    let barredAble = 0;
    for (let k = 0; k < this.shape.candidates.length; k += 1) {
      const r = this.shape.candidates[k]!;
      const gives = mostOf(resources, r, cls!, this);
      const isBarred = this.barred.has(resources.idOf(r));
      if (isBarred) this.keptOut += 1;
      else most = Math.max(most, gives);
      if (this.amount > gives || !meetsLimits(this.amount, resources.supplies[r]!, cls!)) continue;
      if (isBarred) {
        barredAble += 1;
        continue;
      }
      this.able.push(r);
      this.near.push(this.shape.near[k]!);
      if (!this.spreads) continue;
      const { limits } = resources.supplies[r]!;
      this.shareMax.push(Math.min(limits.max, cls!.limits.max));
      this.shareStep.push(Math.max(limits.step, cls!.limits.step));
    }
    this.refusal =
      this.shape.funnel.left === 0
        ? { rule: lastToDrop(this.shape.funnel), asked: this.amount, most: 0 }
        : this.able.length === 0
          ? barredAble > 0
            ? { rule: "persons", asked: this.amount, most: 0 }
            : { rule: "capacity", asked: this.amount, most }
          : undefined;
  }
}

export const NOBODY: ReadonlySet<ResourceId> = new Set();

/** One text per set of barred resources; empty for nobody. Sets are made in id order. */
export const barredKey = (barred: ReadonlySet<ResourceId>): string => (barred.size === 0 ? "" : `!${[...barred].join()}`);

/** The largest whole share of one period; a spread claim may take one in every period of the window. */
function mostOf(resources: ResourceTable, r: number, cls: CapacityClass, ask: Ask): Amount {
  const { limits } = resources.supplies[r]!;
  const max = Math.min(resources.peakOf(r), ask.spreads ? Math.min(limits.max, cls.limits.max) : Infinity);
  const share = max - (max % Math.max(limits.step, cls.limits.step));
  if (!ask.spreads) return Math.min(share, limits.max, cls.limits.max);
  return resources.isUnlimited(r) ? share : Math.min(Number.MAX_SAFE_INTEGER, share * resources.windowLength(r));
}

function meetsLimits(amount: Amount, { limits }: ResourceSupply, cls: CapacityClass): boolean {
  return (
    amount >= limits.min &&
    amount >= cls.limits.min &&
    amount % limits.step === 0 &&
    amount % cls.limits.step === 0
  );
}

const lastToDrop = (funnel: Funnel): StaticRule => funnel.dropped.at(-1)?.rule ?? "class";

/** Who may serve a shape. O(resources of the class): once per shape and declared state, never per decision. */
export class ShapeBook {
  private readonly byKey = new Map<string, Shape>();
  private readonly byClass = new Map<ClassId, { shapes: Shape[]; resources: number[] }>();
  /** Shapes each resource may serve, as they were last compiled: whom a freed resource wakes. */
  private readonly served: Shape[][] = [];

  constructor(
    private readonly resources: ResourceTable,
    private readonly world: World,
    private readonly digest: (text: string) => string,
    private readonly version: () => number,
  ) {}

  shape(key: string, claim: ClaimAsk): Shape {
    let shape = this.byKey.get(key);
    if (!shape) {
      this.byKey.set(key, (shape = new Shape(key, shapeFacts(claim))));
      this.ofClass(claim.classId).shapes.push(shape);
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

  ofClass(classId: ClassId): { readonly shapes: Shape[]; readonly resources: number[] } {
    let of = this.byClass.get(classId);
    if (!of) this.byClass.set(classId, (of = { shapes: [], resources: [] }));
    return of;
  }

  servedBy(r: number): readonly Shape[] {
    return this.served[r] ?? NONE;
  }

  /** The static rules let the resource serve the shape. O(rules). */
  couldServe(shape: Shape, r: number): boolean {
    return firstToDrop(this.resources.supplies[r]!, shape.facts, this.world) === -1;
  }

  /**
   * A resource is new or was declared otherwise: the shapes whose candidates may be others now. Where it was dropped
   * and is dropped, only the funnel's counts move, and nobody who waits is concerned.
   */
  redeclared(old: ResourceSupply | undefined, next: ResourceSupply): Shape[] {
    const concerned: Shape[] = [];
    for (const shape of this.ofClass(next.classId).shapes) {
      if (shape.state !== "compiled") continue;
      const was = old && firstToDrop(old, shape.facts, this.world);
      const is = firstToDrop(next, shape.facts, this.world);
      const wasDropped = old === undefined || (was !== undefined && was >= 0);
      if (!wasDropped || is === undefined || is < 0) {
        concerned.push(shape);
      } else if (was !== is) {
        const dropped = RULES.map(({ name }) => shape.funnel.dropped.find(({ rule }) => rule === name)?.count ?? 0);
        if (was !== undefined) dropped[was] = dropped[was]! - 1;
        dropped[is] = dropped[is]! + 1;
        this.setFunnel(shape, dropped, shape.funnel.left);
        // With nobody left, the funnel is what refuses.
        if (shape.funnel.left === 0) shape.edition += 1;
      }
    }
    return concerned;
  }

  /** Runs the rules over the resources of the class. False: policy answers are missing. */
  compile(shape: Shape): boolean {
    if (shape.state === "compiled") return true;
    const { resources } = this.ofClass(shape.facts.classId);
    const dropped = RULES.map(() => 0);
    const kept: { r: number; near: number; id: number }[] = [];
    let open = false;
    for (const r of resources) {
      const supply = this.resources.supplies[r]!;
      const at = firstToDrop(supply, shape.facts, this.world);
      if (at === undefined) open = true;
      else if (at >= 0) dropped[at] = dropped[at]! + 1;
      else {
        kept.push({ r, near: nearness(supply, shape.facts, this.world.divisions), id: supply.id });
      }
    }
    if (open) {
      shape.state = "open";
      return false;
    }
    kept.sort((a, b) => a.near - b.near || a.id - b.id);
    for (const r of shape.candidates) leave(this.served[r]!, shape);
    shape.candidates = kept.map((one) => one.r);
    shape.near = kept.map((one) => one.near);
    for (const r of shape.candidates) (this.served[r] ??= []).push(shape);
    this.setFunnel(shape, dropped, kept.length);
    shape.state = "compiled";
    shape.edition += 1;
    return true;
  }

  private setFunnel(shape: Shape, dropped: readonly number[], left: number): void {
    shape.funnel = {
      considered: left + dropped.reduce((sum, count) => sum + count, 0),
      dropped: RULES.flatMap(({ name }, at) => (dropped[at]! > 0 ? [{ rule: name, count: dropped[at]! }] : [])),
      left,
    };
    shape.hash = this.digest(JSON.stringify([shape.key, this.version(), shape.funnel]));
  }
}

const NONE: readonly Shape[] = [];

/** The index of the rule that drops the resource; -1: none does; undefined: an answer is missing. */
function firstToDrop(resource: ResourceSupply, facts: ShapeFacts, world: World): number | undefined {
  for (let at = 0; at < RULES.length; at += 1) {
    const keeps = RULES[at]!.keeps(resource, facts, world);
    if (keeps === undefined) return undefined;
    if (!keeps) return at;
  }
  return -1;
}

function leave(shapes: Shape[], shape: Shape): void {
  const at = shapes.indexOf(shape);
  if (at < 0) return;
  shapes[at] = shapes[shapes.length - 1]!;
  shapes.pop();
}
