import fc from "fast-check";
import { expect, test } from "vitest";
import type { LoanId, ResourceId } from "../../src/domain/id.js";
import { dayNumberOf, startOfDay } from "../../src/domain/instant.js";
import type { Batch, EngineEvent, ResourceSupply } from "../../src/scheduler/contract.js";
import { INDEXING } from "../../src/scheduler/fit.js";
import { stillGiven } from "../../src/scheduler/loans.js";
import { Books, Pool } from "../support/books.js";
import { feasible, impossibleStep } from "../support/brute-force.js";
import { acts, CLASSES, crowdedActs, evacuation, Player, supplies, type Act } from "../support/random-pool.js";

const RUNS = 100;
const SEED = 20260302;
/** Out of the way of those the player registers. */
const FIRST_DATED = 1_001;
const DAYS_TOLD = 3;

type LoanAct =
  | { readonly kind: "lend"; readonly at: number; readonly amount: number; readonly partial: boolean; readonly from: number; readonly days: number }
  | { readonly kind: "recall"; readonly at: number; readonly from: number }
  | { readonly kind: "part"; readonly at: number; readonly from: number; readonly amount: number }
  | { readonly kind: "compose"; readonly given: readonly { readonly at: number; readonly amount: number }[]; readonly days: number }
  | { readonly kind: "dissolve"; readonly at: number };

const loanActs = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("lend" as const), at: fc.nat({ max: 9 }), amount: fc.constantFrom(1, 2, 3), partial: fc.boolean(), from: fc.nat({ max: 2 }), days: fc.integer({ min: 1, max: 7 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("recall" as const), at: fc.nat({ max: 9 }), from: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("part" as const), at: fc.nat({ max: 9 }), from: fc.nat({ max: 3 }), amount: fc.constantFrom(1, 2) }) },
);

/** A task force is given several resources at once, each as far as it is free, and gives all of them back at once. */
const forceActs: fc.Arbitrary<LoanAct> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("compose" as const), given: fc.array(fc.record({ at: fc.nat({ max: 9 }), amount: fc.constantFrom(1, 2, 3) }), { minLength: 2, maxLength: 4 }), days: fc.integer({ min: 1, max: 7 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("dissolve" as const), at: fc.nat({ max: 5 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("recall" as const), at: fc.nat({ max: 9 }), from: fc.nat({ max: 3 }) }) },
);

const composed = fc.tuple(supplies, fc.oneof(acts, crowdedActs), fc.array(fc.tuple(fc.nat({ max: 40 }), forceActs), { minLength: 3, maxLength: 9 })).map(([resources, draws, forces]) => {
  const all: (Act | LoanAct)[] = [...draws];
  for (const [at, act] of forces) all.splice(at % (all.length + 1), 0, act);
  return [resources, all] as const;
});

const mixed = fc.tuple(supplies, fc.oneof(acts, crowdedActs), fc.array(fc.tuple(fc.nat({ max: 40 }), loanActs), { minLength: 2, maxLength: 8 })).map(([resources, draws, loans]) => {
  const all: (Act | LoanAct)[] = [...draws];
  for (const [at, act] of loans) all.splice(at % (all.length + 1), 0, act);
  return [resources, all] as const;
});

/** What was lent out, and what was borrowed, is drained as well. */
const drained = fc.tuple(mixed, fc.array(fc.tuple(fc.nat({ max: 50 }), evacuation), { minLength: 3, maxLength: 8 })).map(([[resources, draws], drains]) => {
  const all = [...draws];
  for (const [at, act] of drains) all.splice(at % (all.length + 1), 0, act);
  return [resources, all] as const;
});

interface Lent {
  readonly id: LoanId;
  readonly lender: ResourceId;
  readonly supply: ResourceSupply;
  readonly partial: boolean;
  /** In which it was to be lent, and which carry it. */
  readonly asked: readonly number[];
  periods: readonly number[];
  /** The first period that is the lender's again. */
  until: number;
  /** So much less of each period, from the first on. */
  readonly parts: { readonly from: number; readonly amount: number }[];
  /** Who backs it is away. */
  away: boolean;
}

