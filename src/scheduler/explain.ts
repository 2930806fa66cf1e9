import { dayNumberOf, startOfDay, DAY_MS, type Instant } from "../domain/instant.js";
import type { WaitingReason } from "../domain/pool/decision.js";
import { claimIdOf } from "../domain/pool/claim-id.js";
import { periodEnd, periodAt, SLOTS_A_DAY } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { QueueRow, Waiting } from "./contract.js";
import type { Parts } from "./cycle.js";
import type { Lane, Queue } from "./queue.js";
import type { Ask } from "./shape.js";
import type { ResourceTable } from "./state.js";
import { WAITING, type StepTable } from "./steps.js";
import { wouldHelp } from "./would-help.js";

/** Grants seen under shortage before their rate is worth more than the declared capacity. */
const RATE_GRANTS_MIN = 3;
/** Four of five values of a normal distribution lie within this many deviations. */
const FOUR_OF_FIVE = 1.28;

/** Why the step waits, from what was read when its lane was last tried. */
export function whyWaiting(parts: Parts, step: number, now: Instant): Waiting | undefined {
  const { steps, resources } = parts;
  if (steps.phaseOf(step) !== WAITING) return undefined;
  const lane = steps.lanes[step]!;
  return {
    step: steps.ids[step]!,
    attempt: steps.attemptOf(step),
    reasons: lane.claims.length === 0 ? [] : lane.blocked.claims.map((at, nth) => ({ ...reason(steps, resources, lane, step, at, nth, now), wouldHelp: nth === 0 ? wouldHelp(parts, lane, step, now) : [] })),
  };
}

function reason(
  steps: StepTable,
  resources: ResourceTable,
  lane: Lane,
  step: number,
  at: number,
  nth: number,
  now: Instant,
): Omit<WaitingReason, "wouldHelp"> {
  const { ask } = lane.claims[at]!;
  const { shape } = ask;
  let before = 0;
  for (const other of shape.lanes) before += other.queue.countBefore(step);
  const rank = before + 1;
  const { rule } = lane.blocked;
  return {
    claim: claimIdOf(steps.ids[step]!, at),
    class: shape.facts.classId,
    shape: shape.hash,
    funnel: shape.funnel,
    blockedBy: { rule, asked: ask.amount, mostFree: lane.blocked.mostFree[nth]! },
    rank,
    waiting: shape.waiting,
    ...(rule === "policy" || rule === "turn" ? atOnce(now) : expected(ask, resources, rank, now)),
  };
}

type Expected = Pick<WaitingReason, "expectedAt" | "expectedEarliestAt" | "expectedLatestAt">;

const atOnce = (now: Instant): Expected => ({ expectedAt: now, expectedEarliestAt: now, expectedLatestAt: now });

/**
 * When a grant is expected: the rank over the rate at which this shape was granted since it became short. Before
 * there is such a rate: the next period that opens, and as many grants in each as the declared capacity would give
 * if nobody else asked for it. A stock that nobody refills has no date.
 */
function expected(ask: Ask, resources: ResourceTable, rank: number, now: Instant): Expected {
  const { shape } = ask;
  if (shape.scarceSince !== null && shape.grantedSince >= RATE_GRANTS_MIN && now > shape.scarceSince) {
    const eachMs = (now - shape.scarceSince) / shape.grantedSince;
    // The time of the rank-th of independent events: mean rank, deviation √rank, in units of one.
    const spread = FOUR_OF_FIVE * Math.sqrt(rank);
    return dates(now, rank * eachMs, Math.max(0, rank - spread) * eachMs, (rank + spread) * eachMs);
  }
  if (ask.period === "none") return { expectedAt: null, expectedEarliestAt: null, expectedLatestAt: null };
  if (ask.period === "fiscal-year") {
    const next = periodEnd("fiscal-year", periodAt("fiscal-year", now));
    return { expectedAt: next, expectedEarliestAt: now, expectedLatestAt: next };
  }
  const opens = startOfDay(dayNumberOf(now) + 1);
  const days = Math.floor((rank - 1) / grantsADay(ask, resources));
  return dates(opens, days * DAY_MS, 0, 2 * (days + 1) * DAY_MS);
}

const dates = (from: Instant, mean: number, least: number, most: number): Expected => ({
  expectedAt: Math.round(from + mean),
  expectedEarliestAt: Math.round(from + least),
  expectedLatestAt: Math.round(from + most),
});

/** Upper bound: everybody who may serve the ask gives it all of a full day. */
function grantsADay(ask: Ask, resources: ResourceTable): number {
  let grants: Amount = 0;
  for (const r of ask.able()) grants += Math.floor(resources.peakOf(r) / ask.amount);
  return Math.max(1, ask.period === "slot" ? grants * Math.floor(SLOTS_A_DAY / ask.run) : grants);
}

/** Waiting steps by class, place and reason of the claim that blocks them. */
export function queueSummary(queue: Queue, steps: StepTable): QueueRow[] {
  const rows = new Map<string, { -readonly [K in keyof QueueRow]: QueueRow[K] } & { head: number }>();
  for (const lane of queue.waitingLanes()) {
    const claim = lane.claims[lane.blocked.claims[0]!];
    if (!claim) continue;
    const { classId, division } = claim.ask.shape.facts;
    const { rule } = lane.blocked;
    const head = lane.queue.first()!;
    const key = `${classId} ${division} ${rule}`;
    const row = rows.get(key);
    const first = row && steps.before(row.head, head) ? row.head : head;
    rows.set(key, {
      classId,
      division,
      rule,
      waiting: (row?.waiting ?? 0) + lane.queue.size,
      headArrivedAt: steps.arrivedAt(first),
      headDueAt: steps.dueAt(first),
      head: first,
    });
  }
  return [...rows.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { head: _, ...row }]) => row);
}
