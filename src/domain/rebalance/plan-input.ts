import type { ClassId, UnitId } from "../id.js";
import type { LocalDate } from "../instant.js";
import type { Amount } from "../quantity.js";

/*
 * What a plan is made from and what it proposes, by units. Points are one currency for all of it: a case that is late
 * for a day costs the goal's `late`, one that waits for a day its `waiting`, and whatever moves costs points as well.
 */

/** What counts, in points. Whole numbers; what is 0 does not count. */
export interface PlanGoal {
  /** A case past its date, for each day that it is. */
  readonly late: number;
  /** A case that waits, for each day. Stands for the 90th percentile of waits, which no linear programme knows. */
  readonly waiting: number;
  /** A case asked of a unit beyond what would be asked of it if all were equally busy. */
  readonly evenness: number;
}

export interface PlanLimits {
  /** Moves of all classes together: a pool's budget less what it moved within the cool-down. */
  readonly movesMax: number;
  /** A move is proposed when what it saves is at least so many times what it disturbs, in percent. */
  readonly worthPercent: number;
  /** Points that any move costs, whatever its size: people must be told, desks arranged. */
  readonly perMove: number;
  /** A loan lasts at least so many days, and one of `termsDays`. */
  readonly minDays: number;
  /** From the shortest. */
  readonly termsDays: readonly number[];
  /** Days after a loan ended or began in which its units have no other of that class. */
  readonly coolDownDays: number;
}

/** One class at one unit. Days count from the first day of the plan. */
export interface PlanUnit {
  readonly unitId: UnitId;
  /** Waits when the plan begins. */
  readonly waiting: Amount;
  /** Comes, day by day: what steps that are on their way and those that are expected will ask. */
  readonly demand: ArrayLike<number>;
  /** Is there, day by day, with the loans that stand. */
  readonly capacity: ArrayLike<number>;
  /** Most that it may lend and borrow in a period, beside loans that stand; 0: none. */
  readonly lendable: Amount;
  readonly borrowable: Amount;
  /** A loan that stands, or stood within the cool-down: whoever borrows does not lend, and whoever lends does not borrow. */
  readonly role: "lends" | "borrows" | null;
  /** No new loan of it begins before this day: the cool-down. 0: at once. */
  readonly restsUntil: number;
  /** What one case takes, on average. */
  readonly caseAmount: number;
  /** Days that a case may wait without being late. */
  readonly patienceDays: number;
}

/** A class that may be lent: `none` never comes here. */
export interface PlanClass {
  readonly classId: ClassId;
  readonly lend: "share" | "work";
  /** Open periods by day: what a loan of one brings on that day. */
  readonly periods: ArrayLike<number>;
  /** Loans are multiples of it, and at least `least`. */
  readonly step: Amount;
  readonly least: Amount;
  readonly units: readonly PlanUnit[];
  /** Points for each case that goes from one unit to another (travel, handing over), lenders × borrowers; Infinity: it may not. */
  readonly cost: ArrayLike<number>;
}

export interface PlanInput {
  readonly firstDay: LocalDate;
  readonly days: number;
  readonly goal: PlanGoal;
  readonly limits: PlanLimits;
  readonly classes: readonly PlanClass[];
}

/** What a class, or all of them, is expected to come to. */
export interface PlanFigures {
  /** Cases that pass their date. */
  readonly late: number;
  /** Days that cases are late, and that they wait, added up. */
  readonly lateDays: number;
  readonly waitDays: number;
  /** Of the goal, in points. */
  readonly points: number;
}

/** A loan between units, and what speaks for it. */
export interface ProposedMove {
  readonly classId: ClassId;
  readonly lender: UnitId;
  readonly borrower: UnitId;
  /** Per period. */
  readonly amount: Amount;
  /** Both included. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Why: of the borrower, what is asked of what there is in the term, in percent, and the same of the lender. */
  readonly borrowerLoadPercent: number;
  readonly lenderLoadPercent: number;
  /** Points that this one saves when all others are made, and that it costs. */
  readonly benefit: number;
  readonly disruption: number;
  /** What comes of it when all others are made and this one is not: more (less, below 0) than with it. */
  readonly without: { readonly late: number; readonly lateDays: number; readonly waitDays: number };
}

export interface PlanOutcome {
  /** The most beneficial first. */
  readonly moves: readonly ProposedMove[];
  readonly before: PlanFigures;
  readonly after: PlanFigures;
  /** Points of `after`, and of all moves' disruption as many times as each must save; nothing lawful could be less than `bound`. */
  readonly objective: number;
  readonly bound: number;
  /** Of all that could be saved were the bound reached, the part that is not, from 0 to 1; 0: proven best. */
  readonly gap: number;
  /** Classes that were looked at to the end before time was up. */
  readonly solved: number;
}