/** A writer's part in it: which periods carry a loan, how far the borrower's window reaches, and that what is recalled goes back as it comes free. */
class Lending {
  private next = FIRST_DATED;
  readonly loans: Lent[] = [];
  /** What each task force was given, oldest first. */
  readonly forces: (readonly Lent[])[] = [];
  private readonly player: Player;

  constructor(
    readonly pool: Pool,
    resources: ConstructorParameters<typeof Player>[1],
  ) {
    this.player = new Player(pool, resources);
  }

  act(act: Act | LoanAct): void {
    const { pool } = this;
    if (act.kind === "lend") return this.lend(act);
    if (act.kind === "compose") {
      const before = this.loans.length;
      for (const { at, amount } of act.given) this.lend({ kind: "lend", at, amount, partial: true, from: 0, days: act.days }, `force-${this.forces.length}`);
      this.forces.push(this.loans.slice(before));
      return;
    }
    if (act.kind === "dissolve") {
      for (const loan of this.forceAt(act.at)) this.recall(loan, 0);
      return;
    }
    if (act.kind === "recall") {
      const loan = this.loans[act.at % Math.max(1, this.loans.length)];
      if (loan) this.recall(loan, act.from);
      return;
    }
    if (act.kind === "part") {
      const loan = this.loans[act.at % Math.max(1, this.loans.length)];
      if (loan) this.recallPart(loan, act.from, act.amount);
      return;
    }
    if (act.kind === "redeclare" && pool.books.resources.size === 0) return;
    const before = pool.books.now;
    if (act.kind === "hours") {
      // The player moves the windows of what it declared.
      const dated = this.loans.filter(({ supply }) => pool.books.resources.has(supply.id));
      for (const { supply } of dated) pool.books.resources.delete(supply.id);
      this.player.act(act);
      for (const loan of dated) pool.books.resources.set(loan.supply.id, this.supplyOf(loan));
      pool.say({ kind: "window", windows: dated.map((loan) => ({ resource: loan.supply.id, capacity: this.supplyOf(loan).capacity })) });
      for (const loan of dated) pool.say(this.back(loan));
      expect(pool.books.now).toBeGreaterThan(before);
      return;
    }
    this.player.act(act);
    const drained = act.kind === "evacuate" ? this.player.lastEvacuated : undefined;
    if (!drained) return;
    // Who is away serves nobody, borrowers neither.
    for (const loan of this.loans.filter(({ lender, supply }) => lender === drained.resource && pool.books.resources.has(supply.id))) {
      loan.away = true;
      pool.say({ kind: "resources", resources: [this.supplyOf(loan)] }, { kind: "evacuated", resources: [{ resource: loan.supply.id, from: drained.from, to: null, whatFitsStays: false }], ground: `drain:${loan.id}` });
    }
  }

  forceAt(at: number): readonly Lent[] {
    return this.forces[at % Math.max(1, this.forces.length)] ?? [];
  }

  private recall(loan: Lent, from: number): void {
    const { pool } = this;
    if (!pool.books.resources.has(loan.supply.id)) return;
    const perDay = loan.supply.classId === "staff.slot" ? 48 : 1;
    loan.until = Math.min(loan.until, (dayNumberOf(pool.books.now) + from) * perDay);
    pool.say({ kind: "resources", resources: [this.supplyOf(loan)] }, this.back(loan));
  }

  /** The rest stays; what does not fit into it any more goes elsewhere. */
  private recallPart(loan: Lent, from: number, amount: number): void {
    const { pool } = this;
    const keeps = loan.parts.reduce((left, part) => left - part.amount, loan.supply.loaned!) - amount;
    if (!pool.books.resources.has(loan.supply.id) || loan.until !== Infinity || keeps < Math.max(1, loan.supply.limits.min)) return;
    const perDay = loan.supply.classId === "staff.slot" ? 48 : 1;
    const day = dayNumberOf(pool.books.now) + from;
    loan.parts.push({ from: day * perDay, amount });
    pool.say({ kind: "resources", resources: [this.supplyOf(loan)] }, this.back(loan), { kind: "evacuated", resources: [{ resource: loan.supply.id, from: startOfDay(day), to: null, whatFitsStays: true }], ground: `loan:${loan.id}` });
  }

