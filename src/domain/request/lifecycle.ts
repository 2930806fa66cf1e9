import type { Instant } from "../instant.js";
import { problem } from "../problem.js";
import { ok, refused, type Result } from "../result.js";

/** 已收件 · 办理中 · 补正 · 暂无法安排 · 办结 · 不予 · 撤回 · 已移送 (to another pool, where it goes on). */
export const REQUEST_STATES = ["received", "in_progress", "supplement", "unservable", "completed", "rejected", "withdrawn", "referred"] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** A request as it stands: each state with exactly what is true in it. */
export type RequestStatus =
  | { readonly state: "received" | "in_progress" | "unservable" }
  /** Waits for its applicant; working days after `pausedAt` do not count. */
  | { readonly state: "supplement"; readonly pausedAt: Instant; readonly grounds: string }
  | { readonly state: "completed"; readonly closedAt: Instant }
  | { readonly state: "rejected"; readonly closedAt: Instant; readonly grounds: string }
  | { readonly state: "withdrawn"; readonly closedAt: Instant; readonly grounds: string | null }
  | { readonly state: "referred"; readonly closedAt: Instant; readonly grounds: string };

/**
 * `work` somebody starts or ends one of its steps · `complete` the last step is done · `ask-supplement` the officer
 * needs something of the applicant · `supply` the applicant gave it · `find-unservable` the scheduler refused a step
 * · `reconsider` an administrator puts it back in the queue · `refer` another unit of the pool is competent · `leave`
 * one of another pool is · `reject` · `withdraw`.
 */
export const REQUEST_EVENTS = ["work", "complete", "ask-supplement", "supply", "find-unservable", "reconsider", "refer", "leave", "reject", "withdraw"] as const;
export type RequestEvent = (typeof REQUEST_EVENTS)[number];

/** `reopened`: back to where it was, `in_progress` when work had begun, else `received`. */
type RequestCell = RequestState | "reopened" | "illegal";

const CLOSED: Readonly<Record<RequestEvent, "illegal">> = {
  work: "illegal",
  complete: "illegal",
  "ask-supplement": "illegal",
  supply: "illegal",
  "find-unservable": "illegal",
  reconsider: "illegal",
  refer: "illegal",
  leave: "illegal",
  reject: "illegal",
  withdraw: "illegal",
};

export const REQUEST_TRANSITIONS: Readonly<Record<RequestState, Readonly<Record<RequestEvent, RequestCell>>>> = {
  received: {
    work: "in_progress",
    // A step begins before it ends, so nothing completes from here.
    complete: "illegal",
    "ask-supplement": "supplement",
    supply: "illegal",
    "find-unservable": "unservable",
    reconsider: "illegal",
    refer: "reopened",
    leave: "referred",
    reject: "rejected",
    withdraw: "withdrawn",
  },
  in_progress: {
    work: "in_progress",
    complete: "completed",
    "ask-supplement": "supplement",
    supply: "illegal",
    "find-unservable": "unservable",
    reconsider: "illegal",
    refer: "reopened",
    leave: "referred",
    reject: "rejected",
    withdraw: "withdrawn",
  },
  supplement: {
    // While the clock stands still nobody decides on the case.
    work: "illegal",
    complete: "illegal",
    "ask-supplement": "illegal",
    supply: "reopened",
    // A decision taken as the pause began is void: its step is queued again when the applicant has supplied.
    "find-unservable": "supplement",
    reconsider: "illegal",
    refer: "supplement",
    leave: "referred",
    reject: "rejected",
    withdraw: "withdrawn",
  },
  unservable: {
    // Its other steps go on.
    work: "unservable",
    complete: "illegal",
    "ask-supplement": "illegal",
    supply: "illegal",
    "find-unservable": "unservable",
    reconsider: "reopened",
    refer: "reopened",
    leave: "referred",
    reject: "rejected",
    withdraw: "withdrawn",
  },
  completed: CLOSED,
  rejected: CLOSED,
  withdrawn: CLOSED,
  referred: CLOSED,
};

export const isClosed = (state: RequestState): boolean => state === "completed" || state === "rejected" || state === "withdrawn" || state === "referred";

/** Everything that is possible in a state, in table order. */
export const possibleEvents = (state: RequestState): readonly RequestEvent[] =>
  REQUEST_EVENTS.filter((event) => REQUEST_TRANSITIONS[state][event] !== "illegal");

export function nextRequestState(state: RequestState, event: RequestEvent, workBegun: boolean): Result<RequestState> {
  const cell = REQUEST_TRANSITIONS[state][event];
  if (cell === "illegal") return refused(problem("object.transition_illegal", { kind: "request", state, event }));
  return ok(cell === "reopened" ? (workBegun ? "in_progress" : "received") : cell);
}

/** 未开始 · 等待安排 (its claims are with the scheduler) · 办理中 · 完成 · 不予通过 · 取消. */
export const STEP_STATES = ["blocked", "ready", "working", "done", "rejected", "cancelled"] as const;
export type StepState = (typeof STEP_STATES)[number];

/** `unblock` all steps before it are done · `requeue` its claims go to the scheduler once more · `cancel` the request ended. */
export const STEP_EVENTS = ["unblock", "start", "complete", "reject", "requeue", "cancel"] as const;
export type StepEvent = (typeof STEP_EVENTS)[number];

const STEP_ENDED: Readonly<Record<StepEvent, "illegal">> = {
  unblock: "illegal",
  start: "illegal",
  complete: "illegal",
  reject: "illegal",
  requeue: "illegal",
  cancel: "illegal",
};

export const STEP_TRANSITIONS: Readonly<Record<StepState, Readonly<Record<StepEvent, StepState | "illegal">>>> = {
  blocked: { unblock: "ready", start: "illegal", complete: "illegal", reject: "illegal", requeue: "illegal", cancel: "cancelled" },
  ready: { unblock: "illegal", start: "working", complete: "illegal", reject: "illegal", requeue: "ready", cancel: "cancelled" },
  // Started work is never taken away: it ends, or its request does.
  working: { unblock: "illegal", start: "illegal", complete: "done", reject: "rejected", requeue: "illegal", cancel: "cancelled" },
  done: STEP_ENDED,
  rejected: STEP_ENDED,
  cancelled: STEP_ENDED,
};

export const isEnded = (state: StepState): boolean => state === "done" || state === "rejected" || state === "cancelled";

export function nextStepState(state: StepState, event: StepEvent): Result<StepState> {
  const cell = STEP_TRANSITIONS[state][event];
  return cell === "illegal" ? refused(problem("object.transition_illegal", { kind: "step", state, event })) : ok(cell);
}
