import type { ClassId, DivisionCode, UnitId } from "../../domain/id.js";
import type { DayNumber } from "../../domain/instant.js";
import type { Amount } from "../../domain/quantity.js";

/** Part of the pool; absent: all of it. Only classes that have a day: money has a year, and a gate has nothing. */
export interface PressureScope {
  readonly class?: ClassId | undefined;
  /** Asked of and supplied by these. */
  readonly units?: readonly UnitId[] | undefined;
  /** A county, by its six digits; the prefecture's own is told by its code. */
  readonly division?: DivisionCode | undefined;
}

/** A class at a unit in a county. Of what is asked: the unit that answers for it, and where the matter is. Of supply: whose it is, and where that unit is. */
export interface PressureKey {
  readonly classId: ClassId;
  readonly unitId: UnitId;
  readonly county: DivisionCode;
}

/** Days, both included. */
export interface DayRange {
  readonly from: DayNumber;
  readonly to: DayNumber;
}

/** What was asked on a day, in the class's measure: by the day it came, and by the day it is due. */
export interface AskedDay {
  readonly day: DayNumber;
  readonly arrived: Amount;
  readonly due: Amount;
}

export interface AskedCell extends PressureKey {
  readonly arrived: Amount;
  readonly due: Amount;
  /** Of `recent`, whatever the range. */
  readonly recent: Amount;
}

/** Granted steps of requests in a range: how long they were ready before, in minutes. */
export interface WaitedCell {
  readonly classId: ClassId;
  /** Null where the answer does not tell them apart. */
  readonly unitId: UnitId | null;
  readonly county: DivisionCode | null;
  readonly decisions: number;
  readonly p50: number | null;
  readonly p90: number | null;
}

/** What waits without a decision, by the day it is due. */
export interface WaitingDay extends PressureKey {
  readonly dueDay: DayNumber;
  readonly steps: number;
  readonly amount: Amount;
}

export interface SupplyCell extends PressureKey {
  /** Declared; a day off has none. */
  readonly capacity: Amount;
  readonly borrowed: Amount;
  readonly lent: Amount;
  readonly held: Amount;
  readonly settled: Amount;
  /** Resources that had less than is used of them, on one of the days or more. */
  readonly overdrawn: number;
}

export interface SupplyOfDay extends SupplyCell {
  readonly day: DayNumber;
}

/** A day with what the calendars say of it. */
export interface SupplyDay {
  readonly day: DayNumber;
  /** Half-hours of work, by calendar. */
  readonly halfHours: ReadonlyMap<string, readonly number[]>;
}

/** How hard a pool is pressed: what is asked, what there is, who waits. Every sum is made in SQL; what comes back is no longer than the answer. */
export interface PressureBook {
  /** On which the first request came; undefined: none did. */
  firstDay(): Promise<DayNumber | undefined>;
  /** Day by day, for each class: what came in the range, and what is due in another (null: nobody asks). Days of nothing are left out. */
  askedByDay(scope: PressureScope, range: DayRange, due: DayRange | null): Promise<readonly (AskedDay & { readonly classId: ClassId })[]>;
  askedByCell(scope: PressureScope, range: DayRange, recent: DayRange): Promise<readonly AskedCell[]>;
  waited(scope: PressureScope, range: DayRange, by: PressureBy): Promise<readonly WaitedCell[]>;
  /** Given in the range, by cell: what the rate of grants is made of. */
  granted(scope: PressureScope, range: DayRange): Promise<readonly (PressureKey & { readonly amount: Amount })[]>;
  waiting(scope: PressureScope): Promise<readonly WaitingDay[]>;
  /** Summed up over the days, which follow one another. */
  supply(scope: PressureScope, days: readonly SupplyDay[]): Promise<readonly SupplyCell[]>;
  /** Days with neither capacity nor use are left out. */
  supplyByDay(scope: PressureScope, days: readonly SupplyDay[]): Promise<readonly SupplyOfDay[]>;
}

/** What an answer tells apart beside the class. */
export const PRESSURE_BY = ["cell", "unit", "division", "class"] as const;
export type PressureBy = (typeof PRESSURE_BY)[number];
