import type { StepMode } from "../catalogue/item.js";
import type { ClaimId, ClassId, RequestId, StepId } from "../id.js";
import type { Instant } from "../instant.js";
import type { CalendarStack } from "../pool/calendar.js";
import type { Command } from "../pool/command.js";
import { problem, type Problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { ok, refused, unlessRefused, type Result } from "../result.js";
import { extended, pausedWorkingDays, type DueDates } from "./deadline.js";
import { isEnded, nextRequestState, nextStepState, type RequestStatus, type StepState } from "./lifecycle.js";

/** What one claim of a step holds now. */
export interface CaseClaim {
  readonly id: ClaimId;
  readonly classId: ClassId;
  readonly held: Amount;
}

export interface CaseStep {
  readonly id: StepId;
  readonly name: string;
  readonly mode: StepMode;
  readonly after: readonly string[];
  readonly state: StepState;
  /** The turn with the scheduler it is in. */
  readonly attempt: number;
  /** What the scheduler said in this turn. */
  readonly answer: "none" | "granted" | "refused";
  readonly startedAt: Instant | null;
  readonly startedBy: string | null;
  readonly endedAt: Instant | null;
  readonly endedBy: string | null;
  readonly grounds: string | null;
  readonly claims: readonly CaseClaim[];
}

/** A request with its steps, as one act sees and changes it. */
export interface CaseFile {
  readonly id: RequestId;
  readonly status: RequestStatus;
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
  /** Working days that did not count so far. */
  readonly pausedWorkingDays: number;
  readonly steps: readonly CaseStep[];
}

/** Who does it, and when on the pool's clock. */
export interface Doing {
  readonly by: string;
  readonly at: Instant;
}

/** What an act makes of a case. */
export interface Act {
  readonly case: CaseFile;
  /** Steps that are not as they were. */
  readonly changed: readonly StepId[];
  readonly commands: readonly Command[];
}

/** What a claim used. */
export interface Use {
  readonly claim: ClaimId;
  readonly amount: Amount;
}

/** Settled amounts per claim, with what staff used beyond what was held: recorded, never settled. */
export interface Settling {
  readonly settle: readonly Use[];
  readonly overrun: readonly Use[];
}

/** Somebody takes the step up. It must have been granted. */
export function startStep(file: CaseFile, stepId: StepId, { by, at }: Doing): Result<Act> {
  const found = stepOf(file, stepId);
  if (!found.ok) return found;
  const step = found.value;
  const state = nextStepState(step.state, "start");
  if (!state.ok) return state;
  const status = working(file);
  if (!status.ok) return status;
  if (step.answer !== "granted") return refused(problem("step.not_granted", {}));
  const started: CaseStep = { ...step, state: state.value, startedAt: at, startedBy: by };
  return ok(act({ ...replaced(file, started), status: status.value }, [stepId], [{ kind: "step.started", step: stepId }]));
}

/** The step is done. What follows it becomes ready; after the last one the request is complete. */
export function completeStep(file: CaseFile, stepId: StepId, uses: readonly Use[], { by, at }: Doing): Result<Act & Settling> {
  const found = stepOf(file, stepId);
  if (!found.ok) return found;
  const state = nextStepState(found.value.state, "complete");
  if (!state.ok) return state;
  const status = working(file);
  if (!status.ok) return status;
  const settling = settlingOf(found.value, uses);
  if (!settling.ok) return settling;

  const ended: CaseStep = { ...found.value, state: state.value, endedAt: at, endedBy: by };
  const done = replaced(file, ended);
  const unblocked = done.steps.filter(
    (step) => step.state === "blocked" && step.after.every((name) => done.steps.some((before) => before.name === name && before.state === "done")),
  );
  const steps = done.steps.map((step): CaseStep => (unblocked.includes(step) ? { ...step, state: "ready" } : step));
  const ready = unblocked.map(({ id }) => id);
  const command: Command = { kind: "step.ended", step: stepId, outcome: "done", settle: settling.value.settle, ready };
  const last = steps.every(({ state: each }) => isEnded(each));
  const closing = last ? closed(status.value, "complete", file, at) : ok(status.value);
  if (!closing.ok) return closing;
  return ok({ ...act({ ...done, steps, status: closing.value }, [stepId, ...ready], [command]), ...settling.value });
}

/** The officer on a step refuses the request on grounds: what the step used is settled, everything else ends. */
export function rejectAtStep(file: CaseFile, stepId: StepId, grounds: string, uses: readonly Use[], { by, at }: Doing): Result<Act & Settling> {
  const found = stepOf(file, stepId);
  if (!found.ok) return found;
  const state = nextStepState(found.value.state, "reject");
  if (!state.ok) return state;
  const status = working(file);
  if (!status.ok) return status;
  const settling = settlingOf(found.value, uses);
  if (!settling.ok) return settling;
  const rejected = replaced(file, { ...found.value, state: state.value, endedAt: at, endedBy: by, grounds });
  const ending = endRequest(rejected, "reject", grounds, { by, at });
  if (!ending.ok) return ending;
  const ended: Command = { kind: "step.ended", step: stepId, outcome: "rejected", settle: settling.value.settle, ready: [] };
  return ok({
    case: ending.value.case,
    changed: [stepId, ...ending.value.changed],
    commands: [ended, ...ending.value.commands],
    ...settling.value,
  });
}

/** Not to be dealt with at all (不予受理), before or beside any step. */
export const rejectRequest = (file: CaseFile, grounds: string, doing: Doing): Result<Act> => endRequest(file, "reject", grounds, doing);

/** The applicant takes it back: at any time before it is closed. */
export const withdraw = (file: CaseFile, grounds: string | null, doing: Doing): Result<Act> => endRequest(file, "withdraw", grounds, doing);

/** Stops the clock until the applicant has supplied what is missing. Steps nobody began leave the queue. */
export function askSupplement(file: CaseFile, grounds: string, { at }: Doing): Result<Act> {
  const next = nextRequestState(file.status.state, "ask-supplement", begun(file));
  if (!next.ok) return next;
  const waiting = file.steps.filter(({ state }) => state === "ready").map(({ id }) => id);
  const commands: Command[] = waiting.length === 0 ? [] : [{ kind: "request.paused", request: file.id, steps: waiting }];
  return ok(act({ ...file, status: { state: "supplement", pausedAt: at, grounds } }, [], commands));
}

/** The applicant has supplied: the clock goes on, later by the pause; steps that left the queue take their old place. */
export function supply(file: CaseFile, stack: CalendarStack, { at }: Doing): Result<Act> {
  const next = nextRequestState(file.status.state, "supply", begun(file));
  if (!next.ok) return next;
  const days = file.status.state === "supplement" ? pausedWorkingDays(stack, file.status.pausedAt, at) : 0;
  const requeued = file.steps.filter(({ state }) => state === "ready").map(({ id }) => id);
  const moved: CaseFile = {
    ...file,
    status: open(next.value),
    promisedDueAt: extended(stack, file.promisedDueAt, days),
    statutoryDueAt: extended(stack, file.statutoryDueAt, days),
    pausedWorkingDays: file.pausedWorkingDays + days,
    steps: file.steps.map((step) => (requeued.includes(step.id) ? nextTurn(step) : step)),
  };
  // Every open step carries the due date, so every one of them changes with it.
  const changed = moved.steps.filter(({ state }) => !isEnded(state)).map(({ id }) => id);
  const turns = moved.steps.filter(({ id }) => requeued.includes(id)).map(({ attempt }) => attempt);
  return ok(act(moved, changed, requeued.length === 0 ? [] : [{ kind: "step.ready", steps: requeued, turns }]));
}

/** After the scheduler refused a step: put back in the queue, with its old place. */
export function reconsiderStep(file: CaseFile, stepId: StepId): Result<Act> {
  const found = stepOf(file, stepId);
  if (!found.ok) return found;
  const allowed = nextRequestState(file.status.state, "reconsider", begun(file));
  if (!allowed.ok) return allowed;
  const state = nextStepState(found.value.state, "requeue");
  if (!state.ok) return state;
  if (found.value.answer !== "refused") return refused(problem("object.transition_illegal", { kind: "step", state: found.value.state, event: "requeue" }));
  const next = replaced(file, nextTurn(found.value));
  const others = next.steps.some(({ state: each, answer }) => each === "ready" && answer === "refused");
  const status = others ? file.status : open(allowed.value);
  return ok(act({ ...next, status }, [stepId], [{ kind: "step.reconsider", step: stepId, turn: found.value.attempt + 1 }]));
}

/** The work goes on in other hands, with all it holds; whoever began it takes no part any more. */
export function handOver(file: CaseFile, stepId: StepId, to: string): Result<Act> {
  const found = stepOf(file, stepId);
  if (!found.ok) return found;
  const status = working(file);
  if (!status.ok) return status;
  if (found.value.state !== "working") return refused(problem("step.not_in_hand", {}));
  return ok(act({ ...replaced(file, { ...found.value, startedBy: to }), status: status.value }, [stepId], []));
}

/**
 * Another unit of this pool answers for it from now on (移送, 指定管辖). Receipt, number and place in the queue stay; steps
 * nobody began ask anew, of the other unit. Nobody's begun work is moved.
 */
export function refer(file: CaseFile, due: DueDates): Result<Act & { readonly open: readonly StepId[] }> {
  const next = nextRequestState(file.status.state, "refer", begun(file));
  if (!next.ok) return next;
  const inHand = file.steps.find(({ state }) => state === "working");
  if (inHand) return refused(problem("object.transition_illegal", { kind: "step", state: inHand.state, event: "refer" }));
  const openSteps = file.steps.filter(({ state }) => !isEnded(state)).map(({ id }) => id);
  const asking = file.status.state === "supplement" ? [] : file.steps.filter(({ state }) => state === "ready").map(({ id }) => id);
  const steps = file.steps.map((step) => (asking.includes(step.id) ? nextTurn(step) : step));
  const turns = steps.filter(({ id }) => asking.includes(id)).map(({ attempt }) => attempt);
  const status = file.status.state === "supplement" ? file.status : open(next.value);
  const commands: Command[] =
    asking.length === 0 ? [] : [{ kind: "request.paused", request: file.id, steps: asking }, { kind: "step.ready", steps: asking, turns }];
  return ok({ ...act({ ...file, ...due, status, steps }, openSteps, commands), open: openSteps });
}

/** A unit of another pool is competent: it goes on there, and ends here. */
export const leave = (file: CaseFile, grounds: string, doing: Doing): Result<Act> => {
  const inHand = file.steps.find(({ state }) => state === "working");
  if (inHand) return refused(problem("object.transition_illegal", { kind: "step", state: inHand.state, event: "leave" }));
  return endRequest(file, "leave", grounds, doing);
};

/** The others of its bundle it waited for are completed: its first steps go to the scheduler, its clock begins. */
export function release(file: CaseFile, due: DueDates): Act {
  const first = file.steps.filter(({ state, after }) => state === "blocked" && after.length === 0).map(({ id }) => id);
  const steps = file.steps.map((step): CaseStep => (first.includes(step.id) ? { ...step, state: "ready" } : step));
  const changed = steps.filter(({ state }) => !isEnded(state)).map(({ id }) => id);
  return act({ ...file, ...due, steps }, changed, first.length === 0 ? [] : [{ kind: "step.ready", steps: first, turns: first.map(() => 1) }]);
}

/** What withdrawing would do, shown before it is done. */
export interface WithdrawalEffect {
  /** Steps that are done stay on record. */
  readonly done: readonly CaseStep[];
  /** Steps that will not happen. */
  readonly cancelled: readonly CaseStep[];
  /** What goes back to the pool. */
  readonly released: readonly CaseClaim[];
}

export function withdrawalEffect(file: CaseFile): Result<WithdrawalEffect> {
  const allowed = nextRequestState(file.status.state, "withdraw", begun(file));
  if (!allowed.ok) return allowed;
  const cancelled = file.steps.filter(({ state }) => !isEnded(state));
  return ok({
    done: file.steps.filter(({ state }) => state === "done"),
    cancelled,
    released: cancelled.flatMap(({ claims }) => claims.filter(({ held }) => held > 0)),
  });
}

const act = (file: CaseFile, changed: readonly StepId[], commands: readonly Command[]): Act => ({ case: file, changed, commands });

const begun = (file: CaseFile): boolean => file.steps.some(({ startedAt }) => startedAt !== null);

const open = (state: string): RequestStatus => ({ state: state as "received" | "in_progress" | "unservable" });

function working(file: CaseFile): Result<RequestStatus> {
  const next = nextRequestState(file.status.state, "work", begun(file));
  return next.ok ? ok(open(next.value)) : next;
}

function closed(status: RequestStatus, event: "complete", file: CaseFile, at: Instant): Result<RequestStatus> {
  const next = nextRequestState(status.state, event, begun(file));
  return next.ok ? ok({ state: "completed", closedAt: at }) : next;
}

function endRequest(file: CaseFile, event: "reject" | "withdraw" | "leave", grounds: string | null, { by, at }: Doing): Result<Act> {
  const next = nextRequestState(file.status.state, event, begun(file));
  if (!next.ok) return next;
  const ending = file.steps.filter(({ state }) => !isEnded(state));
  const steps = file.steps.map((step): CaseStep => (ending.includes(step) ? { ...step, state: "cancelled", endedAt: at, endedBy: by } : step));
  const status: RequestStatus =
    event === "leave"
      ? { state: "referred", closedAt: at, grounds: grounds ?? "" }
      : event === "reject" ? { state: "rejected", closedAt: at, grounds: grounds ?? "" } : { state: "withdrawn", closedAt: at, grounds };
  const withScheduler = ending.filter(({ state }) => state !== "blocked").map(({ id }) => id);
  const commands: Command[] = withScheduler.length === 0 ? [] : [{ kind: "request.ended", request: file.id, steps: withScheduler }];
  return ok(act({ ...file, status, steps }, ending.map(({ id }) => id), commands));
}

function settlingOf(step: CaseStep, uses: readonly Use[]): Result<Settling> {
  const problems: Problem[] = [];
  const settle: Use[] = [];
  const overrun: Use[] = [];
  const seen = new Set<ClaimId>();
  uses.forEach(({ claim: id, amount }, index) => {
    const field = `settle.${index}`;
    const claim = step.claims.find((each) => each.id === id);
    if (!claim) return problems.push(problem("input.unknown_reference", { kind: "claim", id: String(id) }, { field: `${field}.claim` }));
    if (seen.has(id)) return problems.push(problem("input.duplicate", { kind: "claim", id: String(id) }, { field: `${field}.claim` }));
    seen.add(id);
    if (amount <= claim.held) return settle.push({ claim: id, amount });
    // Minutes that somebody worked beyond plan are a fact; money beyond what is held would be a new claim.
    if (!claim.classId.startsWith("staff.")) {
      return problems.push(problem("step.settle_above_held", { asked: amount, held: claim.held }, { field: `${field}.amount` }));
    }
    settle.push({ claim: id, amount: claim.held });
    return overrun.push({ claim: id, amount: amount - claim.held });
  });
  return unlessRefused(problems, { settle, overrun });
}

function stepOf(file: CaseFile, id: StepId): Result<CaseStep> {
  const step = file.steps.find((each) => each.id === id);
  return step ? ok(step) : refused(problem("object.not_found", { kind: "step" }));
}

const replaced = (file: CaseFile, step: CaseStep): CaseFile => ({
  ...file,
  steps: file.steps.map((each) => (each.id === step.id ? step : each)),
});

/**
 * Every pause and every reconsideration begins a new turn, answered or not: an answer to the old one that is on its way
 * must not look like a place somebody may take up, since the writer is about to take it back.
 */
const nextTurn = (step: CaseStep): CaseStep => ({ ...step, attempt: step.attempt + 1, answer: "none", claims: step.claims.map((claim) => ({ ...claim, held: 0 })) });
