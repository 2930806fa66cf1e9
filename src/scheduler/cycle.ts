import type { Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { ClaimReason } from "../domain/pool/decision.js";
import { periodStart } from "../domain/pool/period.js";
import type { ClassId, StepId } from "../domain/id.js";
import { claimIdOf } from "../domain/pool/claim-id.js";
import type { Assume } from "./assume.js";
import type { Choice, Chooser, Pick } from "./choose.js";
import type { Allocation } from "./contract.js";
import type { Delegations } from "./delegations.js";
import { BEHIND, decideSpecial, refuseSpecial } from "./direct.js";
import { forecastOf } from "./explain.js";
import type { Forecast } from "./forecast.js";
import { impossible } from "./groups.js";
import { makeRoom } from "./make-room.js";
import type { Numbers } from "./numbers.js";
import { isAbsolute } from "./order.js";
import { passedBy } from "./passed.js";
import type { PolicyAnswers } from "./policy-answers.js";
import { NOT_TRIED, type Lane, type Queue } from "./queue.js";
import type { QuotaBook } from "./quota-book.js";
import { reclaim, type Reclaims } from "./quota-reclaim.js";
import type { Reservations } from "./reserve.js";
import type { World } from "./rule.js";
import { scoreTerms } from "./score.js";
import type { Refusal } from "./shape.js";
import type { ShapeBook } from "./shape-book.js";
import type { ResourceTable } from "./state.js";
import type { StepTable } from "./steps.js";

export interface Parts {
  readonly resources: ResourceTable;
  readonly shapes: ShapeBook;
  readonly steps: StepTable;
  readonly queue: Queue;
  readonly chooser: Chooser;
  readonly assume: Assume;
  readonly reservations: Reservations;
  readonly numbers: Numbers;
  readonly quota: QuotaBook;
  readonly reclaims: Reclaims;
  readonly forecast: Forecast;
  readonly classes: ReadonlyMap<ClassId, CapacityClass>;
  readonly delegations: Delegations;
  readonly world: World;
  readonly answers: PolicyAnswers;
}

/** Lanes tried for each decision the turn may make: failing must not keep the turn from ending either. */
const TRIES_PER_DECISION = 4;

/**
 * Looks at profiles, units and candidates in one slice of a turn, when lists and indexes are made: a few milliseconds. After
 * a change of policy the queue is compiled over many.
 */
const LOOKS_PER_SLICE = 30_000;

/**
 * Questions to the policy with which a turn ends: who is most urgent is served when they are answered, and need not wait
 * until the whole queue has been asked about.
 */
const OPEN_QUESTIONS_MAX = 10_000;

/**
 * Lanes that wait for answers with which a turn ends that decided nothing: after a start nobody was asked yet, and what can
 * be asked about ten thousand lanes is mostly asked about the first few.
 */
const UNANSWERED_MAX = 32;

/**
 * A turn or a slice of one, top to bottom: sort → filter → score → assume. What it assumed becomes durable by the batch.
 * True: it ended at its limit and there is more to do.
 */
export function decide(parts: Parts, now: Instant, limit: number, enough?: () => boolean): boolean {
  const { queue, quota, reclaims, reservations, resources, answers } = parts;
  quota.refresh(now);
  queue.borrowers.reread();
  const looksMax = resources.looks + LOOKS_PER_SLICE;
  const triesMax = Math.max(1, limit - parts.assume.decided) * TRIES_PER_DECISION;
  // Those who try again because of reservations do not use up the turn.
  if (!reservations.isPaused) queue.wakeWhoCannotWait(now);
  let tries = -reservations.begin(now);
  for (;;) {
    queue.wakeForQuota();
    if (!queue.next()) reservations.release();
    // Whose unit has borrowed since may have something to give back.
    if (!queue.next() && !queue.borrowers.any && reclaims.stirs()) queue.wakeTakers();
    // sort: the lane whose head is the most urgent of all that may succeed; when there is none, the one whose turn it is to borrow
    const borrows = queue.next() === undefined;
    const lane = queue.next() ?? queue.nextBorrower();
    if (!lane || reclaims.waits || parts.assume.decided >= limit || tries >= triesMax || resources.looks >= looksMax || answers.openCount >= OPEN_QUESTIONS_MAX) break;
    if (parts.assume.decided === 0 && queue.unansweredCount >= UNANSWERED_MAX) break;
    // Who borrows takes nothing that is kept for anybody.
    tries += borrows ? 1 : 1 - reservations.yieldTo(lane);
    tryLane(parts, lane, now);
    if (enough?.()) break;
  }
  reservations.pause();
  queue.allServed();
  parts.forecast.tell(parts.steps, now, (step) => forecastOf(parts, step, now));
  // What waits for the next batch is not decided in this one, however long it goes on.
  return !reclaims.waits && (queue.next() !== undefined || queue.borrowers.any || reclaims.stirred);
}

function tryLane(parts: Parts, lane: Lane, now: Instant): void {
  const { queue, assume, numbers, quota, reservations, steps } = parts;

  // filter, once per shape: who could ever serve it
  const head = lane.head;
  if (!compile(parts, lane)) return queue.parkUnanswered(lane);
  // A number is set by law, or no longer: another is the head now.
  if (lane.head !== head) return;
  const step = head;
  const special = steps.special.get(step);
  if (!special && lane.claims.some(({ ask }) => ask.refusal)) {
    return assume.refuse(step, refusals(parts, lane, step, (at) => lane.claims[at]!.ask.refusal));
  }

  // order: nobody is overtaken for our own delay, and a number goes by acceptance alone
  if (queue.mustNotOvertake(lane)) return queue.parkUnanswered(lane, NOT_TRIED);
  // What nobody could ever give is refused at once, whoever waits before it.
  if (lane.numbers.length > 0 && !impossible(lane) && !lane.claims.some(({ ask }) => ask.refusal)) {
    const turn = numbers.turnOf(lane, (other) => compile(parts, other));
    if (turn === "open") return queue.parkUnanswered(lane, NOT_TRIED);
    if (turn === "after") return special?.waits === false ? refuseSpecial(parts, lane, step, special, BEHIND, now) : queue.parkBehindNumber(lane);
  }
  if (special) return decideSpecial(parts, lane, step, special, now);

  // filter and score on the numbers of the moment: the best for every claim, or for none
  const turn = lane.borrowing?.start;
  const choice = choose(parts, lane, now);
  if (choice.kind === "later") return;
  if (choice.kind === "blocked") {
    const { ask } = lane.claims[choice.blocked.claims[0]!]!;
    const reserved = choice.blocked.rule === "capacity" && reservations.standsInTheWay(ask);
    queue.park(lane, reserved ? { ...choice.blocked, rule: "reserved" } : choice.blocked, choice.on, now);
    // Capacity kept for who has no quota left to use it would serve nobody.
    if (choice.blocked.rule !== "quota") reservations.reserve(lane, now);
    return;
  }
  if (choice.kind === "impossible") {
    return assume.refuse(step, refusals(parts, lane, step, (at) => (at === choice.claim ? choice.refusal : undefined)));
  }

  // order: first whoever stays within their own quota, then those who borrow, each in its turn; but who can wait no longer keeps its place in the queue
  const loan = parts.chooser.borrows();
  let inTime = false;
  if (loan && !isAbsolute(steps.priorityOf(step))) {
    const start = datedStart(parts, lane);
    const isTurn = turn !== undefined && start <= turn;
    inTime = !isTurn && quota.mayNotWait(lane, parts.chooser.charged(), start, now);
    if (!isTurn && !inTime) {
      parts.chooser.putBack();
      return queue.awaitBorrowing(lane, start, loan.unit, loan.idle);
    }
  }

  // assume
  const passed = passedBy(parts, lane, step, { borrows: loan !== undefined, inTime, awake: parts.reclaims.awake });
  const allocations = allocationsOf(parts, lane, step);
  parts.forecast.granted(steps.ids[step]!, steps.attemptOf(step), now);
  assume.grant(step, allocations, startOf(parts, lane, now), grounds(parts, lane, steps.ids[step]!), passed);
  if (!loan) return;
  queue.borrowers.granted(loan.unit);
  parts.reclaims.stirred = true;
}

/**
 * An emergency that is blocked, or could begin only when it is too late, may have others moved out of its way; so may, within their
 * own quota, those whose quota others have borrowed.
 */
function choose(parts: Parts, lane: Lane, now: Instant): Choice | { readonly kind: "later" } {
  const { chooser, steps, quota } = parts;
  chooser.tried += 1;
  parts.reclaims.awake = [];
  const choice = chooser.choose(lane, now);
  const absolute = isAbsolute(steps.priorityOf(lane.head));
  if (lane.again || choice.kind === "impossible" || (!absolute && quota.accountsOf(lane).length === 0)) return choice;
  const begins = (): Instant => startOf(parts, lane, now);
  const chosenStart = choice.kind === "chosen" ? begins() : Infinity;
  if (chosenStart <= steps.dueAt(lane.head)) return choice;
  if (choice.kind === "chosen") chooser.putBack();
  if (!absolute) {
    const moved = reclaim(parts, lane, now, begins, chosenStart);
    if (moved === "later") return { kind: "later" };
    return moved === "moved" ? chooser.choose(lane, now, true) : choice.kind === "chosen" ? chooser.choose(lane, now) : choice;
  }
  const moved = makeRoom(parts, lane, now, begins, chosenStart);
  return moved || choice.kind === "chosen" ? chooser.choose(lane, now) : choice;
}

function compile({ shapes, classes, numbers, queue }: Parts, lane: Lane): boolean {
  let compiled = true;
  // All of them, so that every open question is asked in the same turn.
  for (const shape of lane.shapes) compiled = shapes.compile(shape) && compiled;
  if (!compiled) return false;
  for (const { ask } of lane.claims) ask.refresh(classes.get(ask.shape.facts.classId));
  queue.setNumbers(lane, numbers.of(lane));
  return true;
}

function allocationsOf({ chooser, resources, steps }: Parts, lane: Lane, step: number): Allocation[] {
  const allocations: Allocation[] = [];
  const id = steps.ids[step]!;
  const attempt = steps.attemptOf(step);
  // `together` claims are taken before others that stand between them.
  for (let claim = 0; claim < lane.claims.length; claim += 1) {
    for (let at = 0; at < chooser.taken; at += 1) {
      if (chooser.takenClaim[at] !== claim) continue;
      allocations.push({
        claim: claimIdOf(id, claim),
        step: id,
        attempt,
        resource: resources.idOf(chooser.takenR[at]!),
        period: chooser.takenPeriod[at]!,
        amount: chooser.takenAmount[at]!,
      });
    }
  }
  return allocations;
}

/** The latest start among what was chosen, and not before now. */
const startOf = (parts: Parts, lane: Lane, now: Instant): Instant => Math.max(now, datedStart(parts, lane));

/** The latest start among the periods that were chosen; of what has none: 0. */
function datedStart({ chooser }: Parts, lane: Lane): Instant {
  let start = 0;
  for (let at = 0; at < lane.claims.length; at += 1) {
    const { period } = lane.claims[at]!.ask;
    if (period !== "none") start = Math.max(start, periodStart(period, chooser.picks[at]!.period));
  }
  return start;
}

function grounds({ chooser, resources, delegations }: Parts, lane: Lane, step: StepId): ClaimReason[] {
  return lane.claims.map(({ ask }, at) => {
    const pick: Pick = chooser.picks[at]!;
    const { unitId, classId } = ask.shape.facts;
    const winner = resources.factsOf(pick.r).unitId;
    const delegation = winner === unitId ? undefined : delegations.chain(unitId, winner, classId);
    const granted: ClaimReason = {
      claim: claimIdOf(step, at),
      class: classId,
      shape: ask.shape.hash,
      outcome: "granted",
      dynamic: pick.dropped,
      winner: { resource: resources.idOf(pick.r), terms: scoreTerms(pick.period, pick.near, pick.load) },
    };
    const named = delegation ? { ...granted, delegation } : granted;
    if (pick.nextR < 0) return named;
    return { ...named, runnerUp: { resource: resources.idOf(pick.nextR), terms: scoreTerms(pick.nextPeriod, pick.nextNear, pick.nextLoad) } };
  });
}

/** The claims nobody could ever meet. The others would have been possible and give no reason. */
function refusals({ steps }: Parts, lane: Lane, step: number, refusalOf: (at: number) => Refusal | undefined): ClaimReason[] {
  return lane.claims.flatMap(({ ask }, at): ClaimReason[] => {
    const refusal = refusalOf(at);
    if (!refusal) return [];
    return [
      {
        claim: claimIdOf(steps.ids[step]!, at),
        class: ask.shape.facts.classId,
        shape: ask.shape.hash,
        outcome: "refused",
        dynamic: [],
        refusal,
      },
    ];
  });
}
