import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trusted, type ClaimId, type ClassId, type RequestId, type StepId } from "../../src/domain/id.js";
import type { Calendar } from "../../src/domain/pool/calendar.js";
import { askSupplement, completeStep, reconsiderStep, rejectAtStep, rejectRequest, release, startStep, supply, withdraw, type Act, type CaseFile, type CaseStep } from "../../src/domain/request/case.js";
import { isClosed, isEnded, nextRequestState, nextStepState, possibleEvents, REQUEST_EVENTS, REQUEST_STATES, REQUEST_TRANSITIONS, STEP_EVENTS, STEP_STATES, STEP_TRANSITIONS } from "../../src/domain/request/lifecycle.js";
import { planSteps } from "../../src/domain/request/plan.js";
import type { Result } from "../../src/domain/result.js";

const HOUR = 3_600_000;
const everyDay: Calendar = {
  id: trusted("always"),
  layer: "nation",
  base: null,
  names: { zh: "", en: "" },
  week: Object.fromEntries((["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const).map((weekday) => [weekday, [{ from: 0, to: 48 }]])),
  days: new Map(),
  breaks: null,
};

describe("the tables", () => {
  test("say something about every state and every event, and refusals name both", () => {
    for (const state of REQUEST_STATES) {
      for (const event of REQUEST_EVENTS) {
        const next = nextRequestState(state, event, false);
        const cell = REQUEST_TRANSITIONS[state][event];
        expect(next.ok).toBe(cell !== "illegal");
        if (!next.ok) expect(next.problems[0]).toMatchObject({ code: "object.transition_illegal", facts: { state, event } });
      }
    }
    for (const state of STEP_STATES) for (const event of STEP_EVENTS) expect(nextStepState(state, event).ok).toBe(STEP_TRANSITIONS[state][event] !== "illegal");
  });

  test("let nothing happen to a closed request, and let every open one be withdrawn", () => {
    for (const state of REQUEST_STATES) {
      if (isClosed(state)) expect(possibleEvents(state)).toEqual([]);
      else expect(possibleEvents(state)).toContain("withdraw");
    }
  });

  test("reopen a request where it stood", () => {
    for (const event of ["supply", "reconsider"] as const) {
      const from = event === "supply" ? "supplement" : "unservable";
      expect(nextRequestState(from, event, false)).toMatchObject({ value: "received" });
      expect(nextRequestState(from, event, true)).toMatchObject({ value: "in_progress" });
    }
  });
});

/** A recipe as a random graph without circles: a step waits only for earlier ones. */
const recipe = fc
  .integer({ min: 1, max: 7 })
  .chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => fc.subarray(Array.from({ length: index }, (_, before) => before)))))
  .map((afters) => afters.map((after, index) => ({ name: `s${index}`, after: after.map((before) => `s${before}`) })));

const fileOf = (steps: readonly { readonly name: string; readonly after: readonly string[] }[]): CaseFile => ({
  id: trusted<RequestId>(1),
  status: { state: "received" },
  promisedDueAt: 10 * 24 * HOUR,
  statutoryDueAt: 20 * 24 * HOUR,
  pausedWorkingDays: 0,
  steps: steps.map(
    ({ name, after }, index): CaseStep => ({
      id: trusted<StepId>(index + 1),
      name,
      mode: "human",
      after,
      state: after.length === 0 ? "ready" : "blocked",
      attempt: 1,
      answer: "none",
      startedAt: null,
      startedBy: null,
      endedAt: null,
      endedBy: null,
      grounds: null,
      claims: [{ id: trusted<ClaimId>(index + 1), classId: trusted("staff.review"), held: 0 }],
    }),
  ),
});

type Move =
  | { readonly kind: "grant" | "refuse" | "start" | "complete" | "reject" | "reconsider"; readonly step: number }
  | { readonly kind: "ask" | "supply" | "withdraw" | "reject-request" };

