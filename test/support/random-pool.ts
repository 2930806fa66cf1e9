import fc from "fast-check";
import type { ClassId, DivisionCode, RequestId, ResourceId, StepId, TraitId, UnitId } from "../../src/domain/id.js";
import { CHINA_OFFSET_MS, DAY_MS, HALF_HOUR_MS, type Instant } from "../../src/domain/instant.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import { periodAt, periodStart } from "../../src/domain/pool/period.js";
import { PLAIN_CLAIM, PLAIN_STEP, type Barred, type CapacityWindow, type ClaimAsk, type EngineEvent, type Priority, type ResourceSupply, type StepAsk } from "../../src/scheduler/contract.js";
import type { Pool } from "./books.js";

/*
 * Small pools and what happens to them, drawn by fast-check. An act names its objects by number, so that any
 * sequence of acts makes sense in any pool.
 */

/** 2026-03-02, a Monday, eight in the morning. */
const MORNING: Instant = Date.UTC(2026, 2, 2) - CHINA_OFFSET_MS + 16 * HALF_HOUR_MS;
const WINDOW_DAYS = 3;

const cls = (id: string, rest: Partial<CapacityClass>): CapacityClass => ({
  id: id as ClassId,
  kind: id.split(".")[0] as CapacityClass["kind"],
  names: { zh: id, en: id },
  measure: "minute",
  period: "day",
  horizonDays: null,
  per: "unit",
  lend: "none",
  act: "assisting",
  consumable: false,
  limits: { min: 1, max: 6, step: 1 },
  source: null,
  generation: 1,
  ...rest,
});

export const CLASSES = [
  cls("staff.day", {}),
  cls("staff.slot", { period: "slot" }),
  cls("material.stock", { period: "none", consumable: true }),
  cls("function.gate", { period: "none", act: "deciding" }),
  cls("material.pieces", { period: "none" }),
];
const UNITS = ["north", "south"] as const;
const PLACES = { north: "522301", south: "522302" } as const;

interface ResourceDraw {
  readonly cls: number;
  readonly unit: 0 | 1;
  readonly amount: number;
  readonly wide: boolean;
  readonly trait: boolean;
  readonly step: 1 | 2;
  readonly closed: boolean;
  /** Of what it gives, so much is away. */
  readonly away?: number;
}

interface ClaimDraw {
  readonly cls: number;
  readonly amount: number;
  readonly own: boolean;
  readonly trait: boolean;
  readonly slots: number;
  readonly spread: boolean;
  readonly together: boolean;
  readonly tomorrow: boolean;
  readonly count: number;
  /** 1: with the others of the step that say so, from one unit; 2: from one resource. */
  readonly same: 0 | 1 | 2;
}

type Ground = "none" | "old-age" | "flood";

export const PRIORITIES: Readonly<Record<Ground, Priority | null>> = {
  none: null,
  "old-age": { ground: "old-age", advanceMs: 30 * 3_600_000 },
  flood: { ground: "flood", advanceMs: Infinity },
};

export type Act =
  | { readonly kind: "submit"; readonly unit: 0 | 1; readonly due: number; readonly ground: Ground; readonly officers: readonly number[]; readonly claims: readonly ClaimDraw[] }
  | { readonly kind: "start" | "drop"; readonly at: number }
  | { readonly kind: "end"; readonly at: number; readonly used: number }
  | { readonly kind: "hours"; readonly hours: number }
  | { readonly kind: "redeclare"; readonly at: number; readonly draw: ResourceDraw; readonly offered: boolean }
  | { readonly kind: "register"; readonly draw: ResourceDraw }
  | { readonly kind: "evacuate"; readonly at: number; readonly left: number; readonly days: number }
  | { readonly kind: "policy"; readonly denied: 0 | 1 | 2 }
  | { readonly kind: "bar"; readonly at: number; readonly officers: readonly number[] }
  | { readonly kind: "delegate"; readonly from: 0 | 1; readonly cls: number; readonly begins: number; readonly lasts: number }
  | { readonly kind: "undelegate" }
  | { readonly kind: "prioritise"; readonly at: number; readonly ground: Ground }
  | { readonly kind: "commitFails" };

const resourceDraw: fc.Arbitrary<ResourceDraw> = fc.record({
  cls: fc.nat({ max: 3 }),
  unit: fc.constantFrom(0, 1),
  amount: fc.constantFrom(0, 1, 2, 3, 4, 5, 5),
  wide: fc.constantFrom(true, true, false),
  trait: fc.constantFrom(true, true, false),
  step: fc.constantFrom(1, 1, 2),
  closed: fc.boolean(),
});

