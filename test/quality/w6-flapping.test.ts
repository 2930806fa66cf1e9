import { expect, test } from "vitest";
import { trusted, type RequestId, type ResourceId, type StepId, type UnitId } from "../../src/domain/id.js";
import { PLAIN_STEP, type CapacityWindow, type EngineEvent, type Granted } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { digest } from "../support/books.js";
import { claimOf, classOf, MONDAY, PLACE } from "./instance.js";

/* W6, the rest that is the engine's: capacity that comes and goes ten times a second, and a first in line who never fits. */

const rig = classOf("material.rig", { period: "none", measure: "piece", horizonDays: null });
const WORKS_MS = 1_000;
const FLAP_MS = 100;
const MANY = 100;
const UP = 5;

/** Capacity is five pieces or none, by turns; everybody asks one and keeps it for a second; the first in line asks eight. */
function flapping(flaps: number) {
  const engine = createEngine({ digest });
  const window = (amount: number): CapacityWindow => ({ first: 0, amounts: [amount], peak: 10 });
  const unit = trusted<UnitId>("north");
  const ask = (id: number, amount: number): EngineEvent => ({
    kind: "ready",
    steps: [{ ...PLAIN_STEP, id: trusted<StepId>(id), requestId: trusted<RequestId>(id), attempt: 1, arrivedAt: MONDAY, dueAt: MONDAY + id * 1_000, expectedMinutes: 0, claims: [claimOf(rig.id, unit, amount)] }],
  });
  const ends: { at: number; step: StepId }[] = [];
  const granted: Granted[] = [];
  let declared = UP;
  let overdrawn = 0;
  const turn = (events: readonly EngineEvent[], now: number): void => {
    for (let next = events; ; next = []) {
      const { batch, needs, more } = engine.step(next, now);
      engine.confirm(batch);
      for (const decision of batch.decisions) {
        if (decision.outcome !== "granted") continue;
        granted.push(decision);
        ends.push({ at: now + WORKS_MS, step: decision.step });
        if (ends.length > declared) overdrawn += 1;
      }
      if (needs.questions.length > 0) turn([{ kind: "policyAnswers", version: needs.version, answers: needs.questions.map((one) => ({ ...one, allowed: true })) }], now);
      else if (!more) return;
    }
  };
  const supply = { id: trusted<ResourceId>(1), unitId: unit, classId: rig.id, traits: [], jurisdiction: [PLACE], unitDivision: PLACE, limits: rig.limits, earmark: null, offered: true, automated: false, generation: 1, capacity: window(UP) };
  turn([{ kind: "classes", classes: [rig] }, { kind: "divisions", parents: new Map([[PLACE, null]]) }, { kind: "policy", version: 1 }, { kind: "resources", resources: [supply] }, ask(1, 8)], MONDAY);
  turn(Array.from({ length: MANY }, (_, at) => ask(at + 2, 1)), MONDAY);
  for (let flap = 1; flap <= flaps; flap += 1) {
    const now = MONDAY + flap * FLAP_MS;
    declared = flap % 2 === 0 ? UP : 0;
    const over = ends.filter(({ at }) => at <= now);
    for (const one of over) ends.splice(ends.indexOf(one), 1);
    turn([{ kind: "window", windows: [{ resource: supply.id, capacity: window(declared) }] }, ...over.map(({ step }): EngineEvent => ({ kind: "ended", step, settle: [] }))], now);
  }
  return { engine, granted, overdrawn };
}

test("capacity that flaps ten times a second is never overdrawn, serves everybody who fits, and costs a try or two each time", () => {
  const flaps = 400;
  const { engine, granted, overdrawn } = flapping(flaps);
  expect(overdrawn).toBe(0);
  expect(granted.map(({ step }) => step)).toEqual(Array.from({ length: MANY }, (_, at) => at + 2));
  expect(engine.effort().tries).toBeLessThan(2 * (flaps + MANY));
});

test("who never fits and is long overdue stops nobody, waits with its reason, and everybody who passes it says why", () => {
  const { engine, granted } = flapping(400);
  expect(new Set(granted.map(({ passed }) => passed?.ground))).toEqual(new Set(["needs-more"]));
  const now = MONDAY + 400 * FLAP_MS;
  expect(engine.whyWaiting(trusted<StepId>(1), now)?.reasons[0]).toMatchObject({ rank: 1, blockedBy: { rule: "capacity", asked: 8 } });
  expect(engine.counts()).toMatchObject({ waiting: 1 });
});
