import type { Names, Stage, StepMode } from "../../domain/catalogue/item.js";
import type { DivisionCode, ItemCode, StepId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { StepState } from "../../domain/request/lifecycle.js";
import type { Page, PageAsked } from "./page.js";

export interface WorkFilter {
  readonly unit: UnitId;
  /** `granted` may begin · `working` somebody has begun · `waiting` for the scheduler. Absent: the first two. */
  readonly state?: "granted" | "working" | "waiting" | undefined;
  readonly stage?: Stage | undefined;
  readonly item?: string | undefined;
  /** Only what is due before this instant. */
  readonly dueBefore?: Instant | undefined;
  /** Part of a number. */
  readonly number?: string | undefined;
  /** Only what this person has begun. */
  readonly startedBy?: string | undefined;
}

/** A step on a unit's desk. */
export interface WorkItem {
  readonly step: StepId;
  readonly name: string;
  readonly stage: Stage;
  readonly mode: StepMode;
  readonly state: StepState;
  readonly granted: boolean;
  readonly startsAt: Instant | null;
  readonly dueAt: Instant;
  readonly receivedAt: Instant;
  /** When it was asked on paper; null: when it was received. */
  readonly occurredAt: Instant | null;
  readonly pausedAt: Instant | null;
  readonly startedAt: Instant | null;
  readonly startedBy: string | null;
  readonly requestPublicId: string;
  readonly number: string;
  readonly item: ItemCode;
  readonly itemVersion: number;
  readonly itemNames: Names;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  readonly division: DivisionCode;
  /** Another unit's case: this one lends a hand. */
  readonly serving: boolean;
}

/** A granted step that the machine does itself. */
export interface AutomaticStep {
  readonly step: StepId;
  readonly attempt: number;
  readonly decisionSeq: number;
  readonly item: ItemCode;
  readonly itemVersion: number;
  readonly resources: readonly string[];
}

export interface WorkQueue {
  /** By due date, then step. */
  list(filter: WorkFilter, page: PageAsked): Promise<Page<WorkItem>>;
  counts(unit: UnitId, now: Instant): Promise<{ readonly granted: number; readonly working: number; readonly waiting: number; readonly overdue: number }>;
  /**
   * Granted automatic steps whose time has come, of open requests. Steps that hold an authority which may not be
   * exercised by a machine are left to people.
   */
  automatic(now: Instant, limit: number): Promise<readonly AutomaticStep[]>;
}