const claimDraw: fc.Arbitrary<ClaimDraw> = fc.record({
  cls: fc.nat({ max: 3 }),
  amount: fc.constantFrom(1, 1, 2, 2, 3, 4, 7),
  own: fc.constantFrom(false, false, false, true),
  trait: fc.constantFrom(false, false, true),
  slots: fc.constantFrom(1, 1, 2, 3),
  spread: fc.constantFrom(false, false, false, true),
  together: fc.boolean(),
  tomorrow: fc.constantFrom(false, false, false, true),
  count: fc.constantFrom(1, 1, 1, 1, 2),
  same: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
});

/** Resources whose officers take no part; mostly nobody. */
const officers: fc.Arbitrary<readonly number[]> = fc.oneof({ weight: 3, arbitrary: fc.constant<readonly number[]>([]) }, { weight: 1, arbitrary: fc.array(fc.nat({ max: 8 }), { minLength: 1, maxLength: 4 }) });

const ground = fc.constantFrom<Ground[]>("none", "none", "none", "none", "none", "old-age", "flood");

/** Of some resource nothing, or little, is left from today or tomorrow on. */
export const evacuation = fc.record({ kind: fc.constant("evacuate" as const), at: fc.nat({ max: 9 }), left: fc.constantFrom(0, 0, 0, 1, 2), days: fc.nat({ max: 1 }) });

