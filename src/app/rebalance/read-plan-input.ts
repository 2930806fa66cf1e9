import type { UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, type DayNumber, type Instant } from "../../domain/instant.js";
import type { Unit } from "../../domain/org/unit.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { Quota } from "../../domain/quota/quota.js";
import type { PlanClass, PlanInput, PlanUnit } from "../../domain/rebalance/plan-input.js";
import { stretches } from "../../domain/rebalance/loan.js";
import type { PlanGoal } from "../../domain/rebalance/plan.js";
import { driftOf, leastPerDay, spareOf, type AskedLately } from "../../domain/rebalance/prudence.js";
import type { TraitsOffered } from "../ports/resource.js";
import type { Reading } from "../ports/store.js";
import { horizonOf, readOutlook, type Outlook, type OutlookCell } from "./read-outlook.js";

/** A plan looks four weeks ahead, and begins when somebody had a day to consent and another to approve. */
export const PLAN_DAYS = 28;
const LEAD_DAYS = 2;
export const OUTLOOK_DAYS = LEAD_DAYS + PLAN_DAYS;
/** Loans of two or four weeks; whoever ended or began one of a class rests a week. */
const TERMS_DAYS = [14, 28] as const;
const COOL_DOWN_DAYS = 7;
/** A move must save half as much again as it disturbs; any move disturbs by half a case that is late for a day. */
const WORTH_PERCENT = 150;
const PER_MOVE = 10;
/** Of a thousand cases that wait, so many moves in a week; a small pool may make a few. */
const MOVES_PER_THOUSAND = 18;
const MOVES_LEAST = 4;
const MOVES_MOST = 60;
/** Points of a goal's weight of one: a case late for a day, one that waits for a day, one asked beyond an even load. */
const POINTS = 2;
/** Points for each case that is handed over: within a county, to the same line of another, to anybody; what is carried costs more than a file. */
const HANDING = { near: 0.02, line: 0.05, far: 0.1 } as const;
const CARRYING = 10;
/** Of officers' time loans are half-hours, and less than an hour a day is worth nobody's trouble. */
const MINUTES = { step: 30, least: 60 } as const;
/** Of what a unit has, the most that may come to it. */
const BORROWED_MOST = 2;
/** Where nothing waits that would say it. */
const CASE_MINUTES = 30;
const PATIENCE_DAYS = 5;
const ENDED_MAX = 200;
const OPEN_MAX = 200;
const HALF_HOURS = 48;

/** Loans that stand, that open plans would make, or that ended lately. */
interface KnownLoan {
  readonly classId: string;
  readonly lender: UnitId;
  readonly borrower: UnitId;
  readonly amount: number;
  readonly from: DayNumber;
  readonly to: DayNumber;
  /** Within what the books say of capacity already. */
  readonly booked: boolean;
}

export interface PlanGround {
  readonly input: PlanInput;
  /** Cases that wait, of classes that may be lent. */
  readonly waiting: number;
}

/** Everything a plan is made from, as the pool is now. What other plans that are open propose counts as made: nothing is proposed twice. */
export async function readPlanInput(reading: Reading, now: Instant, goal: PlanGoal): Promise<PlanGround> {
  const today = dayNumberOf(now);
  return planGround({
    today,
    goal,
    outlook: await readOutlook(reading, now, OUTLOOK_DAYS),
    units: new Map((await reading.units.all()).filter(({ state, kind }) => state === "active" && kind !== "supplier").map((one) => [one.id, one])),
    quotas: await reading.quotas.all(),
    known: await knownLoans(reading, now, today),
    halfHours: halfHoursOf((await horizonOf(reading, now)).supplyDays({ from: today, to: today + OUTLOOK_DAYS - 1 })),
    classes: await reading.classes.all(),
    traits: await reading.resources.traitsOffered(),
  });
}