const move = fc.oneof(
  { weight: 40, arbitrary: fc.record({ kind: fc.constantFrom("grant", "start", "complete"), step: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("refuse", "reconsider"), step: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("ask", "supply") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("withdraw", "reject-request") }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reject"), step: fc.nat(6) }) },
) as fc.Arbitrary<Move>;

describe("a walk through the life of a request", () => {
  test("keeps every promise at every step, whoever does what in whatever order", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(recipe, fc.array(move, { minLength: 20, maxLength: 60, size: "max" }), (steps, moves) => {
        let file = fileOf(steps);
        /** What the writer would know from commands alone. */
        const queued = new Set<StepId>(file.steps.filter(({ state }) => state === "ready").map(({ id }) => id));
        let now = 0;
        for (const one of moves) {
          now += 7 * HOUR;
          const doing = { by: "officer", at: now };
          const step = "step" in one ? file.steps[one.step % file.steps.length] : undefined;
          if (step && (one.kind === "grant" || one.kind === "refuse")) {
            // The scheduler answers what waits in its queue.
            if (!queued.has(step.id) || step.answer !== "none") continue;
            const granted = one.kind === "grant";
            file = with_(file, { ...step, answer: granted ? "granted" : "refused", claims: step.claims.map((claim) => ({ ...claim, held: granted ? 60 : 0 })) });
            if (!granted) {
              queued.delete(step.id);
              const next = nextRequestState(file.status.state, "find-unservable", false);
              if (next.ok && next.value === "unservable") file = { ...file, status: { state: "unservable" } };
            }
            continue;
          }
          const result: Result<Act> = actOf(file, one, step, doing);
          if (!result.ok) {
            expect(result.problems.length).toBeGreaterThan(0);
            continue;
          }
          seen.set(one.kind, (seen.get(one.kind) ?? 0) + 1);
          obey(queued, result.value);
          check(file, result.value);
          file = result.value.case;
          // The queue and the file agree: what is ready and not refused is with the scheduler, nothing else is.
          const paused = file.status.state === "supplement";
          for (const each of file.steps) {
            const shouldWait = !paused && each.state === "ready" && each.answer !== "refused";
            expect(`${each.name} ${queued.has(each.id) && each.state === "ready"}`).toBe(`${each.name} ${shouldWait}`);
          }
        }
      }),
      { numRuns: 1_500, seed: 20261122 },
    );
    // The walk is worth something only when everything really happened.
    for (const kind of ["start", "complete", "reject", "ask", "supply", "withdraw", "reject-request", "reconsider"]) expect(`${kind} ${(seen.get(kind) ?? 0) > 20}`).toBe(`${kind} true`);
  });
});

const with_ = (file: CaseFile, step: CaseStep): CaseFile => ({ ...file, steps: file.steps.map((each) => (each.id === step.id ? step : each)) });

function actOf(file: CaseFile, one: Move, step: CaseStep | undefined, doing: { by: string; at: number }): Result<Act> {
  const id = step?.id ?? trusted<StepId>(0);
  switch (one.kind) {
    case "start":
      return startStep(file, id, doing);
    case "complete":
      return completeStep(file, id, [], doing);
    case "reject":
      return rejectAtStep(file, id, "grounds", [], doing);
    case "reconsider":
      return reconsiderStep(file, id);
    case "ask":
      return askSupplement(file, "what is missing", doing);
    case "supply":
      return supply(file, [everyDay], doing);
    case "withdraw":
      return withdraw(file, null, doing);
    default:
      return rejectRequest(file, "grounds", doing);
  }
}

/** What the writer makes of commands. */
function obey(queued: Set<StepId>, { commands }: Act): void {
  for (const command of commands) {
    switch (command.kind) {
      case "step.ready":
        for (const step of command.steps) queued.add(step);
        break;
      case "step.reconsider":
        queued.add(command.step);
        break;
      case "step.ended":
        queued.delete(command.step);
        for (const step of command.ready) queued.add(step);
        break;
      case "request.ended":
      case "request.paused":
        for (const step of command.steps) queued.delete(step);
        break;
      default:
    }
  }
}

