import type { Names } from "../catalogue/item.js";
import type { ClassId, DivisionCode, ItemCode, PersonId, ResourceId, UnitId } from "../id.js";
import type { Instant, LocalDate } from "../instant.js";
import type { Unit } from "../org/unit.js";
import { problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { ok, refused, type Result } from "../result.js";

/** So much of a member's resource in each period of its term. */
export interface SharedResource {
  readonly resource: string;
  readonly lenderResource: ResourceId;
  readonly classId: ClassId;
  readonly unit: UnitId;
  readonly amount: Amount;
}

/** An item it takes: everywhere its members are competent, or in divisions alone. */
export interface TakenItem {
  readonly item: ItemCode;
  /** Empty: everywhere. */
  readonly divisions: readonly DivisionCode[];
}

/** What an approval binds: it is never edited. */
export interface TaskForceContent {
  readonly names: Names;
  /** The order or law it rests on. */
  readonly basis: string;
  /** Its last day. */
  readonly until: LocalDate;
  /** The unit it stands beneath, whose head leads it; null: nobody's. */
  readonly parent: UnitId | null;
  /** The least division around all of its members, and the level of that. */
  readonly division: DivisionCode;
  readonly level: Unit["level"];
  readonly members: readonly UnitId[];
  readonly resources: readonly SharedResource[];
  readonly items: readonly TakenItem[];
  /** Members in whose name it acts: those competent for its items. */
  readonly leads: readonly UnitId[];
}

/**
 * `proposed` members and a second person are asked · `active` there is a unit that takes cases · `dissolving` it takes none, and
 * what somebody works on is still with it · `dissolved` everything is back.
 */
export const TASK_FORCE_STATES = ["proposed", "active", "dissolving", "dissolved", "refused", "withdrawn"] as const;
export type TaskForceState = (typeof TASK_FORCE_STATES)[number];

export const TASK_FORCE_EVENTS = ["consent", "approve", "refuse", "withdraw", "dissolve", "end"] as const;
export type TaskForceEvent = (typeof TASK_FORCE_EVENTS)[number];

const NOTHING: Readonly<Record<TaskForceEvent, null>> = { consent: null, approve: null, refuse: null, withdraw: null, dissolve: null, end: null };

/** Every state and every event; null is a refusal. */
export const TASK_FORCE_TRANSITIONS: Readonly<Record<TaskForceState, Readonly<Record<TaskForceEvent, TaskForceState | null>>>> = {
  proposed: { ...NOTHING, consent: "proposed", approve: "active", refuse: "refused", withdraw: "withdrawn" },
  active: { ...NOTHING, dissolve: "dissolving" },
  dissolving: { ...NOTHING, end: "dissolved" },
  dissolved: NOTHING,
  refused: NOTHING,
  withdrawn: NOTHING,
};

export function nextTaskForceState(state: TaskForceState, event: TaskForceEvent): Result<TaskForceState> {
  const next = TASK_FORCE_TRANSITIONS[state][event];
  return next === null ? refused(problem("object.transition_illegal", { kind: "task-force", state, event })) : ok(next);
}

/** Who did what to it, and when. */
export interface TaskForceMark {
  readonly by: PersonId;
  readonly at: Instant;
}

/** Acts of these are done in the name of whoever holds them; they are never lent. */
const IN_A_NAME = /^(function|funds|data)\./;

/** Whose account and authority a claim goes by: of a case that a task force has, its lead's for authority, money and data. */
export const claimantOf = (classId: ClassId, unit: UnitId, lead: UnitId | null): UnitId => (lead !== null && IN_A_NAME.test(classId) ? lead : unit);