export interface GroundOfPlan {
  readonly today: DayNumber;
  readonly goal: PlanGoal;
  readonly outlook: Outlook;
  readonly units: ReadonlyMap<UnitId, PlanUnitOf>;
  readonly quotas: readonly Pick<Quota, "unitId" | "classId" | "lendingLimit">[];
  readonly known: readonly KnownLoan[];
  /** Open half-hours of each day from today on. */
  readonly halfHours: readonly number[];
  readonly classes: readonly CapacityClass[];
  /** What the resources of a class at a unit can do: one row for each kind of them. */
  readonly traits: readonly TraitsOffered[];
}

/** The same from a pool or from what a run left of its copy. */
export function planGround({ today, goal, outlook, units, quotas, known, halfHours, classes: all, traits }: GroundOfPlan): PlanGround {
  const first = today + LEAD_DAYS;
  const classes = all.filter(mayBeLent).flatMap((of): PlanClass[] => {
    const made = new ClassGround(of, outlook, units, quotas, known, today, halfHours, traits).plan();
    return made ? [made] : [];
  });
  const lendable = new Set(classes.map(({ classId }) => classId as string));
  const waiting = outlook.cells.reduce((sum, cell) => (lendable.has(cell.classId) ? cell.backlog.reduce((all, { steps }) => all + steps, sum) : sum), 0);
  const budget = Math.min(MOVES_MOST, Math.max(MOVES_LEAST, Math.floor((MOVES_PER_THOUSAND * waiting) / 1_000)));
  const made = known.filter(({ from }) => from > today - COOL_DOWN_DAYS).length;
  return {
    waiting,
    input: {
      firstDay: localDateOf(first),
      days: PLAN_DAYS,
      goal: { late: POINTS * goal.breaches, waiting: POINTS * goal.wait, evenness: POINTS * goal.evenness },
      limits: { movesMax: Math.max(0, budget - made), worthPercent: WORTH_PERCENT, perMove: PER_MOVE, minDays: TERMS_DAYS[0], termsDays: TERMS_DAYS, coolDownDays: COOL_DOWN_DAYS },
      classes,
    },
  };
}

const mayBeLent = ({ lend, kind, act, consumable, period }: CapacityClass): boolean => lend !== "none" && !consumable && (period === "day" || period === "slot") && (kind !== "staff" || act === "assisting");

async function knownLoans({ loans, plans }: Reading, now: Instant, today: DayNumber): Promise<readonly KnownLoan[]> {
  const dayOf = (date: string): DayNumber => parseLocalDate(date) ?? today;
  const booked = [...(await loans.standing()), ...(await loans.list({ state: "ended" }, { limit: ENDED_MAX })).rows].flatMap(stretches).map(({ backFrom, to, ...loan }): KnownLoan => ({ ...loan, from: dayOf(loan.from), to: backFrom === null ? dayOf(to) : Math.min(dayOf(to), dayOf(backFrom) - 1), booked: true }));
  const drafts = (await plans.list({ state: "draft" }, { limit: OPEN_MAX })).rows.filter(({ content }) => content.origin === "optimiser");
  const open = [...drafts, ...(await plans.open(now))].flatMap(({ content }) => content.loans.map((loan): KnownLoan => ({ ...loan, from: dayOf(loan.from), to: dayOf(loan.to), booked: false })));
  return [...booked, ...open].filter(({ to }) => to + COOL_DOWN_DAYS >= today);
}

/** What calendars usually work on each day, in half-hours: of what has a class by the half-hour. */
function halfHoursOf(days: readonly { readonly halfHours: ReadonlyMap<string, readonly number[]> }[]): readonly number[] {
  return days.map(({ halfHours }) => {
    const counts = [...halfHours.values()].map((one) => one.length).sort((a, b) => a - b);
    return counts.length === 0 ? HALF_HOURS : (counts[counts.length >> 1] ?? 0);
  });
}

export type PlanUnitOf = Pick<Unit, "id" | "division" | "line" | "level">;

/** What a unit has and is asked of a class, whatever county it is asked in. */
interface Held {
  readonly unit: PlanUnitOf;
  readonly demand: number[];
  readonly capacity: number[];
  readonly own: number[];
  readonly used: number[];
  readonly lately: { fourWeeks: number; twoWeeks: number };
  waiting: number;
  steps: number;
  /** Days until what waits is due, added up. */
  patience: number;
}