export const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("submit" as const),
        unit: fc.constantFrom(0 as const, 1 as const),
        // Some were due before they came.
        due: fc.constantFrom(0, 1, 2, -11, -12),
        ground,
        officers,
        claims: fc.array(claimDraw, { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("start" as const, "drop" as const), at: fc.nat({ max: 40 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("end" as const), at: fc.nat({ max: 40 }), used: fc.nat({ max: 7 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("hours" as const), hours: fc.integer({ min: 1, max: 30 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("redeclare" as const), at: fc.nat({ max: 9 }), draw: resourceDraw, offered: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("register" as const), draw: resourceDraw }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("policy" as const), denied: fc.constantFrom(0 as const, 1 as const, 2 as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("prioritise" as const), at: fc.nat({ max: 40 }), ground }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("bar" as const), at: fc.nat({ max: 40 }), officers }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("delegate" as const),
        from: fc.constantFrom(0 as const, 1 as const),
        cls: fc.nat({ max: 3 }),
        begins: fc.nat({ max: 20 }),
        lasts: fc.integer({ min: 1, max: 40 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("undelegate" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("commitFails" as const) }) },
  ),
  { minLength: 8, maxLength: 30, size: "max" },
);

export const supplies: fc.Arbitrary<ResourceDraw[]> = fc.array(resourceDraw, { minLength: 5, maxLength: 9, size: "max" });

/*
 * A crowd: many ask for little of the same few things, so that lines are long, people are passed, things are kept for
 * overdue steps and emergencies move others.
 */
const CROWDED = [0, 4, 4, 3];

export const crowdedSupplies: fc.Arbitrary<ResourceDraw[]> = fc.array(
  fc.record({
    cls: fc.constantFrom(...CROWDED),
    unit: fc.constantFrom(0 as const, 0 as const, 1 as const),
    amount: fc.constantFrom(3, 4, 5),
    wide: fc.constant(true),
    trait: fc.constant(true),
    step: fc.constant(1 as const),
    closed: fc.boolean(),
  }),
  { minLength: 3, maxLength: 5 },
);

const crowdedClaim: fc.Arbitrary<ClaimDraw> = fc.record({
  cls: fc.constantFrom(...CROWDED),
  amount: fc.constantFrom(1, 1, 2, 2, 3, 4),
  own: fc.constant(false),
  trait: fc.constant(false),
  slots: fc.constant(1),
  spread: fc.constantFrom(false, false, false, false, true),
  together: fc.constant(false),
  tomorrow: fc.constant(false),
  count: fc.constant(1),
  same: fc.constant(0 as const),
});

export const crowdedActs: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("submit" as const),
        unit: fc.constantFrom(0 as const, 0 as const, 1 as const),
        due: fc.constantFrom(0, 1, 2, -11, -12),
        ground,
        officers: fc.constant<readonly number[]>([]),
        claims: fc.array(crowdedClaim, { minLength: 1, maxLength: 2 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("start" as const, "drop" as const), at: fc.nat({ max: 40 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("end" as const), at: fc.nat({ max: 40 }), used: fc.nat({ max: 7 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("hours" as const), hours: fc.integer({ min: 1, max: 30 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("prioritise" as const), at: fc.nat({ max: 40 }), ground }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("commitFails" as const) }) },
  ),
  { minLength: 12, maxLength: 40, size: "max" },
);

/** Plays draws on a pool. Two players given the same draws say the same things. */
export class Player {
  private nextResource = 1;
  private nextStep = 1;
  private nextDelegation = 0;
  private drains = 0;
  /** Of the last evacuation, if it was one of something that gives amounts. */
  lastEvacuated: { readonly resource: ResourceId; readonly from: Instant } | undefined;
  private readonly draws = new Map<ResourceId, ResourceDraw>();
  private denied = 0;

  constructor(
    readonly pool: Pool,
    resources: readonly ResourceDraw[],
  ) {
    const { books } = pool;
    books.now = MORNING;
    books.allows = (q) => {
      if (this.denied === 0) return true;
      return this.denied === 1 ? q.resourceUnit === q.claimUnit : !(q.resourceUnit === "south" && q.classId === "staff.day");
    };
    pool.say({ kind: "classes", classes: CLASSES });
    pool.say({ kind: "resources", resources: resources.map((draw) => this.draw(draw)) });
  }

  act(act: Act): void {
    const { pool } = this;
    switch (act.kind) {
      case "submit":
        pool.say({ kind: "ready", steps: [this.step(act)] });
        break;
      case "start": {
        const step = this.pick(act.at);
        if (step && pool.books.steps.get(step)!.state === "holding") pool.say({ kind: "started", step });
        break;
      }
      case "drop": {
        const step = this.pick(act.at);
        if (step) pool.say({ kind: "dropped", steps: [step] });
        break;
      }
      case "end": {
        const step = this.pick(act.at);
        if (step) pool.say(this.ended(step, act.used));
        break;
      }
      case "hours":
        pool.books.now += act.hours * 2 * HALF_HOUR_MS;
        pool.say({ kind: "tick" }, this.windows());
        break;
      case "redeclare": {
        const id = (1 + (act.at % (this.nextResource - 1))) as ResourceId;
        const old = pool.books.resources.get(id)!;
        // A resource keeps its class.
        const draw = { ...act.draw, cls: this.draws.get(id)!.cls };
        pool.say({ kind: "resources", resources: [{ ...this.supply(id, draw), offered: act.offered, generation: old.generation + 1 }] });
        break;
      }
      case "evacuate":
        this.evacuate(act);
        break;
      case "register":
        pool.say({ kind: "resources", resources: [this.draw(act.draw)] });
        break;
      case "policy":
        this.denied = act.denied;
        pool.say({ kind: "policy", version: pool.books.policyVersion + 1 });
        break;
      case "bar": {
        const step = this.pick(act.at);
        if (step) pool.say({ kind: "barred", steps: [{ step, barred: this.barred(act.officers) }] });
        break;
      }
      case "delegate": {
        const from = UNITS[act.from] as UnitId;
        const to = UNITS[1 - act.from] as UnitId;
        const validFrom = pool.books.now + act.begins * 2 * HALF_HOUR_MS;
        const made = { chain: [(this.nextDelegation += 1)], from, to, classId: CLASSES[act.cls]!.id, validFrom, validTo: validFrom + act.lasts * 2 * HALF_HOUR_MS };
        pool.say({ kind: "delegations", delegations: [...pool.books.delegations, made] });
        break;
      }
      case "undelegate":
        pool.say({ kind: "delegations", delegations: pool.books.delegations.slice(1) }, { kind: "tick" });
        break;
      case "prioritise": {
        const step = this.pick(act.at);
        if (step) pool.say({ kind: "prioritised", steps: [{ step, priority: PRIORITIES[act.ground] }] });
        break;
      }
      case "commitFails":
        pool.failCommits += 1;
        break;
    }
  }

  /** From some day on the resource gives less, or nothing, and who has no place there any more goes. */
  private evacuate({ at, left, days }: Act & { kind: "evacuate" }): void {
    const { pool } = this;
    this.lastEvacuated = undefined;
    const id = (1 + (at % (this.nextResource - 1))) as ResourceId;
    const draw = this.draws.get(id)!;
    const old = pool.books.resources.get(id)!;
    if (old.capacity === "unlimited" || CLASSES[draw.cls]!.kind === "function") return;
    const supply = { ...this.supply(id, { ...draw, away: Math.max(0, draw.amount - left) }), offered: old.offered, generation: old.generation + 1 };
    const from = periodStart("day", periodAt("day", pool.books.now) + days);
    this.drains += 1;
    this.lastEvacuated = { resource: id, from: Math.max(from, pool.books.now) };
    pool.say({ kind: "resources", resources: [supply] }, { kind: "evacuated", resources: [{ resource: id, from: Math.max(from, pool.books.now), to: null, whatFitsStays: left > 0 }], ground: `drain:${this.drains}` });
  }

  /** By resource id, each once. */
  private barred(officers: readonly number[]): Barred[] {
    const ids = new Set(officers.map((at) => 1 + (at % (this.nextResource - 1))));
    return [...ids].sort((a, b) => a - b).map((id) => ({ resource: id as ResourceId, ground: "recusal" }));
  }

  private pick(at: number): StepId | undefined {
    const open = [...this.pool.books.steps.values()].filter(({ state }) => state !== "gone").map(({ ask }) => ask.id);
    return open.length === 0 ? undefined : open.sort((a, b) => a - b)[at % open.length];
  }

  private ended(step: StepId, used: number): EngineEvent {
    const { ask } = this.pool.books.steps.get(step)!;
    return { kind: "ended", step, settle: used > 5 ? [] : ask.claims.map((_, at) => ({ claim: claimIdOf(step, at), amount: used })) };
  }

  private windows(): EngineEvent {
    const windows = [...this.pool.books.resources.values()].map(({ id }) => ({
      resource: id,
      capacity: this.window(this.draws.get(id)!),
    }));
    return { kind: "window", windows };
  }

  private draw(draw: ResourceDraw): ResourceSupply {
    return this.supply(this.nextResource++ as ResourceId, draw);
  }

  private supply(id: ResourceId, draw: ResourceDraw): ResourceSupply {
    this.draws.set(id, draw);
    const unit = UNITS[draw.unit];
    return {
      id,
      unitId: unit as UnitId,
      classId: CLASSES[draw.cls]!.id,
      traits: (draw.trait ? ["seal"] : []) as TraitId[],
      jurisdiction: [draw.wide ? "522300" : PLACES[unit]] as DivisionCode[],
      unitDivision: PLACES[unit] as DivisionCode,
      limits: { min: 1, max: 5, step: draw.step },
      earmark: null,
      offered: true,
      automated: false,
      generation: 1,
      capacity: this.window(draw),
    };
  }

  private window(draw: ResourceDraw): CapacityWindow {
    const amount = draw.amount - (draw.away ?? 0);
    // What is away comes back: its best day stays what it was.
    const peak = draw.amount;
    const { now } = this.pool.books;
    switch (CLASSES[draw.cls]!.id) {
      case "function.gate":
        // Some gates have a number set by law.
        return draw.closed ? { first: 0, amounts: [amount * 2], peak: amount * 2 } : "unlimited";
      case "material.pieces":
        return { first: 0, amounts: [amount], peak };
      case "material.stock":
        return { first: 0, amounts: [amount * 3], peak: peak * 3 };
      case "staff.day": {
        const first = periodAt("day", now);
        // Closed every third day.
        const amounts = Array.from({ length: WINDOW_DAYS }, (_, at) => (draw.closed && (first + at) % 3 === 0 ? 0 : amount));
        return { first, amounts, peak };
      }
      default: {
        const first = periodAt("day", now) * 48;
        // Ten to noon, with a break when closed.
        const amounts = Array.from({ length: 2 * 48 }, (_, at) => {
          const halfHour = at % 48;
          return halfHour >= 20 && halfHour < 24 && !(draw.closed && halfHour === 21) ? amount : 0;
        });
        return { first, amounts, peak };
      }
    }
  }

  /** What the act asks, under an id of its own. */
  step({ unit, due, ground, claims, officers: out }: Act & { kind: "submit" }): StepAsk {
    const { now } = this.pool.books;
    const id = this.nextStep++ as StepId;
    return {
      id,
      requestId: id as number as RequestId,
      attempt: 1,
      arrivedAt: now,
      dueAt: MORNING + (10 + due) * DAY_MS,
      expectedMinutes: 60,
      ...PLAIN_STEP,
      priority: PRIORITIES[ground],
      barred: this.barred(out),
      claims: claims.map((claim): ClaimAsk => ({
        ...PLAIN_CLAIM,
        classId: CLASSES[claim.cls]!.id,
        amount: claim.amount,
        traits: (claim.trait ? ["seal"] : []) as TraitId[],
        scope: claim.own ? "competent" : "pool",
        division: PLACES[UNITS[unit]] as DivisionCode,
        unitId: UNITS[unit] as UnitId,
        together: claim.together,
        slots: claim.slots,
        spread: claim.spread,
        count: claim.count,
        sameUnit: claim.same === 1 ? 1 : null,
        sameResource: claim.same === 2 ? 1 : null,
        purpose: null,
        earliest: claim.tomorrow ? now + DAY_MS : null,
      })),
    };
  }
}