  keeps(loan: Lent, period: number): number {
    return period >= loan.until ? 0 : loan.parts.reduce((left, part) => (part.from <= period ? left - part.amount : left), loan.supply.loaned!);
  }

  private lentIn(loan: Lent, period: number): number {
    return this.pool.books.balances.get(`${loan.supply.id}/${period}`)?.borrowed ?? 0;
  }

  /** What the engine answered, durable: a partial loan is carried by the periods that had something. */
  decide(): Batch[] {
    const batches = this.pool.decide();
    for (const move of batches.flatMap(({ loans }) => loans)) if (move.kind === "lent") this.loans.find(({ id }) => id === move.loan)!.periods = move.amounts.map(({ period }) => period);
    const reduced = this.loans.filter((loan) => loan.parts.length > 0 && this.pool.books.resources.has(loan.supply.id));
    // The engine has said so to itself; the tables say it to whoever starts anew.
    for (const loan of reduced) this.pool.books.resources.set(loan.supply.id, this.supplyOf(loan));
    const closed = new Set(batches.flatMap(({ closings }) => closings.map(({ allocation }) => allocation.resource)));
    const freed = reduced.filter(({ supply }) => closed.has(supply.id)).map((loan) => this.back(loan));
    if (freed.length === 0) return batches;
    this.pool.say(...freed);
    return [...batches, ...this.decide()];
  }

  private lend({ at, amount, partial, from, days }: LoanAct & { kind: "lend" }, borrower?: string): void {
    const { books } = this.pool;
    const own = [...books.resources.values()].filter(({ id, classId, loaned }) => id < FIRST_DATED && loaned === undefined && (classId === CLASSES[0]!.id || classId === CLASSES[1]!.id));
    const lender = own[at % Math.max(1, own.length)];
    if (!lender || lender.capacity === "unlimited") return;
    const perDay = lender.classId === "staff.slot" ? 48 : 1;
    const first = (dayNumberOf(books.now) + from) * perDay;
    const { capacity } = lender;
    // A calendar that goes on beyond the window as it began.
    const period = perDay === 48 ? 48 : 3;
    const gives = (p: number): number => {
      const o = p - capacity.first;
      return lender.offered ? (capacity.amounts[o < capacity.amounts.length ? o : o % Math.min(period, capacity.amounts.length)] ?? 0) : 0;
    };
    const periods = Array.from({ length: days * perDay }, (_, n) => first + n).filter((p) => gives(p) > 0 && p >= capacity.first);
    const id = this.next as ResourceId;
    const unitId = borrower ?? (lender.unitId === "north" ? "south" : "north");
    const supply = { ...lender, id, unitId: unitId as ResourceSupply["unitId"], generation: 1, loaned: amount };
    const loan: Lent = { id: this.next as number as LoanId, lender: lender.id, supply, partial, asked: periods, periods, until: Infinity, parts: [], away: false };
    this.next += 1;
    this.loans.push(loan);
    this.pool.say({ kind: "lent", loan: loan.id, lender: lender.id, borrower: this.supplyOf(loan), partial, periods: periods.map((p) => ({ period: p, capacity: gives(p) })) });
  }

  private back(loan: Lent): EngineEvent {
    const to = { kind: "returned", loan: loan.id, lender: loan.lender, borrower: loan.supply.id, amount: loan.supply.loaned! } as const;
    if (loan.parts.length === 0) return { ...to, periods: loan.periods.filter((p) => p >= loan.until) };
    const parts = loan.periods.map((p) => ({ period: p, lent: this.lentIn(loan, p), keeps: this.keeps(loan, p) })).filter(({ lent, keeps }) => keeps < lent);
    return { ...to, periods: parts.map(({ period }) => period), parts };
  }

  private supplyOf(loan: Lent): ResourceSupply {
    const perDay = loan.supply.classId === "staff.slot" ? 48 : 1;
    const first = dayNumberOf(this.pool.books.now) * perDay;
    const carried = new Set(loan.periods.filter((p) => p < loan.until));
    const gives = (p: number): number => (loan.parts.length === 0 ? loan.supply.loaned! : stillGiven(loan.supply.loaned!, this.lentIn(loan, p), this.keeps(loan, p)));
    const amounts = Array.from({ length: DAYS_TOLD * perDay }, (_, n) => (carried.has(first + n) && !loan.away ? gives(first + n) : 0));
    const peak = Math.max(0, ...[...carried].map((p) => (p >= first ? this.keeps(loan, p) : 0)));
    return { ...loan.supply, capacity: { first, amounts, peak } };
  }
}

