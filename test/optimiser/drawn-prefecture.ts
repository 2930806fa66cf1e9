import { trusted, type UnitId } from "../../src/domain/id.js";
import type { PlanClass, PlanInput, PlanUnit } from "../../src/domain/rebalance/plan-input.js";
import type { Dice } from "../bench/random.js";

/** What plans are drawn by unless a test says otherwise. */
export const GOAL = { late: 20, waiting: 1, evenness: 0 } as const;
export const LIMITS = { movesMax: 200, worthPercent: 200, perMove: 20, minDays: 14, termsDays: [14, 28, 56], coolDownDays: 7 } as const;

export interface Drawn {
  readonly classes: number;
  readonly units: number;
  readonly days: number;
}

const COUNTIES = 9;
const MINUTES = 420;

/** Units of a prefecture, idle or short of some classes, with weekdays, seasons and here and there a week in which all come at once. */
export function drawnPrefecture(roll: Dice, { classes, units, days }: Drawn, rest: Partial<PlanInput> = {}): PlanInput {
  const countyOf = Array.from({ length: units }, () => Math.floor(roll() * COUNTIES));
  const open = Array.from({ length: days }, (_, day) => (day % 7 < 5 ? 1 : 0));
  const drawnClass = (at: number): PlanClass => {
    const cost = new Float32Array(units * units);
    for (let lender = 0; lender < units; lender += 1) {
      for (let borrower = 0; borrower < units; borrower += 1) cost[lender * units + borrower] = countyOf[lender] === countyOf[borrower] ? 0.1 : roll() < 0.1 ? Infinity : 0.5;
    }
    return { classId: trusted(`staff.class-${at}`), lend: "work", periods: open, step: 30, least: 60, units: Array.from({ length: units }, (_, unit) => drawnUnit(unit)), cost };
  };
  const drawnUnit = (unit: number): PlanUnit => {
    const officers = 1 + Math.floor(roll() ** 2 * 12);
    const capacity = officers * MINUTES;
    const load = roll() < 0.15 ? 1 + roll() * 0.3 : 0.4 + roll() * 0.55;
    const drift = (roll() - 0.5) * 0.3;
    const cliff = roll() < 0.05 ? Math.floor(roll() * days) : -1;
    return {
      unitId: trusted<UnitId>(`unit-${unit}`),
      waiting: Math.floor(roll() * load * capacity * 2),
      demand: open.map((isOpen, day) => isOpen * capacity * load * (1 + (drift * day) / days) * (0.8 + 0.4 * roll()) * (day >= cliff && cliff >= 0 && day < cliff + 5 ? 2.5 : 1)),
      capacity: open.map((isOpen) => isOpen * capacity),
      lendable: Math.floor(capacity / 2),
      borrowable: capacity * 2,
      role: null,
      restsUntil: 0,
      caseAmount: 25,
      patienceDays: [1, 5, 10, 20][Math.floor(roll() * 4)]!,
    };
  };
  return { firstDay: "2026-03-02", days, goal: GOAL, limits: LIMITS, classes: Array.from({ length: classes }, (_, at) => drawnClass(at)), ...rest };
}
