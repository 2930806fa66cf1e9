import { dayNumberOf, startOfDay, DAY_MS, type Instant } from "../domain/instant.js";
import type { WaitingReason } from "../domain/pool/decision.js";
import { claimIdOf } from "../domain/pool/claim-id.js";
import { periodEnd, periodAt, SLOTS_A_DAY } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Waiting } from "./contract.js";
import type { QueueRow } from "./queue-place.js";
import type { Parts } from "./cycle.js";
import type { Forecast, Forecasted } from "./forecast.js";
import type { Lane, Queue } from "./queue.js";
import type { Ask, Shape } from "./shape.js";
import type { ResourceTable } from "./state.js";
import { WAITING, type StepTable } from "./steps.js";
import { wouldHelp } from "./would-help.js";

/** Grants seen under shortage before their rate is worth more than the declared capacity. */
const RATE_GRANTS_MIN = 3;

/** Why the step waits, from what was read when its lane was last tried. */
export function whyWaiting(parts: Parts, step: number, now: Instant): Waiting | undefined {
  const { steps } = parts;
  if (steps.phaseOf(step) !== WAITING) return undefined;
  const lane = steps.lanes[step]!;
  return {
    step: steps.ids[step]!,
    attempt: steps.attemptOf(step),
    reasons: lane.claims.length === 0 ? [] : lane.blocked.claims.map((at, nth) => ({ ...reason(parts, lane, step, at, nth, now), wouldHelp: nth === 0 ? wouldHelp(parts, lane, step, now) : [] })),
  };
}

function reason(
  { steps, resources, forecast, quota }: Parts,
  lane: Lane,
  step: number,
  at: number,
  nth: number,
  now: Instant,
): Omit<WaitingReason, "wouldHelp"> {
  const { ask } = lane.claims[at]!;
  const { shape } = ask;
  const rank = rankOf(shape, step);
  const { rule } = lane.blocked;
  const account = quota.accountsOf(lane)[at];
  return {
    claim: claimIdOf(steps.ids[step]!, at),
    class: shape.facts.classId,
    shape: shape.hash,
    funnel: shape.funnel,
    blockedBy: { rule, asked: ask.amount, mostFree: lane.blocked.mostFree[nth]!, ...(rule === "quota" && account && { quota: quota.useOf(account) }) },
    rank,
    waiting: shape.waiting,
    ...(rule === "policy" || rule === "turn" ? atOnce(now) : expected(forecast, ask, resources, rank, now)),
  };
}

type Expected = Pick<WaitingReason, "expectedAt" | "expectedEarliestAt" | "expectedLatestAt">;

const atOnce = (now: Instant): Expected => ({ expectedAt: now, expectedEarliestAt: now, expectedLatestAt: now });

/**
 * When a grant is expected: the rank over the rate at which this shape was granted, the geometric mean of that since it became short and
 * that since it was first asked for. Before there is such a rate: the next period that opens, and as many grants in each as the declared capacity would give
 * if nobody else asked for it. A stock that nobody refills has no date. How far off that is, as a rule
 * and at most, was learned (forecast.ts).
 */
function expected(forecast: Forecast, ask: Ask, resources: ResourceTable, rank: number, now: Instant): Expected {
  const waitMs = expectedWait(ask, resources, rank, now);
  if (waitMs === null) return { expectedAt: null, expectedEarliestAt: null, expectedLatestAt: null };
  const { leastMs, middleMs, mostMs } = forecast.interval({ classId: ask.shape.facts.classId, rank, waitMs });
  return { expectedAt: Math.round(now + middleMs), expectedEarliestAt: Math.round(now + leastMs), expectedLatestAt: Math.round(now + mostMs) };
}

function expectedWait(ask: Ask, resources: ResourceTable, rank: number, now: Instant): number | null {
  const { shape } = ask;
  if (shape.scarceSince !== null && shape.grantedSince >= RATE_GRANTS_MIN && now > shape.scarceSince) {
    const since = (now - shape.scarceSince) / shape.grantedSince;
    // A shortage of an hour says little of a day with a night in it.
    const ever = shape.firstAt !== null && now > shape.firstAt ? (now - shape.firstAt) / shape.grantedEver : since;
    return rank * Math.sqrt(since * ever);
  }
  if (!ask.isRead || ask.period === "none") return null;
  if (ask.period === "fiscal-year") return periodEnd("fiscal-year", periodAt("fiscal-year", now)) - now;
  const opens = startOfDay(dayNumberOf(now) + 1);
  return opens - now + Math.floor((rank - 1) / grantsADay(ask, resources)) * DAY_MS;
}

/** What a step that begins to wait is told, for the forecast to learn from. */
export function forecastOf({ steps, resources }: Parts, step: number, now: Instant): Forecasted | undefined {
  const lane = steps.lanes[step]!;
  const claim = lane.claims[lane.blocked.claims[0] ?? 0];
  // Who was not tried yet, or not answered by policy, is told that it goes on at once; its shape may not even be read.
  if (!claim || lane.blocked.rule === "turn" || lane.blocked.rule === "policy") return undefined;
  const { shape } = claim.ask;
  const rank = rankOf(shape, step);
  return { classId: shape.facts.classId, rank, waitMs: expectedWait(claim.ask, resources, rank, now) };
}

/** 1 = next among all that wait for the shape. O(lanes of the shape × log n). */
function rankOf(shape: Shape, step: number): number {
  let before = 0;
  for (const other of shape.lanes) before += other.queue.countBefore(step);
  return before + 1;
}

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