const newPool = (draws: readonly unknown[], perTurn = 1_000): Pool => new Pool(perTurn, new Books(), draws.length % 2 === 0 ? INDEXING : { scanMax: 1, heapMin: 1, heapShare: 2 });

/** By loan and period: what the borrower has of it is what the lender gave, and together they have what they had. */
function conserved(lending: Lending): number {
  const { books } = lending.pool;
  let lent = 0;
  const given = new Map<string, number>();
  for (const loan of lending.loans) {
    for (const period of loan.periods) {
      const balance = books.balances.get(`${loan.supply.id}/${period}`);
      if (!balance) continue;
      const { borrowed, held, settled } = balance;
      expect(held + settled).toBeLessThanOrEqual(borrowed);
      expect(borrowed).toBeLessThanOrEqual(loan.supply.loaned!);
      given.set(`${loan.lender}/${period}`, (given.get(`${loan.lender}/${period}`) ?? 0) + borrowed);
      lent += borrowed;
    }
  }
  for (const [key, balance] of books.balances) {
    const [resource] = key.split("/").map(Number) as [ResourceId];
    if (resource < FIRST_DATED) expect([key, balance.lent, balance.borrowed]).toEqual([key, given.get(key) ?? 0, 0]);
    else {
      const loan = lending.loans.find(({ supply }) => supply.id === resource)!;
      expect(balance.lent).toBe(0);
      if (balance.borrowed > 0) expect(loan.periods).toContain(Number(key.split("/")[1]));
    }
  }
  return lent;
}

/** Of a loan of which a part was recalled the borrower has what stays, or what is in use above it; and of neither anything more is free. How often it was less than lent. */
function keptAfterParts(lending: Lending): number {
  const { books } = lending.pool;
  let seen = 0;
  for (const loan of lending.loans) {
    if (loan.parts.length === 0 || !books.resources.has(loan.supply.id)) continue;
    const perDay = loan.supply.classId === "staff.slot" ? 48 : 1;
    for (const period of loan.periods.filter((p) => p >= (dayNumberOf(books.now) + 1) * perDay)) {
      const balance = books.balances.get(`${loan.supply.id}/${period}`);
      const keeps = lending.keeps(loan, period);
      if (!balance || balance.borrowed === 0 || keeps === loan.supply.loaned) continue;
      expect(balance.borrowed).toBeLessThanOrEqual(Math.max(keeps, balance.held + balance.settled));
      if (balance.borrowed <= keeps) seen += 1;
    }
  }
  return seen;
}

test("whatever is lent, recalled, returned, drained or expires: sums are conserved in every period, nothing is above what there is, nothing outlives its term", () => {
  let lent = 0;
  let refused = 0;
  let returned = 0;
  let onLoans = 0;
  let moved = 0;
  let inPart = 0;
  let reduced = 0;
  fc.assert(
    fc.property(drained, ([resources, draws]) => {
      const pool = newPool(draws);
      const lending = new Lending(pool, resources);
      for (const draw of draws) {
        lending.act(draw);
        for (const batch of lending.decide()) {
          moved += batch.requeued.filter(({ movedFor }) => movedFor?.startsWith("drain:") === true).length;
          for (const move of batch.loans) {
            if (move.kind === "lent") {
              lent += 1;
              const loan = lending.loans.find(({ id }) => id === move.loan)!;
              const whole = move.amounts.length === loan.asked.length && move.amounts.every(({ amount }) => amount === loan.supply.loaned);
              if (!whole) inPart += 1;
              expect(whole || loan.partial).toBe(true);
              for (const { amount } of move.amounts) expect(amount).toBeGreaterThanOrEqual(Math.min(loan.supply.loaned!, loan.supply.limits.min));
            }
            else if (move.kind === "refused") refused += 1;
            else returned += 1;
          }
          for (const decision of batch.decisions) {
            if (decision.outcome !== "granted") continue;
            for (const { resource, period } of decision.allocations) {
              if (resource < FIRST_DATED) continue;
              onLoans += 1;
              const loan = lending.loans.find(({ supply }) => supply.id === resource)!;
              expect(loan.periods).toContain(period);
              expect(period).toBeLessThan(loan.until);
            }
          }
        }
        conserved(lending);
        reduced += keptAfterParts(lending);
      }
    }),
    { numRuns: 2 * RUNS, seed: SEED },
  );
  expect(Math.min(lent, refused, returned, onLoans, moved, inPart, reduced)).toBeGreaterThan(5);
});

