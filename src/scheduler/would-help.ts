import { dayNumberOf, type Instant } from "../domain/instant.js";
import type { Help, StaticRule } from "../domain/pool/decision.js";
import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Parts } from "./cycle.js";
import { firstOfDay, halfHourFrom, periodHolding } from "./place-in-time.js";
import type { Lane, LaneClaim } from "./queue.js";
import type { Ask } from "./shape.js";
import { NEVER, type ResourceTable } from "./state.js";
import { WAITING } from "./steps.js";

/*
 * What would let a waiting step be granted now.
 *
 * A change is said only when it was tried: it is made on the numbers, the step is chosen for, and both are taken back.
 * Whoever stands before the step must not be able to use the change: then it would go to them. So what is said holds;
 * where nothing is said, no single change of these kinds is known to be enough.
 */

/** Places that lack least which are tried for one claim. */
const PLACES_MAX = 8;
/** Resources asked about rules; periods ahead. */
const RESOURCES_MAX = 512;
const PERIODS_MAX = 500;
/** Lanes that may stand before it; with more, nobody can say who would be next. */
const LANES_MAX = 1_000;

export function wouldHelp(parts: Parts, lane: Lane, step: number, now: Instant): readonly Help[] {
  const { steps } = parts;
  const at = lane.blocked.claims[0];
  if (at === undefined || steps.special.has(step)) return [];
  if (lane.numbers.length > 0) return earlierLeave(parts, lane, step, now);
  const { rule } = lane.blocked;
  if (rule !== "capacity" && rule !== "calendar" && rule !== "reserved") return [];
  const ahead = lane.queue.countBefore(step);
  // Those ahead ask the same: each needs its share first, of every claim.
  if (ahead > 0 && lane.claims.length > 1) return [];
  const { ask } = lane.claims[at]!;
  const capacity = moreCapacity(parts, lane, step, ask, ahead, now);
  return [...(capacity ? [capacity] : []), ...(ahead > 0 ? [] : otherRules(parts, lane, step, { claims: lane.claims, ask }, now))];
}

function moreCapacity(parts: Parts, lane: Lane, step: number, ask: Ask, ahead: number, now: Instant): Help | undefined {
  const { resources, chooser } = parts;
  if (ask.spreads || parts.reservations.list().length > 0) return undefined;
  for (const { r, first, lack } of placesLacking(parts, ask, ahead, now)) {
    const periods: Period[] = [];
    for (let p = first; p < first + ask.run; p += 1) if (resources.freeAt(r, p) < ask.amount * (ahead + 1)) periods.push(p);
    for (const p of periods) resources.use(r, p, -lack);
    const chosen = chooser.choose(lane, now).kind === "chosen";
    if (chosen) chooser.putBack();
    const taken = chosen && someoneBeforeCould(parts, lane, step, r, periods, now);
    for (const p of periods) resources.use(r, p, lack);
    if (chosen && !taken) return { kind: "capacity", class: ask.shape.facts.classId, resource: resources.idOf(r), amount: lack, periods };
  }
  return undefined;
}

/** Where the ask could begin and lacks least in its worst period, the earliest first among equals. */
function placesLacking({ resources }: Parts, ask: Ask, ahead: number, now: Instant): { readonly r: number; readonly first: Period; readonly lack: Amount }[] {
  const from = ask.period === "slot" ? halfHourFrom(now) : periodHolding(ask.period, firstOfDay(dayNumberOf(now)));
  const places: { r: number; first: Period; lack: Amount }[] = [];
  for (const r of ask.lookedAt().able) {
    const window = resources.patternOf(r);
    const end = window ? window.first + window.length : 0;
    let best: { r: number; first: Period; lack: Amount; closed: boolean } | undefined;
    for (let first = from; first + ask.run <= Math.min(end, from + PERIODS_MAX); first += 1) {
      let lack = 0;
      let closed = false;
      for (let p = first; p < first + ask.run; p += 1) {
        lack = Math.max(lack, ask.amount * (ahead + 1) - resources.freeAt(r, p));
        closed ||= resources.capacityAt(r, p) === 0;
      }
      // More on a working day is sooner done than opening on a Sunday.
      if (lack > 0 && (!best || (best.closed && !closed) || (best.closed === closed && lack < best.lack))) best = { r, first, lack, closed };
    }
    if (best) places.push(best);
  }
  return places.sort((a, b) => a.lack - b.lack || a.first - b.first).slice(0, PLACES_MAX);
}

