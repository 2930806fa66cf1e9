import type { Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { ClaimReason } from "../domain/pool/decision.js";
import { periodStart } from "../domain/pool/period.js";
import type { ClassId } from "../domain/id.js";
import type { Assume } from "./assume.js";
import type { Chooser, Pick } from "./choose.js";
import type { Allocation } from "./contract.js";
import type { Delegations } from "./delegations.js";
import { decideSpecial } from "./direct.js";
import { passedBy } from "./passed.js";
import { NOT_TRIED, type Lane, type Queue } from "./queue.js";
import type { World } from "./rule.js";
import { scoreTerms } from "./score.js";
import type { Refusal, ShapeBook } from "./shape.js";
import type { ResourceTable } from "./state.js";
import type { StepTable } from "./steps.js";

export interface Parts {
  readonly resources: ResourceTable;
  readonly shapes: ShapeBook;
  readonly steps: StepTable;
  readonly queue: Queue;
  readonly chooser: Chooser;
  readonly assume: Assume;
  readonly classes: ReadonlyMap<ClassId, CapacityClass>;
  readonly delegations: Delegations;
  readonly world: World;
}

/** Lanes tried for each decision the turn may make: failing must not keep the turn from ending either. */
const TRIES_PER_DECISION = 4;

/**
 * One turn, top to bottom: sort → filter → score → assume. What it assumed becomes durable by the batch.
 * True: it ended at its limit and there is more to do.
 */
export function decide(parts: Parts, now: Instant, limit: number): boolean {
  const { queue, assume, chooser, steps } = parts;
  for (let tries = 0; assume.decided < limit && tries < limit * TRIES_PER_DECISION; tries += 1) {
    // sort: the lane whose head is the most urgent of all that may succeed
    const lane = queue.next();
    if (!lane) return false;
    const step = lane.queue.first()!;

    // filter, once per shape: who could ever serve it
    if (!compile(parts, lane)) {
      queue.parkUnanswered(lane);
      continue;
    }
    const special = steps.special.get(step);
    if (special) {
      if (queue.mustNotOvertake(lane)) queue.parkUnanswered(lane, NOT_TRIED);
      else decideSpecial(parts, lane, step, special, now);
      continue;
    }
    if (lane.claims.some(({ ask }) => ask.refusal)) {
      assume.refuse(step, refusals(parts, lane, step, (at) => lane.claims[at]!.ask.refusal));
      continue;
    }

    if (queue.mustNotOvertake(lane)) {
      queue.parkUnanswered(lane, NOT_TRIED);
      continue;
    }

    // filter and score on the numbers of the moment: the best for every claim, or for none
    const choice = chooser.choose(lane, now);
    if (choice.kind === "blocked") {
      queue.park(lane, choice.blocked, choice.on, now);
      continue;
    }
    if (choice.kind === "impossible") {
      assume.refuse(step, refusals(parts, lane, step, (at) => (at === choice.claim ? choice.refusal : undefined)));
      continue;
    }

    // assume
    const allocations = allocationsOf(parts, step);
    assume.grant(step, allocations, startOf(parts, lane, now), grounds(parts, lane, steps.claimIds[step]!), passedBy(parts, lane, step));
  }
  return queue.next() !== undefined;
}

function compile({ shapes, resources, classes }: Parts, lane: Lane): boolean {
  let compiled = true;
  // All of them, so that every open question is asked in the same turn.
  for (const shape of lane.shapes) compiled = shapes.compile(shape) && compiled;
  if (!compiled) return false;
  for (const { ask } of lane.claims) ask.refresh(classes.get(ask.shape.facts.classId), resources);
  return true;
}

function allocationsOf({ chooser, resources, steps }: Parts, step: number): Allocation[] {
  const allocations: Allocation[] = [];
  const claims = steps.claimIds[step]!;
  // `together` claims are taken before others that stand between them.
  for (let claim = 0; claim < claims.length; claim += 1) {
    for (let at = 0; at < chooser.taken; at += 1) {
      if (chooser.takenClaim[at] !== claim) continue;
      allocations.push({
        claim: claims[claim]!,
        step: steps.ids[step]!,
        attempt: steps.attemptOf(step),
        resource: resources.idOf(chooser.takenR[at]!),
        period: chooser.takenPeriod[at]!,
        amount: chooser.takenAmount[at]!,
      });
    }
  }
  return allocations;
}

/** The latest start among what was chosen, and not before now. */
function startOf({ chooser }: Parts, lane: Lane, now: Instant): Instant {
  let start = now;
  for (let at = 0; at < lane.claims.length; at += 1) {
    const { period } = lane.claims[at]!.ask;
    if (period !== "none") start = Math.max(start, periodStart(period, chooser.picks[at]!.period));
  }
  return start;
}

function grounds({ chooser, resources, delegations }: Parts, lane: Lane, claimIds: readonly ClaimReason["claim"][]): ClaimReason[] {
  return lane.claims.map(({ ask }, at) => {
    const pick: Pick = chooser.picks[at]!;
    const { unitId, classId } = ask.shape.facts;
    const winner = resources.supplies[pick.r]!.unitId;
    const delegation = winner === unitId ? undefined : delegations.chain(unitId, winner, classId);
    return {
      claim: claimIds[at]!,
      class: ask.shape.facts.classId,
      shape: ask.shape.hash,
      outcome: "granted",
      dynamic: pick.dropped,
      ...(delegation && { delegation }),
      winner: { resource: resources.idOf(pick.r), terms: scoreTerms(pick.period, pick.near, pick.load) },
      ...(pick.nextR >= 0 && {
        runnerUp: { resource: resources.idOf(pick.nextR), terms: scoreTerms(pick.nextPeriod, pick.nextNear, pick.nextLoad) },
      }),
    };
  });
}

/** The claims nobody could ever meet. The others would have been possible and give no reason. */
function refusals({ steps }: Parts, lane: Lane, step: number, refusalOf: (at: number) => Refusal | undefined): ClaimReason[] {
  return lane.claims.flatMap(({ ask }, at): ClaimReason[] => {
    const refusal = refusalOf(at);
    if (!refusal) return [];
    return [
      {
        claim: steps.claimIds[step]![at]!,
        class: ask.shape.facts.classId,
        shape: ask.shape.hash,
        outcome: "refused",
        dynamic: [],
        refusal,
      },
    ];
  });
}
