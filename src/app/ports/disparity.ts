import type { Names } from "../../domain/catalogue/item.js";
import type { Alarm, Dimension, Stratum } from "../../domain/disparity/reading.js";
import type { ReadingPeriod } from "../../domain/disparity/period.js";
import type { DivisionCode } from "../../domain/id.js";
import type { DayNumber, Instant } from "../../domain/instant.js";
import type { Page, PageAsked } from "./page.js";

/** How a pool watches for disparities. */
export interface DisparitySettings {
  /** The length of a reading. */
  readonly period: ReadingPeriod;
  /** Groups with fewer cases are not told apart. */
  readonly minCases: number;
  /** A ratio above so many hundredths raises an alarm. */
  readonly ratioPercent: number;
  /** 0: as the release has it. */
  readonly generation: number;
}

/** The days that a reading counts waits by, without a gap. */
export interface WorkingDays {
  readonly first: DayNumber;
  /** For each day from `first` on: whether it is worked on. */
  readonly works: readonly boolean[];
}

/** Cases that were decided from one instant up to another. */
export interface DecidedIn {
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  readonly calendar: WorkingDays;
}

/** A decided case, without whom it was for. */
export interface DecidedCase {
  readonly publicId: string;
  readonly number: string;
  readonly itemNames: Names;
  readonly unitNames: Names;
  readonly division: DivisionCode;
  readonly refused: boolean;
  readonly receivedAt: Instant;
  readonly closedAt: Instant;
  readonly waitDays: number;
}

export interface KeptAlarm extends Alarm {
  readonly id: number;
  /** First day of the reading that showed it last. */
  readonly periodFrom: string;
  readonly raisedAt: Instant;
  readonly seenAt: Instant;
  readonly resolvedAt: Instant | null;
}

export type AlarmKey = Pick<KeptAlarm, "dimension" | "group" | "measure">;

export interface Disparities {
  settings(): Promise<DisparitySettings | null>;
  /** Writes them when their generation is still `seen` (0: there are none); false otherwise. */
  keepSettings(settings: Omit<DisparitySettings, "generation">, seen: number): Promise<boolean>;
  /** Completed and rejected requests, by item and group. */
  strata(decided: DecidedIn): Promise<readonly Stratum[]>;
  /** The cases of one group, newest decisions first. */
  cases(decided: DecidedIn, dimension: Dimension, group: string, page: PageAsked): Promise<Page<DecidedCase>>;
  /** Locked against other watchers until the transaction ends. */
  lockOpenAlarms(): Promise<readonly KeptAlarm[]>;
  raise(alarm: Alarm, periodFrom: string, at: Instant): Promise<number>;
  see(id: number, alarm: Alarm, periodFrom: string, at: Instant): Promise<void>;
  resolve(id: number, at: Instant): Promise<void>;
  /** Open ones first, then the newest. */
  alarms(page: PageAsked): Promise<Page<KeptAlarm>>;
}

