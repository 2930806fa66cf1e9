import type { PersonId, UnitId } from "../../domain/id.js";
import type { Instant, LocalDate } from "../../domain/instant.js";
import type { TaskForceContent, TaskForceMark, TaskForceState } from "../../domain/rebalance/task-force.js";
import type { Page, PageAsked } from "./page.js";

export interface TaskForceConsent extends TaskForceMark {
  readonly unitId: UnitId;
}

/** A task force as the tables hold it; once approved there is a unit of the same id. */
export interface TaskForce {
  readonly id: UnitId;
  readonly state: TaskForceState;
  readonly content: TaskForceContent;
  readonly proposed: TaskForceMark;
  readonly consents: readonly TaskForceConsent[];
  readonly approved: TaskForceMark | null;
  /** Refused, withdrawn or dissolved; `by` may be the process itself. */
  readonly closed: { readonly by: string; readonly at: Instant; readonly reason: string | null } | null;
  readonly dissolvedAt: Instant | null;
  readonly generation: number;
}

export interface TaskForceFilter {
  readonly state?: TaskForceState | undefined;
}

export interface TaskForces {
  insert(id: UnitId, content: TaskForceContent, mark: TaskForceMark): Promise<void>;
  get(id: string): Promise<TaskForce | null>;
  /** As `get`; others who would change it wait. */
  lock(id: string): Promise<TaskForce | null>;
  /** Newest first. */
  list(filter: TaskForceFilter, page: PageAsked): Promise<Page<TaskForce>>;
  consent(id: UnitId, unit: UnitId, mark: TaskForceMark): Promise<void>;
  approve(id: UnitId, mark: TaskForceMark): Promise<void>;
  close(id: UnitId, as: "refused" | "withdrawn" | "dissolving", by: string, reason: string | null, at: Instant): Promise<void>;
  end(id: UnitId, at: Instant): Promise<void>;
  /** Its unit: what anybody else's is, but of its kind. */
  makeUnit(id: UnitId, content: TaskForceContent, at: Instant): Promise<void>;
  /** Whose posts are behind what it was given. */
  officers(id: UnitId): Promise<readonly PersonId[]>;
  /** Open cases it has, with what a step of is being worked on. */
  openCases(id: UnitId): Promise<readonly { readonly publicId: string; readonly number: string; readonly item: string; readonly version: number; readonly division: string; readonly lead: UnitId; readonly inHand: boolean }[]>;
  /** Loans of which something is with it still: not booked or not called back yet, or held by work that was begun. What was used up today stays used. */
  notBack(id: UnitId): Promise<readonly number[]>;
  /** How many cases it ever had, by what became of them. */
  counts(id: UnitId): Promise<{ readonly open: number; readonly closed: number; readonly handedOver: number }>;
  /** Active ones whose last day is over, and those that are dissolving. */
  due(today: LocalDate): Promise<readonly UnitId[]>;
}