class ClassGround {
  readonly #held: readonly Held[];
  readonly #loans: readonly KnownLoan[];
  /** By unit, what each kind of its resources can do. */
  readonly #traits = new Map<UnitId, ReadonlySet<string>[]>();
  /** Open periods of each day from today on. */
  readonly #periods: readonly number[];

  constructor(
    private readonly of: CapacityClass,
    outlook: Outlook,
    units: ReadonlyMap<UnitId, PlanUnitOf>,
    private readonly quotas: GroundOfPlan["quotas"],
    known: readonly KnownLoan[],
    private readonly today: DayNumber,
    halfHours: readonly number[],
    traits: readonly TraitsOffered[],
  ) {
    for (const one of traits) if (one.classId === of.id) this.#traits.set(one.unitId, [...(this.#traits.get(one.unitId) ?? []), new Set(one.traits)]);
    this.#loans = known.filter(({ classId }) => classId === of.id);
    const held = new Map<UnitId, Held>();
    for (const cell of outlook.cells) {
      const unit = cell.classId === of.id ? units.get(cell.unitId) : undefined;
      if (!unit) continue;
      const there = held.get(unit.id) ?? emptyOf(unit, outlook.days);
      held.set(unit.id, there);
      add(there, cell, today);
    }
    this.#held = [...held.values()].sort((a, b) => (a.unit.id < b.unit.id ? -1 : 1));
    const isOpen = Array.from({ length: outlook.days }, (_, day) => this.#held.some(({ capacity }) => capacity[day]! > 0));
    this.#periods = isOpen.map((open, day) => (open ? (of.period === "slot" ? Math.max(1, halfHours[day]!) : 1) : 0));
  }

  plan(): PlanClass | null {
    const { of } = this;
    if (this.#held.length < 2) return null;
    const whole: AskedLately = this.#held.reduce((sum, { lately }) => ({ fourWeeks: sum.fourWeeks + lately.fourWeeks, twoWeeks: sum.twoWeeks + lately.twoWeeks }), { fourWeeks: 0, twoWeeks: 0 });
    const step = of.measure === "minute" ? Math.max(MINUTES.step, of.limits.step) : of.limits.step;
    return {
      classId: of.id,
      lend: of.lend === "share" ? "share" : "work",
      periods: this.#periods.slice(LEAD_DAYS),
      step,
      least: Math.max(step, of.limits.min, of.measure === "minute" ? MINUTES.least : 1),
      units: this.#held.map((one) => this.#unit(one, whole)),
      cost: Float64Array.from({ length: this.#held.length ** 2 }, (_, cell) => this.#cost(this.#held[Math.floor(cell / this.#held.length)]!.unit, this.#held[cell % this.#held.length]!.unit)),
    };
  }

  #unit(one: Held, whole: AskedLately): PlanUnit {
    const { unit, steps } = one;
    const drift = driftOf(one.lately, whole);
    const demand = one.demand.map((amount) => amount * drift);
    // What open plans would move is moved: only what is booked is in the books.
    const promised = (day: number): number =>
      this.#loans.reduce((sum, loan) => {
        const on = !loan.booked && loan.from <= this.today + day && this.today + day <= loan.to;
        return on ? sum + (loan.borrower === unit.id ? loan.amount : loan.lender === unit.id ? -loan.amount : 0) * this.#periods[day]! : sum;
      }, 0);
    const capacity = one.capacity.map((amount, day) => Math.max(0, amount + promised(day)));
    const free = capacity.map((amount, day) => Math.max(0, amount - one.used[day]!));
    let { waiting } = one;
    for (let day = 0; day < LEAD_DAYS; day += 1) waiting = Math.max(0, waiting + demand[day]! - free[day]!);
    const worked = this.#periods.filter((open) => open > 0).length;
    const perDay = Math.max(1, ...this.#periods);
    const askedPerDay = worked === 0 ? 0 : demand.reduce((sum, amount) => sum + amount, 0) / worked;
    const caseAmount = steps > 0 ? Math.max(1, one.waiting / steps) : Math.max(this.of.limits.min, this.of.measure === "minute" ? CASE_MINUTES : 1);
    const near = this.#loans.filter((loan) => loan.lender === unit.id || loan.borrower === unit.id);
    const lends = near.filter(({ lender }) => lender === unit.id);
    const borrows = near.filter(({ borrower }) => borrower === unit.id);
    const began = near.flatMap(({ from, to }) => [from, to + 1]).filter((day) => day <= this.today + LEAD_DAYS);
    const lent = lends.reduce((sum, loan) => (loan.to >= this.today ? sum + loan.amount : sum), 0);
    const spare = spareOf({ perDay: leastPerDay(one.own) - lent * perDay, askedPerDay, waiting, largestCase: caseAmount });
    const limit = this.quotas.find(({ unitId, classId }) => unitId === unit.id && classId === this.of.id)?.lendingLimit ?? Infinity;
    const own = Math.max(...one.own);
    return {
      unitId: unit.id,
      waiting,
      demand: demand.slice(LEAD_DAYS),
      capacity: free.slice(LEAD_DAYS),
      lendable: Math.max(0, Math.min(Math.floor(spare / perDay), limit - lent)),
      borrowable: Math.max(0, Math.ceil((BORROWED_MOST * Math.max(own, askedPerDay)) / perDay) - borrows.reduce((sum, loan) => sum + loan.amount, 0)),
      role: lends.length > 0 ? "lends" : borrows.length > 0 ? "borrows" : null,
      restsUntil: began.length === 0 ? 0 : Math.max(0, Math.max(...began) + COOL_DOWN_DAYS - this.today - LEAD_DAYS),
      caseAmount,
      patienceDays: steps > 0 ? Math.max(1, one.patience / steps) : PATIENCE_DAYS,
    };
  }

  /** Somebody of the lender's can do what all of the borrower's own can: a mediator is no registrar. */
  #canDo(lender: UnitId, borrower: UnitId): boolean {
    const needed = everyOf(this.#traits.get(borrower) ?? []);
    return needed.length === 0 || (this.#traits.get(lender) ?? []).some((has) => needed.every((trait) => has.has(trait)));
  }

  #cost(lender: PlanUnitOf, borrower: PlanUnitOf): number {
    // No rule is cited here that would let persons of a county be called up.
    if (this.of.kind === "staff" && borrower.level === "prefecture" && lender.level !== "prefecture") return Infinity;
    if (!this.#canDo(lender.id, borrower.id)) return Infinity;
    const near = countyOf(lender) === countyOf(borrower) ? HANDING.near : lender.line === borrower.line ? HANDING.line : HANDING.far;
    return this.of.lend === "share" ? CARRYING * near : near;
  }
}

const everyOf = (sets: readonly ReadonlySet<string>[]): readonly string[] => [...(sets[0] ?? [])].filter((trait) => sets.every((set) => set.has(trait)));

const countyOf = ({ division }: PlanUnitOf): string => division.slice(0, 6);

function emptyOf(unit: PlanUnitOf, days: number): Held {
  const none = (): number[] => new Array<number>(days).fill(0);
  return { unit, demand: none(), capacity: none(), own: none(), used: none(), lately: { fourWeeks: 0, twoWeeks: 0 }, waiting: 0, steps: 0, patience: 0 };
}

function add(there: Held, cell: OutlookCell, today: DayNumber): void {
  for (const key of ["demand", "capacity", "own", "used"] as const) cell[key].forEach((amount, day) => (there[key][day]! += amount));
  there.lately.fourWeeks += cell.lately.fourWeeks;
  there.lately.twoWeeks += cell.lately.twoWeeks;
  for (const { dueDay, steps, amount } of cell.backlog) {
    there.waiting += amount;
    there.steps += steps;
    there.patience += steps * Math.max(0, dueDay - today);
  }
}