test("whatever is composed, recalled and dissolved: members and task forces together have what members had, and what is dissolved keeps only what is in use", () => {
  let given = 0;
  let inUse = 0;
  let back = 0;
  fc.assert(
    fc.property(composed, ([resources, draws]) => {
      const pool = newPool(draws);
      const lending = new Lending(pool, resources);
      for (const draw of draws) {
        lending.act(draw);
        for (const move of lending.decide().flatMap(({ loans }) => loans)) {
          if (move.kind === "lent") given += 1;
          if (move.kind === "returned") back += 1;
        }
        conserved(lending);
        if (draw.kind !== "dissolve") continue;
        for (const { supply, periods } of lending.forceAt(draw.at)) {
          const perDay = supply.classId === "staff.slot" ? 48 : 1;
          // Of today some half-hours may be over: nobody can have those back.
          for (const period of periods.filter((p) => p >= (dayNumberOf(pool.books.now) + (perDay === 48 ? 1 : 0)) * perDay)) {
            const balance = pool.books.balances.get(`${supply.id}/${period}`);
            if (!balance || !pool.books.resources.has(supply.id)) continue;
            expect(balance.borrowed).toBe(balance.held + balance.settled);
            if (balance.borrowed > 0) inUse += 1;
          }
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Math.min(given, back, inUse)).toBeGreaterThan(5);
});

test("what is lent is used: nobody waits for what the borrower has of it, and nobody is refused for what a loan could give", () => {
  let waited = 0;
  fc.assert(
    fc.property(mixed, ([resources, draws]) => {
      const pool = newPool(draws);
      const lending = new Lending(pool, resources);
      for (const draw of draws) {
        // Nothing is kept for anybody, and nobody goes by acceptance.
        if (draw.kind === "prioritise") continue;
        lending.act(draw.kind === "submit" ? { ...draw, due: Math.abs(draw.due), ground: "none", claims: draw.claims.slice(0, 1).map((claim) => ({ ...claim, cls: claim.cls % 2 })) } : draw);
        for (const { decisions } of lending.decide()) {
          for (const { outcome, step } of decisions) if (outcome === "refused") expect(impossibleStep(pool.books, pool.books.steps.get(step)!.ask)).toBe(true);
        }
        const reserved = pool.engine.reservations().length > 0;
        for (const { ask, state } of pool.books.steps.values()) {
          if (state !== "waiting" || reserved) continue;
          waited += 1;
          expect(feasible(pool.books, ask)).toBe(false);
        }
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(waited).toBeGreaterThan(100);
});

test("a restart from the books at any point changes nothing of what becomes of loans and steps", () => {
  fc.assert(
    fc.property(mixed, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), ([resources, draws], restarts) => {
      const run = (restart: boolean, perTurn: number): unknown => {
        const pool = newPool(draws, perTurn);
        const lending = new Lending(pool, resources);
        return draws.map((draw, at) => {
          if (restart && restarts[at]) pool.restart();
          lending.act(draw);
          return effects(lending.decide());
        });
      };
      const once = run(false, 1_000);
      expect(run(true, 1_000)).toEqual(once);
      expect(run(false, 1)).toEqual(once);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

const effects = (batches: readonly Batch[]): unknown => ({
  decisions: batches.flatMap(({ decisions }) => decisions).sort((a, b) => a.step - b.step || a.attempt - b.attempt),
  // What one claim has of several resources at one time has no order.
  closings: batches.flatMap(({ closings }) => closings).map((closing) => JSON.stringify(closing)).sort(),
  requeued: batches.flatMap(({ requeued }) => requeued),
  loans: batches.flatMap(({ loans }) => loans),
});