function check(before: CaseFile, { case: after, changed }: Act): void {
  // A closed request has no open step, an open one has; completed means that every step is done.
  const open = after.steps.filter(({ state }) => !isEnded(state));
  expect(isClosed(after.status.state)).toBe(open.length === 0);
  if (after.status.state === "completed") expect(after.steps.every(({ state }) => state === "done")).toBe(true);
  for (const step of after.steps) {
    const old = before.steps.find(({ id }) => id === step.id) as CaseStep;
    // Nothing begins before what it waits for is done.
    if (step.state !== "blocked" && step.state !== "cancelled") {
      for (const name of step.after) expect(after.steps.find((each) => each.name === name)?.state).toBe("done");
    }
    // A step that is not blocked any longer is never forgotten: when all before it are done it is out.
    if (step.state === "blocked" && step.after.length > 0) expect(step.after.every((name) => after.steps.find((each) => each.name === name)?.state === "done")).toBe(false);
    // What is not named as changed did not change.
    if (!changed.includes(step.id)) expect(step).toEqual(old);
    expect(step.attempt).toBeGreaterThanOrEqual(old.attempt);
    expect(step.endedAt !== null).toBe(isEnded(step.state));
    if (isEnded(old.state)) expect(step).toEqual(old);
  }
  expect(after.promisedDueAt).toBeGreaterThanOrEqual(before.promisedDueAt);
  expect(after.promisedDueAt - before.promisedDueAt).toBe(after.statutoryDueAt - before.statutoryDueAt);
}

describe("a plan", () => {
  const step = (name: string, after: readonly string[], minutes = 10) =>
    ({ step: name, stage: "review", names: { zh: name, en: name }, mode: "human", after, claims: [{ class: trusted<ClassId>("staff.review"), amount: minutes, scope: "competent" }] }) as const;

  test("puts each step after those it waits for, and knows the longest way behind it", () => {
    const plan = planSteps({ steps: [step("c", ["a", "b"], 5), step("b", ["a"], 30), step("a", [], 20)] }, 0);
    expect(plan.ok && plan.value.map(({ name, state, expectedMinutes }) => [name, state, expectedMinutes])).toEqual([
      ["a", "ready", 55],
      ["b", "blocked", 35],
      ["c", "blocked", 5],
    ]);
  });

  test("of steps that wait for one another is refused, with their names", () => {
    expect(planSteps({ steps: [step("a", []), step("b", ["c"]), step("c", ["b"])] }, 0)).toMatchObject({ ok: false, problems: [{ code: "recipe.cycle", facts: { steps: "b, c" } }] });
    expect(planSteps({ steps: [step("a", ["ghost"]), step("a", [])] }, 0)).toMatchObject({
      ok: false,
      problems: [{ code: "input.duplicate" }, { code: "input.unknown_reference", field: "recipe.steps.0.after" }],
    });
    expect(planSteps({ steps: [] }, 0)).toMatchObject({ ok: false, problems: [{ code: "input.missing" }] });
  });

  test("that waited for another request of its bundle begins with its first steps and a fresh clock", () => {
    const file = fileOf([{ name: "s0", after: [] }, { name: "s1", after: ["s0"] }]);
    const blocked = { ...file, steps: file.steps.map((each): CaseStep => ({ ...each, state: "blocked" })) };
    const act = release(blocked, { promisedDueAt: 5, statutoryDueAt: 9 });
    expect(act.case.steps.map(({ state }) => state)).toEqual(["ready", "blocked"]);
    expect(act.case).toMatchObject({ promisedDueAt: 5, statutoryDueAt: 9 });
    expect(act.commands).toEqual([{ kind: "step.ready", steps: [1], turns: [1] }]);
  });
});
