import type { ClassId, StepId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import { aheadOf } from "./ahead.js";
import { Assume } from "./assume.js";
import { Chooser } from "./choose.js";
import type { Engine, EngineEvent, EngineOptions, Turn } from "./contract.js";
import { decide } from "./cycle.js";
import { Delegations } from "./delegations.js";
import { Divisions } from "./divisions.js";
import { queueSummary, whyWaiting } from "./explain.js";
import { INDEXING } from "./fit.js";
import { take, type IntakeParts } from "./intake.js";
import { Forecast } from "./forecast.js";
import { Lapses } from "./lapses.js";
import { compareSteps } from "./order.js";
import { OfferShapes } from "./offer-shapes.js";
import { offers } from "./offers.js";
import { PolicyAnswers } from "./policy-answers.js";
import { Numbers } from "./numbers.js";
import { Queue } from "./queue.js";
import { QuotaBook } from "./quota-book.js";
import { Reclaims } from "./quota-reclaim.js";
import { RESERVING_MAX, Reservations } from "./reserve.js";
import type { World } from "./rule.js";
import { ShapeBook } from "./shape-book.js";
import { pickedId } from "./special.js";
import { ResourceTable } from "./state.js";
import { StepTable } from "./steps.js";

/** Asks of nobody that stay compiled, for a bound of whoever sets none. */
const IDLE_ASKS = 16_384;
/** A bound for whoever sets none of their own. */
const DECISIONS_PER_TURN = 1_000;

/**
 * One pool's scheduling engine, empty. A throw is a fault: the state is then unknown, and the engine is to be
 * thrown away and built again from the books.
 *
 * @example
 * const engine = createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex") });
 * const turn = engine.step([{ kind: "ready", steps }], now);
 * (await commit(turn.batch)) ? engine.confirm(turn.batch) : engine.forget(turn.batch);
 */
export function createEngine({ digest, decisionsPerTurn = DECISIONS_PER_TURN, indexing = INDEXING, idleAsks = IDLE_ASKS, reservingMax = RESERVING_MAX }: EngineOptions): Engine {
  const classes = new Map<ClassId, CapacityClass>();
  const divisions = new Divisions();
  const delegations = new Delegations();
  const answers = new PolicyAnswers();
  const resources = new ResourceTable((classId) => classes.get(classId)!.period);
  const steps = new StepTable();
  const lapses = new Lapses();
  const world: World = {
    divisions,
    classOf: (resource) => classes.get(resource.classId)!,
    delegated: (from, to, classId) => delegations.chain(from, to, classId),
    delegates: (from, classId) => delegations.of(from, classId),
    policyAllows: (question) => answers.allows(question),
  };
  const shapes = new ShapeBook(resources, world, digest, () => answers.version, indexing, idleAsks);
  const quota = new QuotaBook(resources, steps, classes);
  const queue = new Queue(steps, resources, shapes, classes, quota);
  const assume = new Assume(
    resources,
    steps,
    queue,
    lapses,
    (r) => classes.get(resources.factsOf(r).classId)!,
    () => answers.version,
    quota,
  );
  const chooser = new Chooser(resources, quota);
  const reservations = new Reservations(resources, queue, steps, shapes, classes, quota, reservingMax);
  const reclaims = new Reclaims();
  const numbers = new Numbers(resources, shapes, steps, queue, classes);
  const parts: IntakeParts = { classes, divisions, delegations, answers, resources, steps, lapses, shapes, queue, assume, chooser, world, reservations, numbers, quota, reclaims, forecast: new Forecast(), offerShapes: new OfferShapes() };

  let more = false;
  const engine: Engine = {
    step(events, now) {
      engine.take(events, now);
      engine.decide(now, decisionsPerTurn);
      return engine.finish(now);
    },
    take(events, now) {
      enforceDelegations(parts, now);
      for (const event of events) {
        take(parts, event, now);
        if (event.kind === "delegations") enforceDelegations(parts, now);
      }
    },
    decide(now, decisionsMax, enough) {
      more = decide(parts, now, Math.min(decisionsMax, decisionsPerTurn), enough);
      return { more, decided: assume.decided };
    },
    finish(now) {
      reservations.end();
      const again = reclaims.end();
      return { batch: assume.finish(now), needs: { version: answers.version, questions: answers.open() }, more: more || again };
    },
    confirm(batch) {
      assume.confirm(batch);
      if (!shapes.isFull) return;
      shapes.letGoIdle(assume.openAsks());
      if (answers.isFull) answers.keepOnly(shapes.all());
    },
    forget(batch) {
      assume.forget(batch);
      delegations.askAgain();
    },
    offers: (asked, now) => offers(parts, asked, now),
    nextTickAt: () => lapses.next(),
    whyWaiting(id: StepId, now: Instant) {
      const step = steps.find(id);
      return step === undefined ? undefined : whyWaiting(parts, step, now);
    },
    compare: (a, b) => compareSteps(steps, shapes, quota, a, b),
    ahead(id) {
      const step = steps.find(id);
      return step === undefined ? undefined : aheadOf(steps, step);
    },
    isPicked: (id) => steps.find(pickedId(id)) !== undefined,
    isEvacuating: (ground) => [...steps.special.values()].some(({ moves }) => moves === ground),
    reservations: () => reservations.list(),
    queueSummary: () => queueSummary(queue, steps),
    counts: () => ({ waiting: steps.waiting, holding: steps.holding, resources: resources.size }),
    effort: () => ({ tries: chooser.tried, wakes: queue.wakes, lanes: queue.laneCount, reclaimed: reclaims.moved, loops: reclaims.loops }),
    kept: () => ({ ...shapes.sizes(), told: answers.size }),
  };
  return engine;
}

/** Delegations begin and end by their dates: whoever may serve a shape of their classes is found anew. */
function enforceDelegations({ delegations, shapes, queue }: IntakeParts, now: Instant): void {
  for (const classId of delegations.moveTo(now)) for (const shape of shapes.shapesOf(classId)) queue.shapeChanged(shape);
}