/** Static rules that each alone keep out resources which could serve the step now. */
function otherRules(parts: Parts, lane: Lane, step: number, { claims, ask }: { readonly claims: readonly LaneClaim[]; readonly ask: Ask }, now: Instant): Help[] {
  const { shapes, resources, classes } = parts;
  const { classId } = ask.shape.facts;
  // Whatever else it asks has no date and is never used up.
  if (ask.spreads || !claims.every((claim) => claim.ask === ask || someUnlimited(claim.ask, resources))) return [];
  const earliest = claims.find((claim) => claim.ask === ask)!.earliest ?? now;
  const from = ask.period === "slot" ? halfHourFrom(Math.max(now, earliest)) : periodHolding(ask.period, firstOfDay(dayNumberOf(Math.max(now, earliest))));
  const counts = new Map<StaticRule, number>();
  let seen = 0;
  for (const { rule, profile } of shapes.nearMisses(ask.shape)) {
    const { limits } = profile.facts;
    const fits = [limits, classes.get(classId)!.limits].every(({ min, max, step: each }) => ask.amount >= min && ask.amount <= max && ask.amount % each === 0);
    for (let r = profile.first, at = 0; fits && at < profile.size && seen < RESOURCES_MAX; r = resources.nextOf(r), at += 1) {
      seen += 1;
      if (ask.barred.has(resources.idOf(r)) || resources.firstFit(r, ask.amount, ask.run, from, NEVER) === NEVER) continue;
      if (someoneBeforeCould(parts, lane, step, r, undefined, now)) break;
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
  }
  return [...counts].map(([rule, count]) => ({ kind: "rule", class: classId, rule, resources: count }));
}

function someUnlimited(ask: Ask, resources: ResourceTable): boolean {
  for (const r of ask.able()) if (resources.isUnlimited(r)) return true;
  return false;
}

/** Whether somebody before the step could use, or keep, what the resource has free in the periods (in any, when not said). */
function someoneBeforeCould({ shapes, steps, resources }: Parts, lane: Lane, step: number, r: number, periods: readonly Period[] | undefined, now: Instant): boolean {
  const { classId } = resources.factsOf(r);
  let seen = 0;
  for (const shape of shapes.shapesOf(classId)) {
    for (const other of shape.lanes) {
      if (other === lane || other.queue.size === 0 || !steps.before(other.head, step)) continue;
      if ((seen += 1) > LANES_MAX) return true;
      for (const { ask } of other.claims) {
        if (ask.shape.facts.classId !== classId) continue;
        // Without its rule, the resource could be theirs as well.
        if (periods === undefined) return true;
        if (!shapes.couldServe(ask.shape, r)) continue;
        const keeps = steps.keyAt(other.head) <= now;
        if (keeps || ask.spread || periods.some((p) => resources.freeAt(r, p) >= ask.amount)) return true;
      }
    }
  }
  return false;
}

/** A number goes by acceptance: those who were accepted earlier would have to leave, if it is there at all. */
function earlierLeave({ steps, shapes, resources, chooser, reservations }: Parts, lane: Lane, step: number, now: Instant): readonly Help[] {
  if (lane.blocked.rule !== "number" || reservations.list().length > 0) return [];
  const chosen = chooser.choose(lane, now).kind === "chosen";
  if (!chosen) return [];
  chooser.putBack();
  const rivals = new Set<Lane>();
  for (const r of lane.numbers) {
    for (const shape of shapes.shapesOf(resources.factsOf(r).classId)) {
      for (const other of shape.lanes) if (other.numbers.includes(r)) rivals.add(other);
    }
  }
  let count = 0;
  for (const other of rivals) count += other.queue.countBefore(step);
  // Somebody may stand before it for what else it needs.
  const contested = [...lane.shapes].some((shape) => [...shape.lanes].some((other) => !rivals.has(other) && other.queue.size > 0 && steps.before(other.head, step)));
  return count === 0 || contested || steps.phaseOf(step) !== WAITING ? [] : [{ kind: "ahead-leave", count }];
}
